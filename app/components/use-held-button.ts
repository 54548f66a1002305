import {
	type FocusEvent,
	type KeyboardEvent,
	type MouseEvent,
	type PointerEvent,
	useRef,
	useState,
} from "react";
import type { HeldInput } from "../viewer/held-input.ts";

/** What a button element needs to be one of the device's. */
export interface HeldButton {
	readonly pressed: boolean;
	readonly handlers: {
		onPointerDown(event: PointerEvent<HTMLButtonElement>): void;
		onLostPointerCapture(): void;
		onKeyDown(event: KeyboardEvent): void;
		onKeyUp(event: KeyboardEvent): void;
		onClick(event: MouseEvent): void;
		onBlur(event: FocusEvent): void;
		onContextMenu(event: MouseEvent): void;
	};
}

/** A device's own button, held as long as it is pressed, so that long presses mean what they mean there. */
export function useHeldButton(id: string, input: HeldInput | undefined): HeldButton {
	const held = useRef(false);
	const [pressed, setPressed] = useState(false);

	function press(down: boolean) {
		if (held.current === down) return;
		held.current = down;
		setPressed(down);
		input?.send({ type: "button", id, down });
	}

	function key(event: KeyboardEvent) {
		if (event.key !== "Enter" && event.key !== " ") return;
		// Otherwise the browser would make a click of it, which is kept for assistive technology below.
		event.preventDefault();
		press(event.type === "keydown");
	}

	return {
		pressed,
		handlers: {
			onPointerDown(event) {
				if (event.button !== 0) return;
				event.currentTarget.setPointerCapture(event.pointerId);
				press(true);
			},
			onLostPointerCapture: () => press(false),
			onKeyDown: key,
			onKeyUp: key,
			onClick(event) {
				if (event.detail > 0) return;
				press(true);
				press(false);
			},
			onBlur: () => press(false),
			onContextMenu: (event) => event.preventDefault(),
		},
	};
}
