import { type RefObject, useEffect, useState } from "react";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import type { ControlView } from "../../viewer/control-view.ts";
import { turnedStyle } from "../../viewer/screen/frame-rotation.ts";
import { noZoom, type Zoom } from "../../viewer/screen/view-zoom.ts";
import { phaseOf, type ViewerState } from "../../viewer/state.ts";
import { Store } from "../../viewer/store.ts";
import { bezelImageUrl } from "../../viewer/urls.ts";
import type { Viewer } from "../../viewer/viewer.ts";
import { useStore } from "../use-store.ts";
import { Bezel } from "./bezel.tsx";
import { FingerMarks, PointerLayer } from "./pointer-layer.tsx";
import { useScreenInput } from "./use-screen-input.ts";
import type { ScreenLayout } from "./use-screen-size.ts";
import { useVideo } from "./use-video.ts";

interface ScreenProps {
	readonly viewer: Viewer | undefined;
	readonly state: ViewerState;
	readonly live: boolean;
	readonly control: ControlView;
	readonly layout: ScreenLayout | undefined;
	readonly touchThrough: boolean;
	onHint(hint: string): void;
	/** A touch did nothing, since somebody else has control. */
	onRefused(): void;
	readonly video: RefObject<HTMLVideoElement | null>;
	readonly field: RefObject<HTMLTextAreaElement | null>;
}

const unzoomed = new Store<Zoom>(noZoom);

/** The device's video in its bezel, and the elements that take touches and keys for it. */
export function Screen(props: ScreenProps) {
	const { viewer, state, live, layout, video, field } = props;
	const { mayTouch } = props.control;
	const poster = useVideo(viewer, state, video);
	const turn = layout?.turn ?? 0;
	const { surface, keyboard } = useScreenInput(viewer, field, {
		turn,
		pixels: layout?.pixels ?? { width: 1, height: 1 },
		touchThrough: props.touchThrough,
		mayTouch: !live || mayTouch,
		onHint: props.onHint,
		onRefused: props.onRefused,
	});
	const { scale, x, y } = useStore(viewer?.zoom ?? unzoomed);
	// The screen takes its first place at once; later changes are animated.
	const [placed, setPlaced] = useState(false);
	const known = layout !== undefined;
	useEffect(() => {
		if (!known) return setPlaced(false);
		// Not before the first place has been drawn once, or the screen would grow to it from nothing.
		let frame = requestAnimationFrame(() => {
			frame = requestAnimationFrame(() => setPlaced(true));
		});
		return () => cancelAnimationFrame(frame);
	}, [known]);
	const { device } = state;
	const name = device?.name ?? "the device";
	const takes = (kind: DeviceDescription["inputs"][number]) => device?.inputs.includes(kind) ?? false;
	const edge = layout?.edge ?? 0;
	const bezel = layout?.bezel;
	const corner = bezel
		? bezel.held.bezel.radius * bezel.scale
		: layout && edge > 0
			? Math.round(Math.min(layout.screen.width, layout.screen.height) * 0.085)
			: 0;
	const phase = phaseOf(state);
	const dark = phase === "off" || phase === "starting";
	// Two pointers would only confuse.
	const hidesPointer = live && mayTouch && device?.drawsPointer && takes("pointer");
	// The mask is turned with the video, so it fits only where bezel and video are turned alike.
	const mask = bezel && device && (bezel.held.turn + 360) % 360 === turn ? maskOf(device) : undefined;
	const look = [
		"[container-type:size] relative touch-none select-none overflow-hidden",
		layout && !mask && "bg-screen",
		layout && edge === 0 && !bezel && "shadow-float",
		placed && "transition-[width,height] duration-140 ease-out",
		keyboard && "ring-2 ring-accent",
		hidesPointer && "cursor-none",
	];
	return (
		<div
			className={`relative m-auto shrink-0 ${layout ? "" : "size-full"} ${edge > 0 ? "bg-body shadow-float ring-1 ring-edge" : ""}`}
			style={{
				padding: bezel ? paddingOf(bezel) : edge,
				borderRadius: !bezel && corner ? corner + edge : undefined,
			}}
		>
			{bezel && device && (
				<Bezel
					device={device}
					held={bezel.held}
					scale={bezel.scale}
					wanted={state.seen || dark || phase === "no-picture"}
					moves={placed}
					input={viewer?.input}
					enabled={live && mayTouch}
				/>
			)}
			<div
				ref={surface}
				className={look.filter(Boolean).join(" ")}
				style={{
					...(layout?.screen ?? unmeasured),
					borderRadius: corner,
					transform: scale > 1 ? `translate(${x}px, ${y}px) scale(${scale})` : undefined,
					transformOrigin: "0 0",
				}}
			>
				<div
					className={`absolute top-0 left-0 origin-top-left ${mask ? "bg-screen" : ""}`}
					style={{ ...turnedStyle(turn), maskImage: mask, maskSize: "100% 100%" }}
				>
					<canvas
						ref={poster}
						aria-hidden
						className={`eased absolute inset-0 size-full ${dark ? "invisible" : live ? "" : "opacity-60"}`}
					/>
					<video
						ref={video}
						data-testid="screen"
						aria-label={`Screen of ${name}`}
						className={`pointer-events-none absolute inset-0 size-full ${layout ? "object-fill" : "object-contain"} ${state.seen && !live ? "invisible" : ""}`}
						muted
						playsInline
						autoPlay
						disablePictureInPicture
						disableRemotePlayback
					/>
				</div>
				{viewer && live && (
					<PointerLayer pointers={viewer.pointers} participants={state.participants ?? []} turn={turn} />
				)}
				{viewer && live && mayTouch && <FingerMarks fingers={viewer.fingers} turn={turn} />}
				<textarea
					ref={field}
					data-testid="text-input"
					aria-label={`Keyboard of ${name}. Control, Alt and Shift together leave it.`}
					className="pointer-events-none absolute bottom-0 left-0 h-8 w-40 resize-none opacity-0 outline-none"
					disabled={!mayTouch || !(takes("keys") || takes("text"))}
					rows={1}
					inputMode="none"
					autoCapitalize="off"
					autoComplete="off"
					autoCorrect="off"
					spellCheck={false}
				/>
			</div>
		</div>
	);
}

function paddingOf({ held: { around }, scale }: NonNullable<ScreenLayout["bezel"]>): string {
	const { top, right, bottom, left } = around;
	return [top, right, bottom, left].map((length) => `${length * scale}px`).join(" ");
}

/** CSS mask of a screen whose shape is more than a box with round corners. */
function maskOf({ id, bezel }: DeviceDescription): string | undefined {
	return bezel?.masked ? `url("${bezelImageUrl(id, "mask", bezel.version)}")` : undefined;
}

/** Until the room is measured the screen fills the stage; the first frame may come that early. */
const unmeasured = { width: "100%", height: "100%" };
