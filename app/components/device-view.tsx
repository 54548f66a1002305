"use client";

import { useEffect, useRef, useState } from "react";
import { controlView } from "../viewer/control-view.ts";
import type { FitMode } from "../viewer/geometry.ts";
import { saveScreenshot } from "../viewer/screenshot.ts";
import type { ViewerState } from "../viewer/state.ts";
import { Store } from "../viewer/store.ts";
import type { Note } from "../viewer/viewer.ts";
import { Rail } from "./rail.tsx";
import { Stage } from "./stage.tsx";
import { TopBar } from "./top-bar.tsx";
import { useBezels } from "./use-bezels.ts";
import { useFullScreen } from "./use-full-screen.ts";
import { usePower } from "./use-power.tsx";
import { useStore } from "./use-store.ts";
import { useViewer, useWords } from "./use-viewer.ts";

const nothingToSay = new Store<Note>({ words: "" });

/** One device, alone on the page: its screen, what it can do, and how the connection stands. */
export function DeviceView() {
	const { viewer, state, readings } = useViewer();
	const words = useWords(state);
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
	useEffect(() => setHint(note.words), [note]);

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
			{/* Here and not as metadata, which Next would put back over a name set before it was done. */}
			<title>{`${name ?? "Device"} · Porthole`}</title>
			<TopBar
				viewer={viewer}
				state={state}
				control={control}
				words={words}
				name={name ?? (viewer ? state.deviceId : "")}
				poor={readings.poor && words.phase === "live"}
			/>
			<Stage
				viewer={viewer}
				state={state}
				words={words}
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
				enabled={words.phase === "live"}
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

/** How many others see the device now. */
function watchingWith({ people = [], viewerId }: ViewerState): number {
	return people.filter((one) => one.viewerId !== viewerId && !one.waiting && one.quality !== "away").length;
}
