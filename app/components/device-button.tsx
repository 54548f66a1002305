import { type KeyboardEvent, type MouseEvent, type PointerEvent, useRef } from "react";
import type { DeviceButton as Button } from "../../signaling/protocol/device.ts";
import type { HeldInput } from "../viewer/held-input.ts";
import { DeviceIcon } from "./device-icon.tsx";
import { RailButton } from "./rail-button.tsx";

interface DeviceButtonProps {
	readonly button: Button;
	readonly input: HeldInput | undefined;
	readonly disabled: boolean;
}

/** One of the device's own buttons; held as long as it is pressed, so that long presses mean what they mean there. */
export function DeviceButton({ button, input, disabled }: DeviceButtonProps) {
	const held = useRef(false);

	function press(down: boolean) {
		if (held.current === down) return;
		held.current = down;
		input?.send({ type: "button", id: button.id, down });
	}

	function hold(event: PointerEvent<HTMLButtonElement>) {
		if (event.button !== 0) return;
		event.currentTarget.setPointerCapture(event.pointerId);
		press(true);
	}

	function key(event: KeyboardEvent) {
		if (event.key !== "Enter" && event.key !== " ") return;
		// Otherwise the browser would make a click of it, which is kept for assistive technology below.
		event.preventDefault();
		press(event.type === "keydown");
	}

	function click(event: MouseEvent) {
		if (event.detail > 0) return;
		press(true);
		press(false);
	}

	return (
		<RailButton
			icon={<DeviceIcon name={button.icon} />}
			label={button.label}
			data-testid={`button-${button.id}`}
			disabled={disabled}
			onPointerDown={hold}
			onLostPointerCapture={() => press(false)}
			onKeyDown={key}
			onKeyUp={key}
			onClick={click}
			onBlur={() => press(false)}
			onContextMenu={(event) => event.preventDefault()}
		/>
	);
}
