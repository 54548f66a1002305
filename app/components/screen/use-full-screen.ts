import { type RefObject, useEffect, useState } from "react";

/** Whether the page shows the screen alone, and how to change that. */
export interface FullScreen {
	readonly on: boolean;
	toggle(): void;
}

/** Full screen for an element; where the browser has none, the page only hides its bars. */
export function useFullScreen(element: RefObject<HTMLElement | null>): FullScreen {
	const [on, setOn] = useState(false);
	useEffect(() => {
		const follow = () => setOn(document.fullscreenElement !== null);
		document.addEventListener("fullscreenchange", follow);
		return () => document.removeEventListener("fullscreenchange", follow);
	}, []);
	useEffect(() => {
		// Where the browser has no full screen of its own, nothing else would take Escape.
		if (!on || document.fullscreenElement) return;
		const leave = (event: KeyboardEvent) => event.key === "Escape" && setOn(false);
		window.addEventListener("keydown", leave, { capture: true });
		return () => window.removeEventListener("keydown", leave, { capture: true });
	}, [on]);
	return {
		on,
		toggle() {
			setOn(!on);
			if (on) leaveFullScreen();
			else if (element.current) void enterFullScreen(element.current);
		},
	};
}

/** Keyboard Lock, where the browser has it. https://wicg.github.io/keyboard-lock/ */
interface LockingNavigator {
	readonly keyboard?: { lock?(codes?: readonly string[]): Promise<void>; unlock?(): void };
}

/**
 * Shows an element in full screen and locks the keyboard, so that also keys of the browser reach the device. False where
 * the browser cannot.
 */
async function enterFullScreen(element: HTMLElement): Promise<boolean> {
	try {
		await element.requestFullscreen({ navigationUI: "hide" });
	} catch {
		return false;
	}
	await (navigator as LockingNavigator).keyboard?.lock?.().catch(() => {});
	return true;
}

/** Leaves full screen and unlocks the keyboard. */
function leaveFullScreen(): void {
	(navigator as LockingNavigator).keyboard?.unlock?.();
	if (document.fullscreenElement) void document.exitFullscreen();
}
