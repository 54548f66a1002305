import type { ErrorCode } from "../../signaling/protocol/error-codes.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import {
	type FromHost,
	MAX_BEZEL_IMAGE_LENGTH,
	MAX_SCREENSHOT_LENGTH,
} from "../../signaling/protocol/messages.ts";
import type { Device, Screenshot } from "../devices/provider.ts";
import { reasonOf } from "../viewers/session.ts";

/** What a host answers to `switch-power` and `bezel-wanted`. */
export type DeviceAnswer = Pick<Extract<FromHost, { type: "done" }>, "png" | "error">;

/** Switches a device on or off, as signaling wants. Never fails: the answer says why not. */
export function switchPower(
	deviceId: string,
	device: Device | undefined,
	on: boolean,
): Promise<DeviceAnswer> {
	return answered("no-power", async () => {
		const known = required(deviceId, device);
		if (!known.setPower) {
			const words = `${deviceId} has no power switch that Porthole could use; switch it ${on ? "on" : "off"} by hand.`;
			throw new PortholeError("no-power", words);
		}
		await known.setPower(on);
		return {};
	});
}

/** A frame of a device's bezel in base64, or why there is none. Never fails. */
export function bezelImageOf(
	deviceId: string,
	device: Device | undefined,
	name: string,
): Promise<DeviceAnswer> {
	return answered("no-bezel", async () => {
		const known = required(deviceId, device);
		if (!known.bezelImage) throw new PortholeError("no-bezel", `${deviceId} has no bezel images.`);
		const png = Buffer.from(await known.bezelImage(name)).toString("base64");
		if (png.length <= MAX_BEZEL_IMAGE_LENGTH) return { png };
		const words = `The bezel image ${name} of ${deviceId} is larger than ${MAX_BEZEL_IMAGE_LENGTH} characters.`;
		throw new PortholeError("bezel-too-large", words);
	});
}

function required(deviceId: string, device: Device | undefined): Device {
	if (device) return device;
	throw new PortholeError("no-such-device", `${deviceId} is not offered by this host now.`);
}

async function answered(otherwise: ErrorCode, order: () => Promise<DeviceAnswer>): Promise<DeviceAnswer> {
	try {
		return await order();
	} catch (error) {
		return { error: reasonOf(error, otherwise) };
	}
}

type ScreenshotAnswer = Pick<Extract<FromHost, { type: "screenshot" }>, "jpeg" | "error">;

/** What a host answers when signaling wants a screenshot: the frame, or why there is none. Never fails. */
export async function screenshotOf(
	deviceId: string,
	device: { screenshot(): Promise<Screenshot> } | undefined,
): Promise<ScreenshotAnswer> {
	try {
		if (!device)
			throw new PortholeError("no-such-device", `${deviceId} is not on, so there is no screenshot of it.`);
		const jpeg = Buffer.from((await device.screenshot()).data).toString("base64");
		if (jpeg.length <= MAX_SCREENSHOT_LENGTH) return { jpeg };
		throw new PortholeError(
			"screenshot-too-large",
			`The screenshot of ${deviceId} is larger than ${MAX_SCREENSHOT_LENGTH} characters.`,
		);
	} catch (error) {
		return { error: reasonOf(error, "no-screenshot") };
	}
}
