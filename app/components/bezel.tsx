import { useRef, useState } from "react";
import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import { type HeldBezel, nearestAngle, placeIn } from "../viewer/bezel-layout.ts";
import type { HeldInput } from "../viewer/held-input.ts";
import { bezelImageUrl } from "../viewer/place.ts";
import { BezelButton } from "./bezel-button.tsx";

interface FrameProps {
	readonly device: DeviceDescription;
	readonly held: HeldBezel;
	/** CSS pixels a point. */
	readonly scale: number;
	/** Its pictures may be fetched: nothing more important is to come. */
	readonly wanted: boolean;
	/** It turns visibly. */
	readonly moves: boolean;
	readonly input: HeldInput | undefined;
	/** Its buttons can be pressed. */
	readonly enabled: boolean;
}

/** The device's own bezel, around the screen that lies on it. Drawn from its measures until its pictures are there. */
export function Frame({ device, held, scale, wanted, moves, input, enabled }: FrameProps) {
	const { bezel, turn, around } = held;
	const angle = useRef(turn as number);
	angle.current = nearestAngle(angle.current, turn);
	const asked = useRef(false);
	asked.current ||= wanted;
	const url = (name: string) => bezelImageUrl(device.id, name, bezel.version);
	const picture = url(bezel.buttons.length > 0 ? "bare" : "bezel");
	const [loaded, setLoaded] = useState("");
	const there = loaded === picture;
	const rim = Math.min(around.top, around.right, around.bottom, around.left);
	const aroundScreen = (by: number) => {
		const { screen, radius } = bezel;
		return {
			...placeIn(bezel, {
				x: screen.x - by,
				y: screen.y - by,
				width: screen.width + 2 * by,
				height: screen.height + 2 * by,
			}),
			borderRadius: (radius + by) * scale,
		};
	};
	return (
		<div
			data-testid="frame"
			data-turn={turn}
			data-loaded={there || undefined}
			className={`pointer-events-none absolute top-1/2 left-1/2 isolate ${moves ? "transition-[transform,width,height] duration-140 ease-out" : ""}`}
			style={{
				width: bezel.width * scale,
				height: bezel.height * scale,
				transform: `translate(-50%, -50%) rotate(${angle.current}deg)`,
			}}
		>
			<div
				className={`absolute shadow-float ${there ? "" : "bg-body ring-1 ring-edge"}`}
				style={aroundScreen(rim)}
			/>
			{/* Else what is behind the page would shine through where the picture's edge meets the screen's. */}
			<div className="absolute bg-screen" style={aroundScreen(Math.min(rim / 2, 2))} />
			{asked.current && (
				<img
					key={picture}
					src={picture}
					alt=""
					draggable={false}
					onLoad={() => setLoaded(picture)}
					className={`absolute inset-0 z-10 size-full select-none ${there ? "" : "invisible"}`}
				/>
			)}
			{there &&
				bezel.buttons.map((button) => (
					<BezelButton
						key={button.id}
						button={button}
						place={placeIn(bezel, button.box)}
						label={device.buttons.find(({ id }) => id === button.id)?.label ?? button.id}
						scale={scale}
						url={url}
						input={input}
						disabled={!enabled}
					/>
				))}
		</div>
	);
}
