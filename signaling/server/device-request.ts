import * as v from "valibot";
import { bezelImageName } from "../protocol/device.ts";
import { PortholeError } from "../protocol/errors.ts";

/** What a host can be asked to give or do, of one of its devices. */
export const deviceRequestSchema = v.variant("what", [
	/** A small JPEG of its screen. */
	v.object({ what: v.literal("screenshot") }),
	/** A PNG of its bezel. */
	v.object({ what: v.literal("bezel"), name: bezelImageName }),
	/** To be switched on or off; what comes back is empty. */
	v.object({ what: v.literal("power"), on: v.boolean() }),
]);

export type DeviceRequest = v.InferOutput<typeof deviceRequestSchema>;

/** How long a host may take, ms. Power is only ordered in that time; a phone's boot takes far longer. */
export const ANSWER_WITHIN: Readonly<Record<DeviceRequest["what"], number>> = {
	screenshot: 3_000,
	bezel: 5_000,
	power: 10_000,
};

const things: Readonly<Record<DeviceRequest["what"], string>> = {
	screenshot: "screenshot",
	bezel: "picture of the frame",
	power: "answer to the power switch",
};

/** Why a request failed that nobody answered in time: PortholeError `screenshot-timeout`, `bezel-timeout`, `power-timeout`. */
export function lateAnswer({ what }: DeviceRequest, deviceId: string): PortholeError {
	return new PortholeError(`${what}-timeout`, `No ${things[what]} of ${deviceId} came in time.`);
}

/** Why a request was not even sent. */
export function tooManyRequests({ what }: DeviceRequest): PortholeError {
	if (what === "screenshot")
		return new PortholeError("too-many-screenshots", "Too many screenshots are being made. Try again soon.");
	return new PortholeError("too-many-requests", "Too much is being asked of devices. Try again soon.");
}
