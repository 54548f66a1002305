import type { HostKeys } from "../grants/host-keys.ts";
import type { Rights } from "../grants/rights.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { DeviceDirectory } from "./device-directory.ts";

export interface WithoutPageDeps {
	readonly directory: DeviceDirectory;
	readonly hostKeys: Pick<HostKeys, "hostOf">;
}

/**
 * Why somebody without a page cannot come to a device: PortholeError `no-such-device`, `host-offline` or `asks-first`, as
 * only a page can wait.
 */
export function refusalWithoutPage(
	{ directory, hostKeys }: WithoutPageDeps,
	deviceId: string,
	{ role }: Rights,
): PortholeError | undefined {
	const device = directory.describe(deviceId);
	if (!device && hostKeys.hostOf(deviceId) === undefined) {
		return new PortholeError("no-such-device", `There is no device ${deviceId} here.`);
	}
	if (!device || directory.hostOf(deviceId) === undefined) {
		return new PortholeError("host-offline", `The computer that ${deviceId} runs on is offline.`);
	}
	if (device.policy.askFirst === "never" || role === "own") return undefined;
	const words = "An owner lets people in to this device first, which only a page can wait for.";
	return new PortholeError("asks-first", words);
}
