import type { DeviceFacts } from "../../devices/provider.ts";
import type { DeviceInput } from "../../viewers/input-merge.ts";
import { GestureFailure } from "./gesture-failure.ts";

/** Fingers as a device can take them: where it has no touch, the first is the pointer with its left button held. */
export class OnePointer {
	#x = 0;
	#y = 0;

	/** Throws GestureFailure for a device with neither touch nor a pointer. */
	inputFor(
		touch: Extract<DeviceInput, { type: "touch" }>,
		{ inputs, name }: Pick<DeviceFacts, "inputs" | "name">,
	): DeviceInput {
		if (inputs.includes("touch")) return touch;
		if (!inputs.includes("pointer")) throw new GestureFailure(`${name} cannot be touched`);
		const [finger] = touch.contacts;
		// A button is let go where it was held.
		this.#x = finger?.x ?? this.#x;
		this.#y = finger?.y ?? this.#y;
		return { type: "pointer", x: this.#x, y: this.#y, buttons: finger ? 1 : 0 };
	}
}
