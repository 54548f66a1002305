import { lazy, type RefObject, Suspense, useEffect, useState } from "react";
import type { ControlView } from "../../viewer/control-view.ts";
import type { FitMode } from "../../viewer/screen/geometry.ts";
import type { ViewerState } from "../../viewer/state.ts";
import type { Readings } from "../../viewer/stats/stats-watch.ts";
import type { StatusText } from "../../viewer/status-text.ts";
import { nameWasAsked } from "../../viewer/storage.ts";
import type { Viewer } from "../../viewer/viewer.ts";
import { Callouts } from "../control/control-pill.tsx";
import type { PowerSwitch } from "../devices/use-power.tsx";
import { StatsStrip } from "../stats/stats-strip.tsx";
import { CopyFromDevice } from "./copy-from-device.tsx";
import { FullScreenBar } from "./full-screen-bar.tsx";
import { Screen } from "./screen.tsx";
import { StatePanel } from "./state-panel.tsx";
import type { FullScreen } from "./use-full-screen.ts";
import { useScreenSize } from "./use-screen-size.ts";

const NamePrompt = lazy(async () => ({
	default: (await import("../participants/name-form.tsx")).NamePrompt,
}));

interface StageProps {
	readonly viewer: Viewer | undefined;
	readonly state: ViewerState;
	readonly status: StatusText;
	readonly readings: Readings;
	readonly fit: FitMode;
	readonly touchThrough: boolean;
	/** Bezels are shown. */
	readonly bezels: boolean;
	readonly power: PowerSwitch;
	readonly control: ControlView;
	/** A short note, shown for a few seconds. */
	readonly hint: string;
	onHint(hint: string): void;
	readonly video: RefObject<HTMLVideoElement | null>;
	readonly field: RefObject<HTMLTextAreaElement | null>;
	readonly fullScreen: FullScreen;
}

/** The area around the screen, with all notices about it. */
export function Stage(props: StageProps) {
	const { viewer, state, status, readings, fit, hint, fullScreen, control } = props;
	const live = status.phase === "live";
	const refused = useTouchRefusal(control);
	const [named, setNamed] = useState(false);
	const asksName = viewer !== undefined && live && state.role !== "own" && !named && !nameWasAsked();
	const { room, layout } = useScreenSize(state.device, props.video, fit, fullScreen.on, props.bezels);
	return (
		<section
			aria-label="Screen"
			className="relative grid min-h-0 grid-rows-[minmax(0,1fr)_2rem] bg-sunken group-data-full/page:grid-rows-[minmax(0,1fr)] group-data-full/page:bg-screen"
		>
			<div
				ref={room}
				className={`relative flex min-h-0 overscroll-contain ${fit === "fit" ? "overflow-hidden" : "overflow-auto"}`}
			>
				<Screen
					viewer={viewer}
					state={state}
					live={live}
					control={control}
					layout={layout}
					touchThrough={props.touchThrough}
					onHint={props.onHint}
					onRefused={refused.tell}
					video={props.video}
					field={props.field}
				/>
			</div>
			<StatePanel
				status={status}
				onRetry={() => viewer?.retry()}
				power={state.role === "own" ? props.power : undefined}
				onPin={(pin) => viewer?.enterPin(pin) ?? Promise.resolve()}
			/>
			<Callouts
				viewer={viewer}
				control={control}
				waiting={state.role === "own" ? (state.participants ?? []).filter(({ waiting }) => waiting) : []}
				refusal={live ? refused.text : ""}
			/>
			{viewer && <CopyFromDevice clipboard={viewer.clipboard} enabled={live && control.mayTouch} />}
			{asksName && (
				<Suspense>
					<NamePrompt
						onName={(name) => {
							viewer.rename(name);
							setNamed(true);
						}}
					/>
				</Suspense>
			)}
			{fullScreen.on && <FullScreenBar name={state.device?.name ?? ""} onLeave={fullScreen.toggle} />}
			<StatsStrip readings={readings} live={live} device={state.device} hint={hint || noticeOf(readings)} />
		</section>
	);
}

/** A lasting notice about the connection. */
function noticeOf({ smaller, poor }: Readings): string {
	return smaller ?? (poor ? "Slow connection: the picture may lag" : "");
}

/** How long the text stays, ms. */
const STAYS = 4000;

/** Shows why a touch did nothing: each reason once, until it changes. */
function useTouchRefusal({ refusal }: ControlView): { readonly text: string; tell(): void } {
	const [told, setTold] = useState("");
	const [text, setText] = useState("");
	useEffect(() => {
		if (refusal !== text) setText("");
		if (refusal === "") setTold("");
	}, [refusal, text]);
	useEffect(() => {
		if (text === "") return;
		const timer = setTimeout(() => setText(""), STAYS);
		return () => clearTimeout(timer);
	}, [text]);
	return {
		text,
		tell() {
			if (refusal === told) return;
			setTold(refusal);
			setText(refusal);
		},
	};
}
