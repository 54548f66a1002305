import type { RefObject } from "react";
import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import type { ViewerState } from "../viewer/state.ts";
import { Store } from "../viewer/store.ts";
import { noZoom, type Zoom } from "../viewer/view-zoom.ts";
import type { Viewer } from "../viewer/viewer.ts";
import { useScreen } from "./use-screen.ts";
import type { ScreenLayout } from "./use-screen-size.ts";
import { useStore } from "./use-store.ts";

interface ScreenProps {
	readonly viewer: Viewer | undefined;
	readonly state: ViewerState;
	readonly live: boolean;
	/** Input of this person reaches the device. */
	readonly mayTouch: boolean;
	readonly layout: ScreenLayout | undefined;
	readonly touchThrough: boolean;
	onHint(hint: string): void;
	readonly video: RefObject<HTMLVideoElement | null>;
	readonly field: RefObject<HTMLTextAreaElement | null>;
}

const unzoomed = new Store<Zoom>(noZoom);

/** The device's picture in its bezel, and everything that feels touches and keys for it. */
export function Screen({
	viewer,
	state,
	live,
	mayTouch,
	layout,
	touchThrough,
	onHint,
	video,
	field,
}: ScreenProps) {
	const { surface, still, keyboard } = useScreen({
		viewer,
		state,
		layout,
		touchThrough,
		onHint,
		video,
		field,
	});
	const zoom = useStore(viewer?.zoom ?? unzoomed);
	const name = state.device?.name ?? "the device";
	const takes = (kind: DeviceDescription["inputs"][number]) => state.device?.inputs.includes(kind) ?? false;
	const types = takes("keys") || takes("text");
	const bezel = layout?.bezel ?? 0;
	// A desktop draws its own pointer into the picture; two of them would only confuse.
	const drawsPointer = live && bezel === 0 && takes("pointer");
	const corner =
		layout && bezel > 0 ? Math.round(Math.min(layout.screen.width, layout.screen.height) * 0.085) : 0;
	return (
		<div
			className={`m-auto shrink-0 ${bezel > 0 ? "bg-body shadow-float ring-1 ring-edge" : ""}`}
			style={{ padding: bezel, borderRadius: corner && corner + bezel }}
		>
			<div
				ref={surface}
				className={`relative touch-none select-none overflow-hidden bg-screen transition-[width,height] duration-140 ease-out ${
					bezel > 0 ? "" : "shadow-float"
				} ${keyboard ? "ring-2 ring-accent" : ""} ${drawsPointer && mayTouch ? "cursor-none" : ""}`}
				style={{
					...(layout ? { width: layout.screen.width, height: layout.screen.height } : unmeasured),
					borderRadius: corner,
					transform: zoom.scale > 1 ? `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale})` : undefined,
					transformOrigin: "0 0",
				}}
			>
				<canvas
					ref={still}
					aria-hidden
					className={`eased absolute inset-0 size-full ${live ? "" : "opacity-60"}`}
				/>
				<video
					ref={video}
					data-testid="screen"
					aria-label={`Screen of ${name}`}
					className={`pointer-events-none absolute inset-0 size-full object-fill ${state.seen && !live ? "invisible" : ""}`}
					muted
					playsInline
					autoPlay
					disablePictureInPicture
					disableRemotePlayback
				/>
				<textarea
					ref={field}
					data-testid="text-input"
					aria-label={`Keyboard of ${name}. Control, Alt and Shift together leave it.`}
					className="pointer-events-none absolute bottom-0 left-0 h-8 w-40 resize-none opacity-0 outline-none"
					disabled={!mayTouch || !types}
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

/** Until the room is measured the stage itself is the screen; the first picture may come that early. */
const unmeasured = { width: "100%", height: "100%" };
