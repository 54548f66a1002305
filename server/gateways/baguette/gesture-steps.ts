import type { Contact, Device } from "../../devices/provider.ts";
import { placeBetween, systemGestures } from "../../devices/system-gestures.ts";
import type { DeviceInput } from "../../viewers/input-merge.ts";
import {
	type ButtonName,
	type Edge,
	type Gesture,
	isOnKeyboard,
	MODIFIER_CODES,
	type Modifier,
	NOT_TYPABLE,
	type Place,
} from "./gesture-reader.ts";

/** One step of a gesture: input, a pause in ms, or a use of the device's clipboard. */
export type Step =
	| DeviceInput
	| { type: "wait"; ms: number }
	| { type: "clipboard"; use: () => Promise<void> };

/** The part of a device that gestures use. */
export type GestureDevice = Pick<Device, "describe" | "clipboard" | "typesAsciiOnly">;

const MOVES = 10;
/** Characters typed at a time; below the bound of one message to a device. */
const TYPED_AT_ONCE = 1000;
const KEY_HOLD = 100;
/** How long a device takes to copy after Cmd-C, ms. */
const COPY_SETTLES = 150;
/** Between the two home presses of an app switcher: from the first's end to the second's beginning, ms. */
const DOUBLE_PRESS = 150;

/** Ids that the same button has on devices; the first that a device has is it. */
const BUTTON_IDS: Partial<Record<ButtonName, readonly string[]>> = {
	lock: ["lock", "power", "side-button"],
	power: ["power", "lock", "side-button"],
	"side-button": ["side-button", "power", "lock"],
};

/**
 * The steps of a gesture on a device, one by one; it neither begins nor ends with a pause. Throws GestureFailure for what
 * the device cannot do, before the first step.
 */
export function* stepsOf(
	gesture: Gesture,
	device: GestureDevice,
	fingers: ClientContacts,
	copied: (text: string) => void,
): Generator<Step, void> {
	switch (gesture.type) {
		case "tap":
			yield* fingers.press([gesture.at], gesture.edge);
			yield wait(gesture.duration);
			return yield* fingers.lift();
		case "swipe": {
			const { from, to, duration, edge } = gesture;
			// Baguette divides by twelve, though it pauses ten times only.
			return yield* drag(fingers, [from], [to], { steps: MOVES, stepTime: duration / (MOVES + 2), edge });
		}
		case "two-fingers": {
			const { from, to, duration } = gesture;
			return yield* drag(fingers, from, to, { steps: MOVES, stepTime: duration / (MOVES + 2) });
		}
		case "touch1":
			return yield* stream(fingers, gesture.phase, [gesture.at], gesture.edge);
		case "touch2":
			return yield* stream(fingers, gesture.phase, gesture.at);
		case "scroll":
			return yield wheel(gesture.dx, gesture.dy, device);
		case "button":
			return yield* press(gesture.button, gesture.hold, device, fingers);
		case "key":
			return yield* chord(gesture.code, gesture.modifiers, gesture.hold, device);
		case "type":
			// Baguette's own devices have a client paste such a text, which their clipboard then holds.
			if (device.typesAsciiOnly && !isOnKeyboard(gesture.text)) throw new GestureFailure(NOT_TYPABLE);
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
	readonly steps: number;
	/** Between two moves, ms. */
	readonly stepTime: number;
	readonly edge?: Edge | undefined;
	/** At the end, before the fingers are lifted, ms. */
	readonly hold?: number;
}

function* drag(
	fingers: ClientContacts,
	from: readonly Place[],
	to: readonly Place[],
	{ steps, stepTime, edge, hold = 0 }: Drag,
): Generator<Step, void> {
	yield* fingers.press(from, edge);
	for (let step = 1; step <= steps; step++) {
		yield wait(stepTime);
		yield* fingers.move(from.map((place, index) => placeBetween(place, to[index] ?? place, step / steps)));
	}
	if (hold > 0) yield wait(hold);
	yield* fingers.lift();
}

function* stream(
	fingers: ClientContacts,
	phase: "down" | "move" | "up",
	at: readonly Place[],
	edge?: Edge,
): Generator<Step, void> {
	if (phase === "down") return yield* fingers.press(at, edge);
	if (!fingers.down) throw new GestureFailure("no finger is down");
	yield* phase === "move" ? fingers.move(at) : fingers.lift(at);
}

/** Converts points to pixels and turns the sign: our wheel moves the view, so a positive delta moves the content up. */
function wheel(dx: number, dy: number, device: GestureDevice): Step {
	const { inputs, pixels, points, name } = device.describe();
	if (!inputs.includes("wheel")) throw new GestureFailure(`${name} cannot be scrolled with a wheel`);
	const scale = pixels.width / points.width;
	return { type: "wheel", x: 0.5, y: 0.5, dx: turned(dx * scale), dy: turned(dy * scale) };
}

function turned(value: number): number {
	return value === 0 ? 0 : -value;
}

/** A button of the device's own, or a drag over an edge that its system reads as that button. */
function* press(
	button: ButtonName,
	hold: number,
	device: GestureDevice,
	fingers: ClientContacts,
): Generator<Step, void> {
	const { name, buttons, inputs } = device.describe();
	const has = (id: string) => buttons.some((one) => one.id === id);
	const id = (BUTTON_IDS[button] ?? [button]).find(has);
	if (id !== undefined) return yield* pressOnce(id, hold);
	if (button === "app-switcher" && has("home")) {
		yield* pressOnce("home", hold);
		yield wait(DOUBLE_PRESS);
		return yield* pressOnce("home", hold);
	}
	const gesture = systemGestures.get(button);
	if (gesture && inputs.includes("touch")) return yield* drag(fingers, [gesture.from], [gesture.to], gesture);
	const own = buttons.map((one) => one.id).join(", ");
	throw new GestureFailure(`${name} has no button ${button}; it has ${own === "" ? "none" : own}`);
}

function* pressOnce(id: string, hold: number): Generator<Step, void> {
	yield { type: "button", id, down: true };
	yield wait(hold);
	yield { type: "button", id, down: false };
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
	const write = clipboard?.write;
	if (!write) return yield* typing(text, device);
	yield { type: "clipboard", use: () => write.call(clipboard, { format: "text", text }) };
	if (press) yield* chord("KeyV", ["command"], KEY_HOLD, device);
}

function* copy(press: boolean, device: GestureDevice, copied: (text: string) => void): Generator<Step, void> {
	const { clipboard } = device;
	const read = clipboard?.read;
	if (!read) throw new GestureFailure(`${device.describe().name} has no clipboard that can be read`);
	if (press) {
		yield* chord("KeyC", ["command"], KEY_HOLD, device);
		yield wait(COPY_SETTLES);
	}
	const use = async () => {
		const content = await read.call(clipboard);
		copied(content?.format === "text" ? content.text : "");
	};
	yield { type: "clipboard", use };
}

/** Ids that contacts may have on the way to a device. */
const CONTACT_IDS = 256;

/**
 * The contacts of one client. Baguette's messages carry no ids, so each finger gets a new one when it goes down; at most
 * two. Two at the same place count as one; the second joins when it moves apart, and stays until both are lifted.
 */
export class ClientContacts {
	#next = 0;
	#down: Contact[] = [];

	/** Whether any is on the screen. */
	get down(): boolean {
		return this.#down.length > 0;
	}

	/** Puts new ones down; those that were there are lifted. */
	press(at: readonly Place[], edge?: Edge): DeviceInput[] {
		const lifted = this.down ? this.lift() : [];
		this.#down = [this.#contact(at[0] ?? { x: 0, y: 0 }, edge)];
		return [...lifted, ...this.move(at)];
	}

	/** Moves those that are down. */
	move(at: readonly Place[]): DeviceInput[] {
		const [first, second] = at;
		if (!this.down || !first) return [];
		const before = this.#down;
		this.#down = before.map((contact, index) => ({ ...contact, ...(at[index] ?? first) }));
		if (before.length === 1 && second && !same(first, second)) this.#down.push(this.#contact(second));
		return [this.#state()];
	}

	/** Lifts all, after a move where that was elsewhere. */
	lift(at: readonly Place[] = []): DeviceInput[] {
		if (!this.down) return [];
		const moved = this.#down.some((contact, index) => {
			const place = at[index] ?? at[0];
			return place !== undefined && !same(contact, place);
		});
		const moves = moved ? this.move(at) : [];
		this.#down = [];
		return [...moves, this.#state()];
	}

	/** Forgets the contacts without telling the device, which has released them already. */
	forget(): void {
		this.#down = [];
	}

	#contact({ x, y }: Place, edge?: Edge): Contact {
		const id = this.#next;
		this.#next = (id + 1) % CONTACT_IDS;
		return { id, x, y, ...(edge && { edge }) };
	}

	#state(): DeviceInput {
		return { type: "touch", contacts: [...this.#down] };
	}
}

function same(one: Place, other: Place): boolean {
	return one.x === other.x && one.y === other.y;
}

/** A gesture that is well formed and cannot be done on this device, or not now; its message goes to the client. */
export class GestureFailure extends Error {}
