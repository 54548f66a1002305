import type { DeviceFacts } from "../../devices/provider.ts";
import type { ButtonName, Edge, Place } from "./gesture.ts";
import { GestureFailure } from "./gesture-failure.ts";

/** What one of Baguette's buttons comes to on a device: a button of its own, or a drag that its system knows. */
export type ButtonPress =
	| { type: "press"; id: string; hold: number; times: number; pause: number }
	| {
			type: "drag";
			from: Place;
			to: Place;
			edge: Edge;
			moves: number;
			/** Between two moves, ms. */
			step: number;
			dwell: number;
	  };

/** Between the two home presses of an app switcher: from the first's end to the second's beginning, ms. */
const DOUBLE_PRESS = 150;

/** Ids that the same button has on devices; the first that a device has is it. */
const IDS: Partial<Record<ButtonName, readonly string[]>> = {
	lock: ["lock", "power", "side-button"],
	power: ["power", "lock", "side-button"],
	"side-button": ["side-button", "power", "lock"],
};

/** Drags that Baguette's system gestures are: timings as its clients know them. */
const DRAGS: Partial<Record<ButtonName, Omit<ButtonPress & { type: "drag" }, "type">>> = {
	"swipe-to-home": up(0.3, 12, 16, 0),
	"swipe-to-app-switcher": up(0.58, 30, 35, 900),
	"pull-down-to-lock-screen": down(0.25),
	"pull-down-to-notification-center": down(0.75),
};

/** How a button of Baguette's is pressed on a device, `hold` ms. Throws GestureFailure where it cannot be. */
export function pressOf(button: ButtonName, hold: number, device: DeviceFacts): ButtonPress {
	const has = (id: string) => device.buttons.some((one) => one.id === id);
	const id = (IDS[button] ?? [button]).find(has);
	if (id !== undefined) return { type: "press", id, hold, times: 1, pause: 0 };
	if (button === "app-switcher" && has("home")) {
		return { type: "press", id: "home", hold, times: 2, pause: DOUBLE_PRESS };
	}
	const drag = DRAGS[button];
	if (drag && device.inputs.includes("touch")) return { type: "drag", ...drag };
	const own = device.buttons.map((one) => one.id).join(", ");
	throw new GestureFailure(`${device.name} has no button ${button}; it has ${own === "" ? "none" : own}`);
}

function up(to: number, moves: number, step: number, dwell: number) {
	return { from: { x: 0.5, y: 1 }, to: { x: 0.5, y: to }, edge: "bottom", moves, step, dwell } as const;
}

function down(x: number) {
	return { from: { x, y: 0 }, to: { x, y: 0.55 }, edge: "top", moves: 24, step: 25, dwell: 0 } as const;
}
