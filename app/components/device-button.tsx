import type { DeviceButton as Button } from "../../signaling/protocol/device.ts";
import type { HeldInput } from "../viewer/held-input.ts";
import { DeviceIcon } from "./device-icon.tsx";
import { RailButton } from "./rail-button.tsx";
import { useHeldButton } from "./use-held-button.ts";

interface DeviceButtonProps {
	readonly button: Button;
	readonly input: HeldInput | undefined;
	readonly disabled: boolean;
}

/** One of the device's own buttons, on the rail. */
export function DeviceButton({ button, input, disabled }: DeviceButtonProps) {
	const { handlers } = useHeldButton(button.id, input);
	return (
		<RailButton
			icon={<DeviceIcon name={button.icon} />}
			label={button.label}
			data-testid={`button-${button.id}`}
			disabled={disabled}
			{...handlers}
		/>
	);
}
