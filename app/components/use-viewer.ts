import { useEffect, useLayoutEffect, useState } from "react";
import { deviceIdOf, PLACEHOLDER_ID } from "../viewer/place.ts";
import { initialState, type ViewerState } from "../viewer/state.ts";
import type { Readings } from "../viewer/stats-watch.ts";
import { Store } from "../viewer/store.ts";
import { Viewer } from "../viewer/viewer.ts";
import { SLOW_AFTER, type Words, wordsFor } from "../viewer/words.ts";
import { useStore } from "./use-store.ts";

const nothing = new Store<ViewerState>(initialState(PLACEHOLDER_ID));
const noReadings = new Store<Readings>({ poor: false });

/** The viewer of the device that the address names; undefined while the static page is taking over. */
export function useViewer(): { viewer: Viewer | undefined; state: ViewerState; readings: Readings } {
	const [viewer, setViewer] = useState<Viewer>();
	// Before the browser paints: a picture may be there already and shall find its place.
	useLayoutEffect(() => {
		const opened = new Viewer(deviceIdOf(location.pathname) ?? PLACEHOLDER_ID);
		opened.start();
		setViewer(opened);
		return () => opened.close();
	}, []);
	const state = useStore(viewer?.session.state ?? nothing);
	const readings = useStore(viewer?.watch.readings ?? noReadings);
	return { viewer, state, readings };
}

/** Words for the state; they say more when it has lasted. */
export function useWords(state: ViewerState): Words {
	const [slow, setSlow] = useState(false);
	const words = wordsFor(state, slow ? SLOW_AFTER : 0, timeOfDay);
	const { phase } = words;
	useEffect(() => {
		setSlow(false);
		const timer = setTimeout(() => setSlow(true), SLOW_AFTER);
		return () => clearTimeout(timer);
	}, [phase]);
	return words;
}

function timeOfDay(epochMs: number): string {
	return new Date(epochMs).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
