import { createCanvas } from "@napi-rs/canvas";
import type { Size } from "../../../signaling/protocol/device.ts";
import type { Device } from "../../devices/provider.ts";

/** Larger bezels of devices without pictures of their own are drawn smaller, in the same proportion; pixels. */
const LONGEST_SIDE = 4096;

/**
 * A PNG of a device's bezel by its name (`bezel`, `bare`, `mask`, `button-…`). Where a device has none, the screen is all
 * there is: its bezel is clear, its mask is full, and it has no buttons. Throws PortholeError `no-such-picture` as the
 * device does; undefined where there is no such picture.
 */
export async function bezelImage(device: Device, name: string): Promise<Uint8Array | undefined> {
	const { bezel, points } = device.describe();
	if (bezel && device.bezelImage) return device.bezelImage(name);
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
