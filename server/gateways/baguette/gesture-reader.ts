import { type JsonBounds, parseJson } from "../../../signaling/protocol/json.ts";

/** A place on the upright screen, 0..1, origin top left. */
export interface Place {
	readonly x: number;
	readonly y: number;
}

const EDGES = ["left", "top", "right", "bottom"] as const;
/** The side of the screen that a finger comes over, which systems read as a gesture of their own. */
export type Edge = (typeof EDGES)[number];

const PHASES = ["down", "move", "up"] as const;
type Phase = (typeof PHASES)[number];

/** Baguette's names of buttons; the last five are gestures of the system rather than buttons. */
export const BUTTON_NAMES = [
	"home",
	"lock",
	"power",
	"volume-up",
	"volume-down",
	"action",
	"digital-crown",
	"side-button",
	"left-side-button",
	"app-switcher",
	"swipe-to-app-switcher",
	"swipe-to-home",
	"pull-down-to-lock-screen",
	"pull-down-to-notification-center",
] as const;
export type ButtonName = (typeof BUTTON_NAMES)[number];

const MODIFIERS = ["shift", "control", "option", "command"] as const;
export type Modifier = (typeof MODIFIERS)[number];

/** What a client of Baguette's asks for; durations are ms. */
export type Gesture =
	| { type: "tap"; at: Place; duration: number; edge?: Edge }
	| { type: "swipe"; from: Place; to: Place; duration: number; edge?: Edge }
	/** One finger as it moves. */
	| { type: "touch1"; phase: Phase; at: Place; edge?: Edge }
	| { type: "touch2"; phase: Phase; at: readonly [Place, Place] }
	/** Two fingers from one pair of places to another: what `pinch` and `pan` come to. */
	| { type: "two-fingers"; from: readonly [Place, Place]; to: readonly [Place, Place]; duration: number }
	/** Device points; negative moves the content up and left. */
	| { type: "scroll"; dx: number; dy: number }
	| { type: "button"; button: ButtonName; hold: number }
	/** `code` is a DOM `KeyboardEvent.code`; the modifiers are sorted, none is there twice. */
	| { type: "key"; code: string; modifiers: readonly Modifier[]; hold: number }
	| { type: "type"; text: string }
	/** `press`: whether Cmd-V or Cmd-C is pressed. */
	| { type: "paste"; text: string; press: boolean }
	| { type: "copy"; press: boolean };

/**
 * Longest message that is read of a client, bytes. Baguette takes 8 MiB of anybody; a text to paste, the longest that there
 * is, has less, and who may only look has nothing to say but settings.
 */
export const MAX_MESSAGE_BYTES = { view: 16 * 1024, control: 4 * 1024 * 1024 } as const;
/** A gesture is an object of places and names. */
const GESTURE_BOUNDS: JsonBounds = { longest: MAX_MESSAGE_BYTES.control, depth: 4, values: 256 };
/** Longest text to type, characters: a device types about a hundred a second. */
const MAX_TYPED = 10_000;
/** Longest text to paste, characters. */
const MAX_PASTED = 1_000_000;
/** Longest gesture and longest hold, ms: others wait behind it. */
const MAX_DURATION = 60_000;

/** A gesture, or what is wrong with the message, in Baguette's words. */
export type ReadGesture =
	| { readonly gesture: Gesture; readonly error?: never }
	| { readonly gesture?: never; readonly error: string };

/** Values of `type`; of a touch the phase may stand there too. */
export const GESTURE_KINDS = [
	"tap",
	"swipe",
	"touch1",
	"touch1-down",
	"touch1-move",
	"touch1-up",
	"touch2",
	"touch2-down",
	"touch2-move",
	"touch2-up",
	"pinch",
	"pan",
	"scroll",
	"button",
	"key",
	"type",
	"paste",
	"copy",
] as const;

/** Reads one message with a gesture (tables 1.1 to 1.3 of Baguette's wire format). Never throws. */
export function readGesture(message: string): ReadGesture {
	const envelope = readObject(message);
	return envelope ? gestureOf(envelope) : { error: "invalid JSON" };
}

/** Parses a message as an object; undefined for text that is beyond the bounds, no JSON or no object. */
export function readObject(message: string): object | undefined {
	try {
		const value = parseJson(message, GESTURE_BOUNDS);
		return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** As `readGesture`, for an object that was parsed before. */
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
	// Baguette ignores an unknown edge here.
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
	if (!isPrintable(text)) throw EnvelopeError.invalid("text", TYPABLE_IN_WORDS);
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

/** A malformed message, in Baguette's words. */
class EnvelopeError extends Error {
	static missing(field: string): EnvelopeError {
		return new EnvelopeError(`missing field: ${field}`);
	}

	static invalid(field: string, expected: string): EnvelopeError {
		return new EnvelopeError(`invalid ${field}: expected ${expected}`);
	}

	static unknown(kind: string): EnvelopeError {
		// Bounded: the name comes back in the answer.
		return new EnvelopeError(`unknown kind: ${kind.slice(0, 100)}`);
	}
}

/**
 * Reads a message's fields one after another and reports the first that is wrong. `null` counts as present and wrong.
 * Optional fields of a wrong type count as absent.
 */
class EnvelopeFields {
	readonly #fields: ReadonlyMap<string, unknown>;

	constructor(envelope: object) {
		this.#fields = new Map(Object.entries(envelope));
	}

	get(name: string): unknown {
		return this.#fields.get(name);
	}

	/** Throws EnvelopeError, as all that are not optional. */
	text(name: string): string {
		const value = this.#required(name);
		if (typeof value !== "string") throw EnvelopeError.invalid(name, "string");
		return value;
	}

	number(name: string): number {
		const value = this.#required(name);
		if (!isNumber(value)) throw EnvelopeError.invalid(name, "number");
		return value;
	}

	oneOf<T extends string>(name: string, values: readonly T[]): T {
		const text = this.text(name);
		const value = values.find((known) => known === text);
		if (value === undefined) throw EnvelopeError.invalid(name, values.join(" | "));
		return value;
	}

	optionalNumber(name: string, absent: number): number {
		const value = this.#fields.get(name);
		return isNumber(value) ? value : absent;
	}

	optionalFlag(name: string, absent: boolean): boolean {
		const value = this.#fields.get(name);
		return typeof value === "boolean" ? value : absent;
	}

	/** One of `values`, or undefined for anything else. */
	optionalOneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
		return values.find((known) => known === this.#fields.get(name));
	}

	/**
	 * Places in device points, and after them the size that they are measured against. A place outside the screen is moved
	 * to its edge.
	 */
	places<const T extends readonly (readonly [string, string])[]>(
		names: T,
		after: () => void = () => {},
	): { points: { readonly [K in keyof T]: Place }; scale: (place: Place) => Place } {
		const points = names.map(([x, y]) => ({ x: this.number(x), y: this.number(y) }));
		after();
		const width = this.#extent("width");
		const height = this.#extent("height");
		return {
			points: points as { readonly [K in keyof T]: Place },
			scale: ({ x, y }) => ({ x: share(x, width), y: share(y, height) }),
		};
	}

	#extent(name: string): number {
		const value = this.number(name);
		if (value <= 0) throw EnvelopeError.invalid(name, "positive number");
		return value;
	}

	#required(name: string): unknown {
		if (!this.#fields.has(name)) throw EnvelopeError.missing(name);
		return this.#fields.get(name);
	}
}

/** JSON has no infinity, but 1e999 parses as one. */
function isNumber(value: unknown): value is number {
	return typeof value === "number" && Number.isFinite(value);
}

function share(part: number, whole: number): number {
	const value = Math.min(Math.max(part / whole, 0), 1);
	return Number.isNaN(value) ? 0 : value;
}

const NAMED = [
	"Enter",
	"Escape",
	"Backspace",
	"Tab",
	"Space",
	"ArrowLeft",
	"ArrowRight",
	"ArrowUp",
	"ArrowDown",
	"Minus",
	"Equal",
	"BracketLeft",
	"BracketRight",
	"Backslash",
	"Semicolon",
	"Quote",
	"Backquote",
	"Comma",
	"Period",
	"Slash",
	"NumpadDecimal",
	"NumpadAdd",
	"NumpadSubtract",
	"NumpadMultiply",
	"NumpadDivide",
	"NumpadEnter",
	"NumpadEqual",
];

const NAMES: ReadonlySet<string> = new Set(NAMED);

/** The codes that are taken, in Baguette's words; the number pad is our addition. */
const CODES_IN_WORDS =
	"W3C KeyboardEvent.code (KeyA-Z, Digit0-9, Enter, Escape, Backspace, Tab, Space, Arrow*, Numpad*, common punctuation)";

/** Whether a DOM `KeyboardEvent.code` is taken. */
function isKnownCode(code: string): boolean {
	return NAMES.has(code) || /^(Key[A-Z]|(Digit|Numpad)[0-9])$/.test(code);
}

/** The key of a modifier: that on the left. */
export const MODIFIER_CODES: Readonly<Record<Modifier, string>> = {
	control: "ControlLeft",
	shift: "ShiftLeft",
	option: "AltLeft",
	command: "MetaLeft",
};

/** What can be typed, in Baguette's words. */
const TYPABLE_IN_WORDS = "ASCII printable characters supported by the US keyboard layout";

/** What Baguette says of a text that a device's keyboard does not have. */
export const NOT_TYPABLE = EnvelopeError.invalid("text", TYPABLE_IN_WORDS).message;

/** Whether text can be typed on a keyboard of the US: printable ASCII. */
export function isOnKeyboard(text: string): boolean {
	return /^[ -~]*$/.test(text);
}

/** Whether text has no control characters and no halves of characters. */
function isPrintable(text: string): boolean {
	return text.isWellFormed() && !/\p{Cc}/u.test(text);
}
