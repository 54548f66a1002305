import { EnvelopeError, EnvelopeFields } from "./envelope-fields.ts";
import {
	BUTTON_NAMES,
	EDGES,
	type Gesture,
	MODIFIERS,
	type Modifier,
	PHASES,
	type Place,
} from "./gesture.ts";
import { CODES_IN_WORDS, isKnownCode, isTypable } from "./key-codes.ts";

/** Longest message that is read, bytes; Baguette's own bound. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
/** Longest text to type, characters: a device types some hundred of them a second. */
export const MAX_TYPED = 10_000;
/** Longest text to paste, characters. */
export const MAX_PASTED = 1_000_000;
/** Longest gesture and longest hold, ms: others wait behind it. */
const MAX_DURATION = 60_000;

/** A gesture, or what is wrong with the message, in Baguette's words. */
export type ReadGesture =
	| { readonly gesture: Gesture; readonly error?: never }
	| { readonly gesture?: never; readonly error: string };

/** Reads one message with a gesture (tables 1.1 to 1.3 of Baguette's wire format). Never throws. */
export function readGesture(message: string): ReadGesture {
	const envelope = readObject(message);
	return envelope ? gestureOf(envelope) : { error: "invalid JSON" };
}

/** The object that a message is, or undefined: not JSON, too long, or something else than an object. */
export function readObject(message: string): object | undefined {
	if (message.length > MAX_MESSAGE_BYTES) return undefined;
	try {
		const value: unknown = JSON.parse(message);
		return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** The same for an object that was read already. */
export function gestureOf(envelope: object): ReadGesture {
	try {
		return { gesture: read(new EnvelopeFields(envelope)) };
	} catch (error) {
		if (error instanceof EnvelopeError) return { error: error.message };
		throw error;
	}
}

function read(fields: EnvelopeFields): Gesture {
	const kind = fields.text("type");
	const [, fingers, phase] = /^(touch1|touch2)-(down|move|up)$/.exec(kind) ?? [];
	if (fingers) return readTouch(fingers, phase, fields);
	switch (kind) {
		case "touch1":
		case "touch2":
			return readTouch(kind, undefined, fields);
		case "tap":
			return readTap(fields);
		case "swipe":
			return readSwipe(fields);
		case "pinch":
			return readPinch(fields);
		case "pan":
			return readPan(fields);
		case "scroll":
			return {
				type: "scroll",
				dx: fields.optionalNumber("deltaX", 0),
				dy: fields.optionalNumber("deltaY", 0),
			};
		case "button":
			return { type: "button", button: fields.oneOf("button", BUTTON_NAMES), hold: readHold(fields) };
		case "key":
			return readKey(fields);
		case "type":
			return { type: "type", text: readTyped(fields) };
		case "paste":
			return { type: "paste", text: readPasted(fields), press: fields.optionalFlag("press", true) };
		case "copy":
			return { type: "copy", press: fields.optionalFlag("press", true) };
		default:
			throw EnvelopeError.unknown(kind);
	}
}

function readTouch(fingers: string, phaseOfKind: string | undefined, fields: EnvelopeFields): Gesture {
	const phase = PHASES.find((known) => known === phaseOfKind) ?? fields.oneOf("phase", PHASES);
	if (fingers === "touch2") {
		const { points, scale } = fields.places([
			["x1", "y1"],
			["x2", "y2"],
		]);
		return { type: "touch2", phase, at: [scale(points[0]), scale(points[1])] };
	}
	const { points, scale } = fields.places([["x", "y"]]);
	// Here Baguette takes an edge that it does not know for none.
	const edge = fields.optionalOneOf("edge", EDGES);
	return { type: "touch1", phase, at: scale(points[0]), ...(edge && { edge }) };
}

function readTap(fields: EnvelopeFields): Gesture {
	const { points, scale } = fields.places([["x", "y"]]);
	return { type: "tap", at: scale(points[0]), duration: readDuration(fields, 0.05), ...readEdge(fields) };
}

function readSwipe(fields: EnvelopeFields): Gesture {
	const { points, scale } = fields.places([
		["startX", "startY"],
		["endX", "endY"],
	]);
	const duration = readDuration(fields, 0.25);
	return { type: "swipe", from: scale(points[0]), to: scale(points[1]), duration, ...readEdge(fields) };
}

function readPinch(fields: EnvelopeFields): Gesture {
	let start = 0;
	let end = 0;
	const { points, scale } = fields.places([["cx", "cy"]], () => {
		start = fields.number("startSpread");
		end = fields.number("endSpread");
	});
	const [{ x, y }] = points;
	const pair = (spread: number): [Place, Place] => [
		scale({ x: x - spread / 2, y }),
		scale({ x: x + spread / 2, y }),
	];
	return { type: "two-fingers", from: pair(start), to: pair(end), duration: readDuration(fields, 0.6) };
}

function readPan(fields: EnvelopeFields): Gesture {
	let dx = 0;
	let dy = 0;
	const { points, scale } = fields.places(
		[
			["x1", "y1"],
			["x2", "y2"],
		],
		() => {
			dx = fields.number("dx");
			dy = fields.number("dy");
		},
	);
	const moved = ({ x, y }: Place) => scale({ x: x + dx, y: y + dy });
	return {
		type: "two-fingers",
		from: [scale(points[0]), scale(points[1])],
		to: [moved(points[0]), moved(points[1])],
		duration: readDuration(fields, 0.5, 0.6),
	};
}

function readKey(fields: EnvelopeFields): Gesture {
	const code = fields.text("code");
	if (!isKnownCode(code)) throw EnvelopeError.invalid("code", CODES_IN_WORDS);
	return { type: "key", code, modifiers: readModifiers(fields), hold: readHold(fields) };
}

function readModifiers(fields: EnvelopeFields): Modifier[] {
	const names = fields.get("modifiers");
	if (names === undefined) return [];
	if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) {
		throw EnvelopeError.invalid("modifiers", "array of strings");
	}
	const known = new Set<string>(MODIFIERS);
	if (!names.every((name) => known.has(name))) {
		throw EnvelopeError.invalid("modifiers", MODIFIERS.join(" | "));
	}
	return MODIFIERS.filter((modifier) => names.includes(modifier)).sort();
}

function readTyped(fields: EnvelopeFields): string {
	const text = fields.text("text");
	if (!isTypable(text)) {
		throw EnvelopeError.invalid("text", "ASCII printable characters supported by the US keyboard layout");
	}
	return withinLength(text, MAX_TYPED);
}

function readPasted(fields: EnvelopeFields): string {
	return withinLength(fields.text("text"), MAX_PASTED);
}

function withinLength(text: string, longest: number): string {
	if (text.length > longest) throw EnvelopeError.invalid("text", `at most ${longest} characters`);
	return text;
}

function readEdge(fields: EnvelopeFields): { edge?: (typeof EDGES)[number] } {
	return fields.get("edge") === undefined ? {} : { edge: fields.oneOf("edge", EDGES) };
}

/** Seconds on the wire; one that is not above 0 counts as `least`. */
function readDuration(fields: EnvelopeFields, absent: number, least = absent): number {
	const seconds = fields.optionalNumber("duration", absent);
	return Math.min((seconds > 0 ? seconds : least) * 1000, MAX_DURATION);
}

/** How long a key or a button is held: 100 ms where nothing is said, never below 20. */
function readHold(fields: EnvelopeFields): number {
	const seconds = fields.optionalNumber("duration", 0);
	return seconds > 0 ? Math.min(Math.max(seconds * 1000, 20), MAX_DURATION) : 100;
}
