import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Size } from "../../../signaling/protocol/device.ts";
import { contentOfPaste } from "../../viewer/browser-clipboard.ts";
import { attachKeyboard } from "../../viewer/input/keyboard.ts";
import { attachPaste } from "../../viewer/input/paste.ts";
import { attachPointer } from "../../viewer/input/pointer.ts";
import type { Turn } from "../../viewer/screen/frame-rotation.ts";
import { keysGoByPosition } from "../../viewer/storage.ts";
import type { Viewer } from "../../viewer/viewer.ts";

/** What decides about input; read at each event. */
interface ScreenInput {
	/** By how much the picture is turned. */
	readonly turn: Turn;
	/** Size of the picture once it is turned, device pixels. */
	readonly pixels: Size;
	/** Two fingers reach the device instead of zooming the view. */
	readonly touchThrough: boolean;
	/** The user's input may reach the device. */
	readonly mayTouch: boolean;
	onHint(hint: string): void;
	/** A touch did nothing. */
	onRefused(): void;
}

const RELEASE_HINT = "Keys go to the device. Ctrl + Alt + Shift gives them back.";

const FINGERS_HINT = "Drag with two fingers. Shift too moves both alike.";

/** Sends what is done on the screen's element, and typed into its field, to the device. */
export function useScreenInput(
	viewer: Viewer | undefined,
	field: RefObject<HTMLTextAreaElement | null>,
	input: ScreenInput,
): { surface: RefObject<HTMLDivElement | null>; keyboard: boolean } {
	const surface = useRef<HTMLDivElement>(null);
	const [keyboard, setKeyboard] = useState(false);
	const now = useRef(input);
	useLayoutEffect(() => {
		now.current = input;
	});

	useEffect(() => {
		const screen = surface.current;
		if (!viewer || !screen) return;
		const { session } = viewer;
		const detach = attachPointer(screen, {
			input: viewer.input,
			zoom: viewer.zoom,
			fingers: viewer.fingers,
			keys: window,
			device: () => session.state.get().device,
			turn: () => now.current.turn,
			pixels: () => now.current.pixels,
			pixelRatio: () => devicePixelRatio,
			touchThrough: () => now.current.touchThrough,
			onPress: () => field.current?.focus({ preventScroll: true }),
		});
		const refuse = () => !now.current.mayTouch && now.current.onRefused();
		screen.addEventListener("pointerdown", refuse);
		let toldOfFingers = false;
		const unsubscribe = viewer.fingers.subscribe(() => {
			if (toldOfFingers || !viewer.fingers.get()) return;
			toldOfFingers = true;
			now.current.onHint(FINGERS_HINT);
		});
		return () => {
			detach();
			unsubscribe();
			screen.removeEventListener("pointerdown", refuse);
		};
	}, [viewer, field]);

	useEffect(() => {
		const text = field.current;
		if (!viewer || !text) return;
		const takes = (kind: "keys" | "text") =>
			viewer.session.state.get().device?.inputs.includes(kind) ?? false;
		const detachPaste = attachPaste(text, {
			input: viewer.input,
			clipboard: viewer.clipboard,
			device: () => viewer.session.state.get().device?.clipboard,
			byPosition: keysGoByPosition,
			read: contentOfPaste,
		});
		const detach = attachKeyboard(text, {
			input: viewer.input,
			takesKeys: () => takes("keys"),
			takesText: () => takes("text"),
			byPosition: keysGoByPosition,
			onRelease: () => text.blur(),
		});
		let told = false;
		const focused = () => {
			setKeyboard(true);
			// A soft keyboard has no such keys and a button of its own to close it.
			if (told || text.inputMode !== "none" || matchMedia("(pointer: coarse)").matches) return;
			now.current.onHint(RELEASE_HINT);
			told = true;
		};
		const blurred = () => {
			setKeyboard(false);
			text.inputMode = "none";
			viewer.input.release();
		};
		text.addEventListener("focus", focused);
		text.addEventListener("blur", blurred);
		return () => {
			detachPaste();
			detach();
			text.removeEventListener("focus", focused);
			text.removeEventListener("blur", blurred);
		};
	}, [viewer, field]);

	return { surface, keyboard };
}
