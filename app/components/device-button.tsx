import type { KeyboardEvent, PointerEvent } from "react";
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
	const press = (down: boolean) => input?.send({ type: "button", id: button.id, down });
	const hold = (event: PointerEvent<HTMLButtonElement>) => {
		if (event.button !== 0) return;
		event.currentTarget.setPointerCapture(event.pointerId);
		press(true);
	};
	const isPress = ({ key, repeat }: KeyboardEvent) => (key === "Enter" || key === " ") && !repeat;
	return (
		<RailButton
			icon={<DeviceIcon name={button.icon} />}
			label={button.label}
			data-testid={`button-${button.id}`}
			disabled={disabled}
			onPointerDown={hold}
			onLostPointerCapture={() => press(false)}
			onKeyDown={(event) => isPress(event) && press(true)}
			onKeyUp={(event) => isPress(event) && press(false)}
			onBlur={() => press(false)}
			onContextMenu={(event) => event.preventDefault()}
		/>
	);
}
