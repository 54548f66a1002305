import * as v from "valibot";
import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import { askServer, type Outcome } from "./ask-server.ts";

/** What an owner can do with a device's power now. */
export type PowerOffer = "on" | "off";

/** Orders a device to be switched on or off. Settles when its host took the order, not when it is done. */
export function switchPower(deviceId: string, on: boolean): Promise<Outcome<undefined>> {
	return askServer(`/api/devices/${deviceId}/power`, v.undefined(), {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ on }),
	});
}

/** What can be done with a device's power: nothing while it stops, while its host is away, or where it has no switch. */
export function powerOffer({
	power,
	state,
}: Pick<DeviceDescription, "power" | "state">): PowerOffer | undefined {
	if (power === undefined || power === "stopping" || state === "offline") return undefined;
	return power === "off" ? "on" : "off";
}
