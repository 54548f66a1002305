import type { DeviceInput } from "../../viewers/input-merge.ts";
import { type ButtonPress, pressOf } from "./button-press.ts";
import type { Fingers } from "./fingers.ts";
import type { Edge, Gesture, Modifier, Place } from "./gesture.ts";
import { GestureFailure } from "./gesture-failure.ts";
import type { GestureDevice } from "./gesture-player.ts";
import { MODIFIER_CODES } from "./key-codes.ts";

/** What a gesture does next: give input, let ms pass, or wait for the device's clipboard. */
export type Step =
	| DeviceInput
	| { type: "wait"; ms: number }
	| { type: "clipboard"; use: () => Promise<void> };

const MOVES = 10;
/** Characters that are typed at a time, which is below what one message to a device may hold. */
const TYPED_AT_ONCE = 1000;
const KEY_HOLD = 100;
/** How long a device takes to copy after Cmd-C, ms. */
const COPY_SETTLES = 150;

/**
 * The steps of a gesture on a device, told one by one; the first comes without a wait, as does the last. Throws
 * GestureFailure at what the device cannot do, before anything of it is done.
 */
export function* stepsOf(
	gesture: Gesture,
	device: GestureDevice,
	fingers: Fingers,
	copied: (text: string) => void,
): Generator<Step, void> {
	switch (gesture.type) {
		case "tap":
			yield* fingers.press([gesture.at], gesture.edge);
			yield wait(gesture.duration);
			return yield* fingers.lift();
		case "swipe": {
			const { from, to, duration, edge } = gesture;
			// Twelfths, as Baguette does it, though it waits for ten of them only.
			return yield* drag(fingers, [from], [to], { moves: MOVES, step: duration / (MOVES + 2), edge });
		}
		case "two-fingers": {
			const { from, to, duration } = gesture;
			return yield* drag(fingers, from, to, { moves: MOVES, step: duration / (MOVES + 2) });
		}
		case "touch1":
			return yield* stream(fingers, gesture.phase, [gesture.at], gesture.edge);
		case "touch2":
			return yield* stream(fingers, gesture.phase, gesture.at);
		case "scroll":
			return yield wheel(gesture.dx, gesture.dy, device);
		case "button":
			return yield* press(pressOf(gesture.button, gesture.hold, device.describe()), fingers);
		case "key":
			return yield* chord(gesture.code, gesture.modifiers, gesture.hold, device);
		case "type":
			return yield* typing(gesture.text, device);
		case "paste":
			return yield* paste(gesture.text, gesture.press, device);
		case "copy":
			return yield* copy(gesture.press, device, copied);
	}
}

function wait(ms: number): Step {
	return { type: "wait", ms };
}

interface Drag {
	readonly moves: number;
	/** Between two moves, ms. */
	readonly step: number;
	readonly edge?: Edge | undefined;
	/** At the end, before the fingers are lifted, ms. */
	readonly dwell?: number;
}

function* drag(
	fingers: Fingers,
	from: readonly Place[],
	to: readonly Place[],
	{ moves, step, edge, dwell = 0 }: Drag,
): Generator<Step, void> {
	yield* fingers.press(from, edge);
	for (let move = 1; move <= moves; move++) {
		yield wait(step);
		yield* fingers.move(from.map((place, index) => between(place, to[index] ?? place, move / moves)));
	}
	if (dwell > 0) yield wait(dwell);
	yield* fingers.lift();
}

function between(from: Place, to: Place, share: number): Place {
	// Its end exactly, whatever rounding makes of the sum.
	if (share === 1) return to;
	return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function* stream(
	fingers: Fingers,
	phase: "down" | "move" | "up",
	at: readonly Place[],
	edge?: Edge,
): Generator<Step, void> {
	if (phase === "down") return yield* fingers.press(at, edge);
	if (!fingers.down) throw new GestureFailure("no finger is down");
	yield* phase === "move" ? fingers.move(at) : fingers.lift(at);
}

/** Points to pixels, and the other way round: our wheels move the view, so positive ones move the content up. */
function wheel(dx: number, dy: number, device: GestureDevice): Step {
	const { inputs, pixels, points, name } = device.describe();
	if (!inputs.includes("wheel")) throw new GestureFailure(`${name} cannot be scrolled with a wheel`);
	const scale = pixels.width / points.width;
	return { type: "wheel", x: 0.5, y: 0.5, dx: turned(dx * scale), dy: turned(dy * scale) };
}

function turned(value: number): number {
	return value === 0 ? 0 : -value;
}

function* press(pressed: ButtonPress, fingers: Fingers): Generator<Step, void> {
	if (pressed.type === "drag") {
		return yield* drag(fingers, [pressed.from], [pressed.to], pressed);
	}
	for (let time = 0; time < pressed.times; time++) {
		if (time > 0) yield wait(pressed.pause);
		yield { type: "button", id: pressed.id, down: true };
		yield wait(pressed.hold);
		yield { type: "button", id: pressed.id, down: false };
	}
}

function* chord(
	code: string,
	modifiers: readonly Modifier[],
	hold: number,
	device: GestureDevice,
): Generator<Step, void> {
	const { inputs, name } = device.describe();
	if (!inputs.includes("keys")) throw new GestureFailure(`${name} has no keyboard`);
	const held = modifiers.map((modifier) => MODIFIER_CODES[modifier]);
	for (const modifier of held) yield { type: "key", code: modifier, down: true };
	yield { type: "key", code, down: true };
	yield wait(hold);
	yield { type: "key", code, down: false };
	for (const modifier of held.reverse()) yield { type: "key", code: modifier, down: false };
}

function* typing(text: string, device: GestureDevice): Generator<Step, void> {
	const { inputs, name } = device.describe();
	if (!inputs.includes("text")) throw new GestureFailure(`${name} takes no text`);
	const characters = [...text];
	for (let at = 0; at < characters.length; at += TYPED_AT_ONCE) {
		yield { type: "text", text: characters.slice(at, at + TYPED_AT_ONCE).join("") };
	}
}

function* paste(text: string, press: boolean, device: GestureDevice): Generator<Step, void> {
	const { clipboard } = device;
	if (!clipboard) return yield* typing(text, device);
	yield { type: "clipboard", use: () => clipboard.write(text) };
	if (press) yield* chord("KeyV", ["command"], KEY_HOLD, device);
}

function* copy(press: boolean, device: GestureDevice, copied: (text: string) => void): Generator<Step, void> {
	const { clipboard } = device;
	if (!clipboard) throw new GestureFailure(`${device.describe().name} has no clipboard that can be read`);
	if (press) {
		yield* chord("KeyC", ["command"], KEY_HOLD, device);
		yield wait(COPY_SETTLES);
	}
	yield { type: "clipboard", use: async () => copied(await clipboard.read()) };
}
