import { stillUrl } from "./place.ts";

/** Draws what the video shows, so that it stays in view while a new stream begins. */
export function keepStill(video: HTMLVideoElement, canvas: HTMLCanvasElement): void {
	if (video.videoWidth > 0) draw(canvas, video, video.videoWidth, video.videoHeight);
}

/** Draws the device as it last looked to the host, for a connection that takes its time. Shows nothing on failure. */
export async function fetchStill(deviceId: string, canvas: HTMLCanvasElement): Promise<void> {
	const image = new Image();
	image.src = stillUrl(deviceId, Date.now());
	try {
		await image.decode();
	} catch {
		return;
	}
	draw(canvas, image, image.naturalWidth, image.naturalHeight);
}

function draw(canvas: HTMLCanvasElement, picture: CanvasImageSource, width: number, height: number): void {
	canvas.width = width;
	canvas.height = height;
	canvas.getContext("2d")?.drawImage(picture, 0, 0);
}
