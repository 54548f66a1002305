"use client";

import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { controlView } from "../viewer/control-view.ts";
import type { FitMode } from "../viewer/screen/geometry.ts";
import { saveScreenshot } from "../viewer/screen/screenshot-file.ts";
import { initialState, type ViewerState } from "../viewer/state.ts";
import type { Readings } from "../viewer/stats/stats-watch.ts";
import { SLOW_AFTER, type StatusText, statusText } from "../viewer/status-text.ts";
import { bezelsAreShown, rememberBezels } from "../viewer/storage.ts";
import { Store } from "../viewer/store.ts";
import { deviceIdOf, PLACEHOLDER_ID } from "../viewer/urls.ts";
import { type Note, Viewer } from "../viewer/viewer.ts";
import { usePower } from "./devices/use-power.tsx";
import { Rail } from "./rail/rail.tsx";
import { Stage } from "./screen/stage.tsx";
import { useFullScreen } from "./screen/use-full-screen.ts";
import { TopBar } from "./top-bar.tsx";
import { useStore } from "./use-store.ts";

const nothingToSay = new Store<Note>({ text: "" });

/** The page of one device: its screen, its controls, and the state of the connection. */
export function DeviceView() {
	const { viewer, state, readings } = useViewer();
	const status = useStatusText(state);
	const page = useRef<HTMLElement>(null);
	const video = useRef<HTMLVideoElement>(null);
	const field = useRef<HTMLTextAreaElement>(null);
	const [fit, setFit] = useState<FitMode>("fit");
	const [touchThrough, setTouchThrough] = useState(false);
	const [hint, setHint] = useState("");
	const [bezels, setBezels] = useBezels();
	const others = watchingWith(state);
	const power = usePower(state.device, { others, onRefused: setHint });
	const fullScreen = useFullScreen(page);
	const name = state.device?.name;
	const control = controlView(state);
	const { mayTouch } = control;

	useEffect(() => {
		if (hint === "") return;
		const timer = setTimeout(() => setHint(""), 6000);
		return () => clearTimeout(timer);
	}, [hint]);

	const note = useStore(viewer?.note ?? nothingToSay);
	useEffect(() => setHint(note.text), [note]);

	async function takeScreenshot() {
		const done = video.current && (await saveScreenshot(video.current, state.device));
		setHint(done ? "Screenshot saved to your downloads." : "There is no picture to save yet.");
	}

	return (
		<main
			ref={page}
			data-full={fullScreen.on || undefined}
			className="group/page grid h-dvh grid-cols-[minmax(0,1fr)] grid-rows-[3rem_minmax(0,1fr)_auto] overflow-hidden bg-surface data-full:grid-rows-[0_minmax(0,1fr)_0] sm:grid-cols-[minmax(0,1fr)_4.75rem] sm:grid-rows-[3rem_minmax(0,1fr)] sm:data-full:grid-cols-[minmax(0,1fr)_0]"
		>
			{/* Not as metadata: Next would apply that late, over the device's name. */}
			<title>{`${name ?? "Device"} · Porthole`}</title>
			<TopBar
				viewer={viewer}
				state={state}
				control={control}
				status={status}
				name={name ?? (viewer ? state.deviceId : "")}
				poor={readings.poor && status.phase === "live"}
			/>
			<Stage
				viewer={viewer}
				state={state}
				status={status}
				readings={readings}
				fit={fit}
				touchThrough={touchThrough}
				bezels={bezels}
				power={power}
				control={control}
				hint={hint}
				onHint={setHint}
				video={video}
				field={field}
				fullScreen={fullScreen}
			/>
			<Rail
				viewer={viewer}
				device={state.device}
				useless={state.stop?.final === true}
				enabled={status.phase === "live"}
				mayTouch={mayTouch}
				fit={fit}
				onFit={setFit}
				touchThrough={touchThrough}
				onTouchThrough={setTouchThrough}
				bezels={bezels}
				onBezels={setBezels}
				power={state.role === "own" ? power : undefined}
				onScreenshot={() => void takeScreenshot()}
				field={field}
				fullScreen={fullScreen}
			/>
			{power.dialog}
		</main>
	);
}

/** How many others are watching. */
function watchingWith({ participants = [], viewerId }: ViewerState): number {
	return participants.filter((one) => one.viewerId !== viewerId && !one.waiting && one.quality !== "away")
		.length;
}

const nothing = new Store<ViewerState>(initialState(PLACEHOLDER_ID));
const noReadings = new Store<Readings>({ idle: false, poor: false });

/** The viewer of the device that the address names; undefined until the static page is hydrated. */
function useViewer(): { viewer: Viewer | undefined; state: ViewerState; readings: Readings } {
	const [viewer, setViewer] = useState<Viewer>();
	// Before the browser paints: the first frame may be there already and needs its place.
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

/** The status text for a state; more detailed once the state has lasted. */
function useStatusText(state: ViewerState): StatusText {
	const [slow, setSlow] = useState(false);
	const status = statusText(state, slow ? SLOW_AFTER : 0, timeOfDay);
	const { phase } = status;
	useEffect(() => {
		setSlow(false);
		const timer = setTimeout(() => setSlow(true), SLOW_AFTER);
		return () => clearTimeout(timer);
	}, [phase]);
	return status;
}

function timeOfDay(epochMs: number): string {
	return new Date(epochMs).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** Whether bezels are shown, as the user chose, and a function to change it. */
function useBezels(): [shown: boolean, show: (shown: boolean) => void] {
	const [shown, setShown] = useState(true);
	// Not as the initial state: the static page knows nothing about this browser.
	useLayoutEffect(() => setShown(bezelsAreShown()), []);
	return [
		shown,
		(next) => {
			setShown(next);
			rememberBezels(next);
		},
	];
}
