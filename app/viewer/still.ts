import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import { turnToPicture } from "./picture-turn.ts";
import { stillUrl } from "./place.ts";
import { drawTurned } from "./turned-canvas.ts";

/** Draws what the video shows, so that it stays in view while a new stream begins. */
export function keepStill(video: HTMLVideoElement, canvas: HTMLCanvasElement): void {
	const { videoWidth: width, videoHeight: height } = video;
	if (width > 0) drawTurned(canvas, video, { width, height }, 0);
}

/**
 * Draws the device as it last looked to the host, for a connection that takes its time; as its pictures come, which are
 * turned elsewhere. Shows nothing on failure.
 */
export async function fetchStill(device: DeviceDescription, canvas: HTMLCanvasElement): Promise<void> {
	const image = new Image();
	image.src = stillUrl(device.id, Date.now());
	try {
		await image.decode();
	} catch {
		return;
	}
	const size = { width: image.naturalWidth, height: image.naturalHeight };
	drawTurned(canvas, image, size, turnToPicture(size, device));
}
