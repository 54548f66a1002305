import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { DeviceDescription, Size } from "../../../signaling/protocol/device.ts";
import { type HeldBezel, holdBezel, screenShare } from "../../viewer/screen/bezel-layout.ts";
import { rotatedSize, rotationOf, type Turn } from "../../viewer/screen/frame-rotation.ts";
import { type FitMode, fullSize, screenSize } from "../../viewer/screen/geometry.ts";

/** Where the screen goes, CSS pixels. */
export interface ScreenLayout {
	readonly screen: Size;
	/** Thickness of the plain edge drawn around a phone that has no bezel of its own; else 0. */
	readonly edge: number;
	/** The device's own bezel, and CSS pixels a point of it. */
	readonly bezel: { readonly held: HeldBezel; readonly scale: number } | undefined;
	/** By how much the picture is turned. */
	readonly turn: Turn;
	/** The picture once it is turned, device pixels. */
	readonly pixels: Size;
}

/** Space left around the screen, CSS pixels. */
const MARGIN = 16;
const PHONE_MARGIN = 8;

/**
 * Measures the stage and computes the layout of the screen on it; undefined until stage and device are known.
 *
 * @param bare The stage has the whole display to itself: no space is left around the screen.
 * @param bezels Bezels are to be shown.
 */
export function useScreenSize(
	device: DeviceDescription | undefined,
	video: RefObject<HTMLVideoElement | null>,
	fit: FitMode,
	bare: boolean,
	bezels: boolean,
): { room: RefObject<HTMLDivElement | null>; layout: ScreenLayout | undefined } {
	const room = useRef<HTMLDivElement>(null);
	const [stage, setStage] = useState<Size>();
	const [picture, setPicture] = useState<Size>();

	useLayoutEffect(() => {
		const element = room.current;
		if (!element) return;
		const measure = () => {
			const { width, height } = element.getBoundingClientRect();
			setStage((before) =>
				before?.width === width && before.height === height ? before : { width, height },
			);
		};
		measure();
		const observer = new ResizeObserver(measure);
		observer.observe(element);
		return () => observer.disconnect();
	}, []);

	useEffect(() => {
		const element = video.current;
		if (!element) return;
		const follow = () => {
			const { videoWidth: width, videoHeight: height } = element;
			if (width > 0) setPicture({ width, height });
		};
		follow();
		element.addEventListener("resize", follow);
		return () => element.removeEventListener("resize", follow);
	}, [video]);

	if (!stage || !device) return { room, layout: undefined };
	const untouched = picture ? fullSize(picture, device.pixels) : device.pixels;
	const turn = rotationOf(untouched, device);
	const pixels = rotatedSize(untouched, turn);
	const margin = bare || fit === "fill" ? 0 : stage.width < 640 ? PHONE_MARGIN : MARGIN;
	const around = bezels && fit !== "fill" && !bare;
	const held = around && device.bezel ? holdBezel(device.bezel, device.orientation, pixels) : undefined;
	const edge = around && !held && device.bezelStyle === "phone" ? edgeOf(stage) : 0;
	const free = (length: number) => Math.max(1, length - 2 * (margin + edge));
	// The share of the room that the bezel leaves for the screen.
	const share = held ? screenShare(held) : { width: 1, height: 1 };
	const screen = screenSize(fit, {
		stage: { width: free(stage.width) * share.width, height: free(stage.height) * share.height },
		pixels,
		points: turnedLike(pixels, device.points),
		density: devicePixelRatio,
	});
	const bezel = held && { held, scale: screen.width / (held.size.width * share.width) };
	return { room, layout: { screen, edge, bezel, turn, pixels } };
}

function edgeOf(stage: Size): number {
	return Math.round(Math.min(14, Math.max(7, Math.min(stage.width, stage.height) * 0.018)));
}

/** The device may have been turned since it was described; its points turn with the picture. */
function turnedLike(pixels: Size, points: Size): Size {
	const same = pixels.width > pixels.height === points.width > points.height;
	return same ? points : { width: points.height, height: points.width };
}
