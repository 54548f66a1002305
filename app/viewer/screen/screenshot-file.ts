import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import { wallClock } from "../../../signaling/protocol/time.ts";
import { drawTurned, rotationOf } from "./frame-rotation.ts";

/** Saves what the video shows as a PNG: turned as it is seen, in the frame's own pixels. False when it shows nothing. */
export async function saveScreenshot(
	video: HTMLVideoElement,
	device: DeviceDescription | undefined,
): Promise<boolean> {
	const size = { width: video.videoWidth, height: video.videoHeight };
	if (size.width === 0) return false;
	const canvas = document.createElement("canvas");
	drawTurned(canvas, video, size, device ? rotationOf(size, device) : 0);
	const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
	if (!blob) return false;
	const link = document.createElement("a");
	link.href = URL.createObjectURL(blob);
	link.download = screenshotFileName(device?.name ?? "screen", new Date(wallClock()));
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
	return true;
}

/** A file name that sorts by time and that every system takes, such as `Demo phone 2026-11-20 14.02.07.png`. */
export function screenshotFileName(deviceName: string, at: Date): string {
	const two = (value: number) => String(value).padStart(2, "0");
	const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
	const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(".");
	const safe = deviceName.replace(/[^\p{L}\p{N}_-]+/gu, " ").trim() || "screen";
	return `${safe} ${day} ${time}.png`;
}
