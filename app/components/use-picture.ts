import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { watchFrames } from "../viewer/frame-watch.ts";
import type { ViewerState } from "../viewer/state.ts";
import { fetchStill, keepStill } from "../viewer/still.ts";
import type { Viewer } from "../viewer/viewer.ts";

/** How long a picture may take before a still stands in for it, ms. */
const STILL_AFTER = 400;

/**
 * Gives the stream to the video and tells the viewer of its pictures. The canvas that is returned lies under the video
 * and holds a still while there is none: the device as it is when connecting takes long, the last picture afterwards.
 */
export function usePicture(
	viewer: Viewer | undefined,
	state: ViewerState,
	video: RefObject<HTMLVideoElement | null>,
): RefObject<HTMLCanvasElement | null> {
	const still = useRef<HTMLCanvasElement>(null);
	const { stream } = state;
	const stopped = state.stop !== undefined;

	// Before the browser paints, so that a picture which is there already is shown in its place at once.
	useLayoutEffect(() => {
		const element = video.current;
		if (!viewer || !element) return;
		if (!stream) {
			// What the first script showed is not wanted after all.
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
			if (before && !shown && video.current && still.current) keepStill(video.current, still.current);
		});
	}, [viewer, video]);

	// Whoever was not let in yet shall not see the screen by its still either.
	const deviceState = state.device?.state;
	const gone = deviceState === "offline" || deviceState === "off" || deviceState === "starting";
	const hidden = state.seen || state.waiting || gone;
	const awaited = hidden ? undefined : state.device?.id;
	const device = useRef(state.device);
	device.current = state.device;
	useEffect(() => {
		if (awaited === undefined) return;
		const fetch = () => {
			if (still.current && device.current) void fetchStill(device.current, still.current);
		};
		const timer = setTimeout(fetch, STILL_AFTER);
		return () => clearTimeout(timer);
	}, [awaited]);

	return still;
}
