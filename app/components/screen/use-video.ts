import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import { wallClock } from "../../../signaling/protocol/time.ts";
import { drawTurned, screenshotRotation } from "../../viewer/screen/frame-rotation.ts";
import type { ViewerState } from "../../viewer/state.ts";
import type { FrameMetadata } from "../../viewer/stats/latency.ts";
import { screenshotUrl } from "../../viewer/urls.ts";
import type { Viewer } from "../../viewer/viewer.ts";

/** How long the first frame may take before a screenshot stands in for it, ms. */
const POSTER_AFTER = 400;

/**
 * Gives the stream to the video element and reports its frames to the viewer. The canvas that is returned is the video's
 * poster: it lies underneath and shows a screenshot when connecting takes long, and the last frame while reconnecting.
 */
export function useVideo(
	viewer: Viewer | undefined,
	state: ViewerState,
	video: RefObject<HTMLVideoElement | null>,
): RefObject<HTMLCanvasElement | null> {
	const poster = useRef<HTMLCanvasElement>(null);
	const { stream } = state;
	const stopped = state.stop !== undefined;

	// Before the browser paints, so that a frame which is there already is shown at once.
	useLayoutEffect(() => {
		const element = video.current;
		if (!viewer || !element) return;
		if (!stream) {
			// The stream of the bootstrap script is not to be shown after all.
			if (stopped) element.srcObject = null;
			return;
		}
		if (element.srcObject !== stream) element.srcObject = stream;
		return watchFrames(element, (metadata) => {
			viewer.session.pictureShown();
			if (metadata) viewer.latency.frame(metadata, viewer.session.peer?.sources());
		});
	}, [viewer, stream, stopped, video]);

	useEffect(() => {
		if (!viewer) return;
		const { state } = viewer.session;
		let shown = state.get().media === "shown";
		return state.subscribe(() => {
			const before = shown;
			shown = state.get().media === "shown";
			if (before && !shown && video.current && poster.current) holdLastFrame(video.current, poster.current);
		});
	}, [viewer, video]);

	// Whoever was not let in yet must not see the screen by its screenshot either.
	const deviceState = state.device?.state;
	const gone = deviceState === "offline" || deviceState === "off" || deviceState === "starting";
	const hidden = state.seen || state.waiting || gone;
	const awaited = hidden ? undefined : state.device?.id;
	const device = useRef(state.device);
	device.current = state.device;
	useEffect(() => {
		if (awaited === undefined) return;
		const fetch = () => {
			if (poster.current && device.current) void drawScreenshot(device.current, poster.current);
		};
		const timer = setTimeout(fetch, POSTER_AFTER);
		return () => clearTimeout(timer);
	}, [awaited]);

	return poster;
}

/** Copies the video's last frame, so that it stays in view while a new stream starts. */
function holdLastFrame(video: HTMLVideoElement, canvas: HTMLCanvasElement): void {
	const { videoWidth: width, videoHeight: height } = video;
	if (width > 0) drawTurned(canvas, video, { width, height }, 0);
}

/**
 * Draws the latest screenshot of the device, turned like the device's frames, which are turned once more for display.
 * Draws nothing on failure.
 */
async function drawScreenshot(device: DeviceDescription, canvas: HTMLCanvasElement): Promise<void> {
	const image = new Image();
	image.src = screenshotUrl(device.id, wallClock());
	try {
		await image.decode();
	} catch {
		return;
	}
	const size = { width: image.naturalWidth, height: image.naturalHeight };
	drawTurned(canvas, image, size, screenshotRotation(size, device));
}

/**
 * Calls back for each frame the video shows, with its metadata where the browser has them, and at once if one is shown
 * already. Returns a function that stops it.
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
