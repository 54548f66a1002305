import { useRef, useState } from "react";
import type { DeviceBezel, DeviceDescription } from "../../../signaling/protocol/device.ts";
import type { InputSender } from "../../viewer/input/input-sender.ts";
import { type HeldBezel, nearestAngle, placeIn, type Shares } from "../../viewer/screen/bezel-layout.ts";
import { bezelImageUrl } from "../../viewer/urls.ts";
import { useHeldButton } from "../rail/rail-button.tsx";

interface BezelProps {
	readonly device: DeviceDescription;
	readonly held: HeldBezel;
	/** CSS pixels a point. */
	readonly scale: number;
	/** Its images may be fetched: nothing more important is on its way. */
	readonly wanted: boolean;
	/** Turning is animated. */
	readonly moves: boolean;
	readonly input: InputSender | undefined;
	/** Its buttons can be pressed. */
	readonly enabled: boolean;
}

/** The device's own bezel, around the screen that lies on it. Drawn from its measures until its images are loaded. */
export function Bezel({ device, held, scale, wanted, moves, input, enabled }: BezelProps) {
	const { bezel, turn, around } = held;
	const angle = useRef(turn as number);
	angle.current = nearestAngle(angle.current, turn);
	const asked = useRef(false);
	asked.current ||= wanted;
	const url = (name: string) => bezelImageUrl(device.id, name, bezel.version);
	const image = url(bezel.buttons.length > 0 ? "bare" : "bezel");
	const [loaded, setLoaded] = useState("");
	const there = loaded === image;
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
			{/* Else the background would shine through where the edges of the image and the screen meet. */}
			<div className="absolute bg-screen" style={aroundScreen(Math.min(rim / 2, 2))} />
			{asked.current && (
				<img
					key={image}
					src={image}
					alt=""
					draggable={false}
					onLoad={() => setLoaded(image)}
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

interface BezelButtonProps {
	readonly button: DeviceBezel["buttons"][number];
	/** Where it is while nobody points at it, in the bezel. */
	readonly place: Shares;
	readonly label: string;
	/** CSS pixels a point. */
	readonly scale: number;
	/** Address of one of the bezel's images. */
	readonly url: (name: string) => string;
	readonly input: InputSender | undefined;
	readonly disabled: boolean;
}

/**
 * A button at its place on the device. Its image lies above or under the bezel's. The clickable area lies above both and
 * is a little larger, since real buttons are thin.
 */
function BezelButton({ button, place, label, scale, url, input, disabled }: BezelButtonProps) {
	const { id, hover, above } = button;
	const { pressed, handlers } = useHeldButton(id, input);
	const [pointed, setPointed] = useState(false);
	const [focused, setFocused] = useState(false);
	const out = (pointed || focused) && !pressed && !disabled;
	const name = `button-${id}`;
	const layer = above ? "z-20" : "z-0";
	const look = `absolute select-none transition-transform duration-100 ${layer}`;
	const transform = out ? `translate(${hover.x * scale}px, ${hover.y * scale}px)` : undefined;
	return (
		<>
			<img
				src={url(name)}
				alt=""
				draggable={false}
				className={`${look} ${pressed && button.pressed ? "invisible" : ""}`}
				style={{ ...place, transform }}
			/>
			{button.pressed && pointed && (
				<img
					src={url(`${name}-pressed`)}
					alt=""
					draggable={false}
					className={`${look} ${pressed ? "" : "invisible"}`}
					style={place}
				/>
			)}
			<button
				type="button"
				title={label}
				aria-label={`${label}, on the frame`}
				data-testid={`frame-button-${id}`}
				data-pressed={pressed || undefined}
				disabled={disabled}
				className="pointer-events-auto absolute z-30 touch-none rounded-box before:absolute before:-inset-2 disabled:pointer-events-none"
				style={place}
				{...handlers}
				onPointerEnter={() => setPointed(true)}
				onPointerLeave={() => setPointed(false)}
				onFocus={() => setFocused(true)}
				onBlur={(event) => {
					setFocused(false);
					handlers.onBlur(event);
				}}
			/>
		</>
	);
}
