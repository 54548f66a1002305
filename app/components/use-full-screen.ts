import { type RefObject, useEffect, useState } from "react";
import { enterFullScreen, leaveFullScreen } from "../viewer/full-screen.ts";

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
	return {
		on,
		toggle() {
			setOn(!on);
			if (on) leaveFullScreen();
			else if (element.current) void enterFullScreen(element.current);
		},
	};
}
