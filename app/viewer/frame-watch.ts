import type { FrameMetadata } from "./latency.ts";

/**
 * Calls back for each picture the video shows, with its times where the browser tells them, and at once when one is
 * shown already. Returns a function that stops it.
 */
export function watchFrames(
	video: HTMLVideoElement,
	onFrame: (metadata?: FrameMetadata) => void,
): () => void {
	if (typeof video.requestVideoFrameCallback !== "function") return watchWithoutTimes(video, onFrame);
	let handle = 0;
	const next = (_now: number, metadata: FrameMetadata) => {
		handle = video.requestVideoFrameCallback(next);
		onFrame(metadata);
	};
	handle = video.requestVideoFrameCallback(next);
	if (showsPicture(video)) onFrame();
	return () => video.cancelVideoFrameCallback(handle);
}

function watchWithoutTimes(video: HTMLVideoElement, onFrame: () => void): () => void {
	const shown = () => showsPicture(video) && onFrame();
	const events = ["loadeddata", "playing", "timeupdate", "resize"];
	for (const type of events) video.addEventListener(type, shown);
	shown();
	return () => {
		for (const type of events) video.removeEventListener(type, shown);
	};
}

function showsPicture(video: HTMLVideoElement): boolean {
	return (
		video.srcObject !== null && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0
	);
}
