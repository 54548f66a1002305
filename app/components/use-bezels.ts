import { useLayoutEffect, useState } from "react";
import { bezelsAreShown, rememberBezels } from "../viewer/memory.ts";

/** Whether what is around the device is shown, as this browser's person chose, and how to choose otherwise. */
export function useBezels(): [shown: boolean, show: (shown: boolean) => void] {
	const [shown, setShown] = useState(true);
	// Not at first: the static page knows nothing of this browser.
	useLayoutEffect(() => setShown(bezelsAreShown()), []);
	return [
		shown,
		(next) => {
			setShown(next);
			rememberBezels(next);
		},
	];
}
