import { createCanvas } from "@napi-rs/canvas";
import type { Size } from "../../../signaling/protocol/device.ts";
import type { Device } from "../../devices/provider.ts";

/** Larger frames of devices without pictures of their own are drawn smaller, in the same proportion; pixels. */
const LONGEST_SIDE = 4096;

/**
 * A PNG of a device's frame by its name (`bezel`, `bare`, `mask`, `button-…`). Where a device has none, the screen is all
 * there is: its frame is clear, its mask is full, and it has no buttons. Throws PortholeError `no-such-picture` as the
 * device does; undefined where there is no such picture.
 */
export async function framePicture(device: Device, name: string): Promise<Uint8Array | undefined> {
	const { frame, points } = device.describe();
	if (frame && device.framePicture) return device.framePicture(name);
	if (name === "bezel" || name === "bare") return plainPicture(points, "rgba(0, 0, 0, 0)");
	return name === "mask" ? plainPicture(points, "white") : undefined;
}

function plainPicture({ width, height }: Size, colour: string): Promise<Uint8Array> {
	const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
	const canvas = createCanvas(Math.round(width * scale), Math.round(height * scale));
	const context = canvas.getContext("2d");
	context.fillStyle = colour;
	context.fillRect(0, 0, canvas.width, canvas.height);
	return canvas.encode("png");
}
