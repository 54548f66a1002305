import { useState } from "react";
import type { DeviceBezel } from "../../signaling/protocol/device.ts";
import type { Shares } from "../viewer/bezel-layout.ts";
import type { HeldInput } from "../viewer/held-input.ts";
import { useHeldButton } from "./use-held-button.ts";

interface BezelButtonProps {
	readonly button: DeviceBezel["buttons"][number];
	/** Where it is while nobody points at it, in the bezel. */
	readonly place: Shares;
	readonly label: string;
	/** CSS pixels a point. */
	readonly scale: number;
	/** Address of one of the bezel's images. */
	readonly url: (name: string) => string;
	readonly input: HeldInput | undefined;
	readonly disabled: boolean;
}

/**
 * A button where it is on the device. Its picture lies above or under the bezel's; what is pressed lies above both and is
 * a little larger, since real buttons are thin.
 */
export function BezelButton({ button, place, label, scale, url, input, disabled }: BezelButtonProps) {
	const { id, hover, above } = button;
	const { pressed, handlers } = useHeldButton(id, input);
	const [pointed, setPointed] = useState(false);
	const [focused, setFocused] = useState(false);
	const out = (pointed || focused) && !pressed && !disabled;
	const name = `button-${id}`;
	const layer = above ? "z-20" : "z-0";
	const picture = `absolute select-none transition-transform duration-100 ${layer}`;
	const transform = out ? `translate(${hover.x * scale}px, ${hover.y * scale}px)` : undefined;
	return (
		<>
			<img
				src={url(name)}
				alt=""
				draggable={false}
				className={`${picture} ${pressed && button.pressed ? "invisible" : ""}`}
				style={{ ...place, transform }}
			/>
			{button.pressed && pointed && (
				<img
					src={url(`${name}-pressed`)}
					alt=""
					draggable={false}
					className={`${picture} ${pressed ? "" : "invisible"}`}
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
