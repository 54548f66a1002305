import { messageOf } from "../../signaling/protocol/errors.ts";
import { commonOptions } from "../devices/device-spec.ts";
import type { DeviceProvider } from "../devices/provider.ts";

/** Every kind of device with its options, for the help of commands that take `--device`. */
export async function deviceKinds(): Promise<readonly (readonly [left: string, right: string])[]> {
	try {
		const { kindsOfDevices } = await import("../index.ts");
		return [
			["Devices (SPEC):", ""],
			...kindsOfDevices().flatMap(kindRows),
			["  any of them", "takes also"],
			...optionRows(commonOptions),
		];
	} catch (error) {
		return [[`Kinds of device are not listed: ${messageOf(error)}`, ""]];
	}
}

type Kind = Pick<DeviceProvider, "usage" | "shows" | "options">;

function kindRows({ usage, shows, options }: Kind): [string, string][] {
	return [[`  ${usage}`, shows], ...optionRows(options)];
}

function optionRows(options: Kind["options"]): [string, string][] {
	return Object.entries(options).map(([name, help]) => [`    ?${name}=`, help]);
}
