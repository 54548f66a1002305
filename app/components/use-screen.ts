import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { watchFrames } from "../viewer/frame-watch.ts";
import { attachKeyboard } from "../viewer/keyboard.ts";
import { attachPointer } from "../viewer/pointer.ts";
import type { ViewerState } from "../viewer/state.ts";
import { fetchStill, keepStill } from "../viewer/still.ts";
import type { Viewer } from "../viewer/viewer.ts";
import type { ScreenLayout } from "./use-screen-size.ts";

interface ScreenParts {
	readonly viewer: Viewer | undefined;
	readonly state: ViewerState;
	readonly layout: ScreenLayout | undefined;
	readonly touchThrough: boolean;
	onHint(hint: string): void;
	readonly video: RefObject<HTMLVideoElement | null>;
	readonly field: RefObject<HTMLTextAreaElement | null>;
}

/** How long a picture may take before a still stands in for it, ms. */
const STILL_AFTER = 400;
const RELEASE_HINT = "Keys go to the device. Ctrl + Alt + Shift gives them back.";

/** Ties the screen's elements to the viewer: pictures in, pointer and keyboard out. */
export function useScreen({ viewer, state, layout, touchThrough, onHint, video, field }: ScreenParts) {
	const surface = useRef<HTMLDivElement>(null);
	const still = useRef<HTMLCanvasElement>(null);
	const [keyboard, setKeyboard] = useState(false);
	const { stream } = state;
	const stopped = state.stop !== undefined;
	const now = useRef({ touchThrough, layout, onHint });
	useLayoutEffect(() => {
		now.current = { touchThrough, layout, onHint };
	});

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
		let shown = false;
		return viewer.session.state.subscribe(() => {
			const before = shown;
			shown = viewer.session.state.get().media === "shown";
			if (before && !shown && video.current && still.current) keepStill(video.current, still.current);
		});
	}, [viewer, video]);

	const awaited = state.media === "shown" || state.seen ? undefined : state.device;
	const awaitedId = awaited && awaited.state !== "offline" ? awaited.id : undefined;
	useEffect(() => {
		if (awaitedId === undefined) return;
		const timer = setTimeout(() => still.current && void fetchStill(awaitedId, still.current), STILL_AFTER);
		return () => clearTimeout(timer);
	}, [awaitedId]);

	useEffect(() => {
		const screen = surface.current;
		const input = field.current;
		if (!viewer || !screen || !input) return;
		const { session } = viewer;
		const takes = (kind: "keys" | "text") => session.state.get().device?.inputs.includes(kind) ?? false;
		const listening = new AbortController();
		const { signal } = listening;
		let told = false;
		const focused = () => {
			setKeyboard(true);
			if (!told) now.current.onHint(RELEASE_HINT);
			told = true;
		};
		const blurred = () => {
			setKeyboard(false);
			input.inputMode = "none";
			viewer.input.release();
		};
		input.addEventListener("focus", focused, { signal });
		input.addEventListener("blur", blurred, { signal });
		const detachPointer = attachPointer(screen, {
			input: viewer.input,
			zoom: viewer.zoom,
			device: () => session.state.get().device,
			pixels: () => now.current.layout?.pixels ?? { width: 1, height: 1 },
			touchThrough: () => now.current.touchThrough,
			onPress: () => (takes("keys") || takes("text")) && input.focus({ preventScroll: true }),
		});
		const detachKeyboard = attachKeyboard(input, {
			input: viewer.input,
			takesKeys: () => takes("keys"),
			takesText: () => takes("text"),
			onRelease: () => input.blur(),
		});
		return () => {
			listening.abort();
			detachPointer();
			detachKeyboard();
		};
	}, [viewer, field]);

	return { surface, still, keyboard };
}
