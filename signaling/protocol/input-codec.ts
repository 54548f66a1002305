import {
	type ClipboardMessage,
	type ClipboardOutcome,
	clipboardFormats,
	clipboardOutcomes,
	MAX_CLIPBOARD,
	MAX_CLIPBOARD_PIECE,
} from "./clipboard.ts";
import { PortholeError } from "./errors.ts";
import type { CharacterKey, HostMessage, TouchContact, ViewerMessage } from "./input.ts";

/** Longest data-channel message either side accepts, bytes: the longest piece of a clipboard and its type. */
export const MAX_INPUT_BYTES = 1 + MAX_CLIPBOARD_PIECE;

const MAX_TEXT = 4096;

/** Most contacts in one touch message. */
export const MAX_CONTACTS = 10;

const MAX_NAME = 32;
/** Most that one wheel message may scroll, device pixels either way. */
const MAX_WHEEL = 10_000;
/** Most notches that one message may turn either way. */
const MAX_NOTCHES = 100;
/** All of DOM's `buttons`: left, right, middle, back and forward. */
const ALL_BUTTONS = 31;

const CONTACT_BYTES = 9;
/** Bytes of the longest code point in UTF-8. */
const MAX_CHARACTER = 4;

const code = {
	pointer: 1,
	wheel: 2,
	key: 3,
	text: 4,
	touch: 5,
	button: 6,
	heartbeat: 7,
	release: 8,
	ping: 9,
	pong: 10,
	clock: 11,
	timing: 12,
	other: 13,
	shown: 14,
	network: 15,
	clipboardOffer: 16,
	clipboardData: 17,
	clipboardCredit: 18,
	clipboardEnd: 19,
	clipboardWanted: 20,
	clipboardCopied: 21,
	press: 22,
	notches: 23,
	clipboardNone: 24,
} as const;

/** In the order of their numbers on the wire. */
const renditions = [undefined, "main", "small"] as const;

const encoder = new TextEncoder();

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Encodes what a viewer says. Throws PortholeError `bad-input` for what the format cannot hold. */
export function encodeViewerMessage(message: ViewerMessage): Uint8Array<ArrayBuffer> {
	switch (message.type) {
		case "pointer": {
			const view = start(code.pointer, 10);
			view.setFloat32(1, message.x, true);
			view.setFloat32(5, message.y, true);
			view.setUint8(9, message.buttons);
			return bytesOf(view);
		}
		case "wheel": {
			const { x, y, dx, dy, notches } = message;
			const fields = notches ? [x, y, dx, dy, notches.dx, notches.dy] : [x, y, dx, dy];
			const view = start(notches ? code.notches : code.wheel, 1 + 4 * fields.length);
			for (const [index, field] of fields.entries()) view.setFloat32(1 + 4 * index, field, true);
			return bytesOf(view);
		}
		case "key":
			return named(code.key, message.down, message.code);
		case "press":
			return writePress(message);
		case "button":
			return named(code.button, message.down, message.id);
		case "text": {
			const text = encoder.encode(message.text);
			if (text.length === 0 || text.length > MAX_TEXT) throw bad(`text of ${text.length} bytes`);
			return withBody(code.text, text);
		}
		case "touch":
			return writeContacts(code.touch, message.contacts);
		case "heartbeat":
			return Uint8Array.of(code.heartbeat);
		case "release":
			return Uint8Array.of(code.release);
		case "ping": {
			const view = start(code.ping, 9);
			view.setFloat64(1, message.time, true);
			return bytesOf(view);
		}
		case "shown":
			return Uint8Array.of(code.shown, message.shown ? 1 : 0);
		case "clipboard-wanted":
			return Uint8Array.of(code.clipboardWanted);
		default:
			return writeClipboard(message);
	}
}

/** Reads what a viewer says. Throws PortholeError `bad-input` for anything that is not exactly one valid message. */
export function decodeViewerMessage(bytes: Uint8Array): ViewerMessage {
	const view = viewOf(bytes);
	switch (view.getUint8(0)) {
		case code.pointer: {
			exactly(view, 10);
			const buttons = view.getUint8(9);
			if (buttons > ALL_BUTTONS) throw bad(`pointer buttons ${buttons}`);
			return { type: "pointer", x: fraction(view, 1), y: fraction(view, 5), buttons };
		}
		case code.wheel:
			exactly(view, 17);
			return readWheel(view);
		case code.notches: {
			exactly(view, 25);
			const notches = { dx: limited(view, 17, MAX_NOTCHES), dy: limited(view, 21, MAX_NOTCHES) };
			return { ...readWheel(view), notches };
		}
		case code.key:
			return { type: "key", down: flag(view), code: name(bytes.subarray(2)) };
		case code.press:
			return readPress(view, bytes);
		case code.button:
			return { type: "button", down: flag(view), id: name(bytes.subarray(2)) };
		case code.text:
			return { type: "text", text: text(bytes.subarray(1)) };
		case code.touch:
			return { type: "touch", contacts: readContacts(view) };
		case code.heartbeat:
			exactly(view, 1);
			return { type: "heartbeat" };
		case code.release:
			exactly(view, 1);
			return { type: "release" };
		case code.ping:
			exactly(view, 9);
			return { type: "ping", time: finite(view.getFloat64(1, true)) };
		case code.shown:
			exactly(view, 2);
			return { type: "shown", shown: flag(view) };
		case code.clipboardWanted:
			exactly(view, 1);
			return { type: "clipboard-wanted" };
		default:
			return readClipboard(bytes, view);
	}
}

/** Encodes what the host says. */
export function encodeHostMessage(message: HostMessage): Uint8Array<ArrayBuffer> {
	switch (message.type) {
		case "pong": {
			const view = start(code.pong, 17);
			view.setFloat64(1, message.time, true);
			view.setFloat64(9, message.hostTime, true);
			return bytesOf(view);
		}
		case "clock": {
			const view = start(code.clock, 9);
			view.setFloat64(1, message.origin, true);
			return bytesOf(view);
		}
		case "timing": {
			const view = start(code.timing, 9);
			view.setUint32(1, message.rtpTimestamp, true);
			view.setFloat32(5, message.encode, true);
			return bytesOf(view);
		}
		case "other": {
			const view = start(code.other, 11);
			view.setUint16(1, message.number, true);
			view.setFloat32(3, message.x, true);
			view.setFloat32(7, message.y, true);
			return bytesOf(view);
		}
		case "network": {
			const view = start(code.network, 10);
			view.setUint8(1, renditions.indexOf(message.rendition));
			view.setFloat32(2, message.estimate ?? -1, true);
			view.setFloat32(6, message.queueDelay ?? -1, true);
			return bytesOf(view);
		}
		case "clipboard-copied":
			return Uint8Array.of(code.clipboardCopied);
		case "clipboard-none":
			return Uint8Array.of(code.clipboardNone, clipboardOutcomes.indexOf(message.outcome));
		default:
			return writeClipboard(message);
	}
}

/** Reads what the host says. Throws PortholeError `bad-input` for anything that is not exactly one valid message. */
export function decodeHostMessage(bytes: Uint8Array): HostMessage {
	const view = viewOf(bytes);
	switch (view.getUint8(0)) {
		case code.pong:
			exactly(view, 17);
			return {
				type: "pong",
				time: finite(view.getFloat64(1, true)),
				hostTime: finite(view.getFloat64(9, true)),
			};
		case code.clock:
			exactly(view, 9);
			return { type: "clock", origin: finite(view.getFloat64(1, true)) };
		case code.timing:
			exactly(view, 9);
			return {
				type: "timing",
				rtpTimestamp: view.getUint32(1, true),
				encode: finite(view.getFloat32(5, true)),
			};
		case code.other:
			exactly(view, 11);
			return {
				type: "other",
				number: view.getUint16(1, true),
				x: fraction(view, 3),
				y: fraction(view, 7),
			};
		case code.network:
			exactly(view, 10);
			return network(view);
		case code.clipboardCopied:
			exactly(view, 1);
			return { type: "clipboard-copied" };
		case code.clipboardNone:
			return { type: "clipboard-none", outcome: outcome(view) };
		default:
			return readClipboard(bytes, view);
	}
}

function network(view: DataView): HostMessage {
	const number = view.getUint8(1);
	if (number >= renditions.length) throw bad(`rendition ${number}`);
	const rendition = renditions[number];
	const estimate = figure(view, 2);
	const queueDelay = figure(view, 6);
	return {
		type: "network",
		...(rendition && { rendition }),
		...(estimate !== undefined && { estimate }),
		...(queueDelay !== undefined && { queueDelay }),
	};
}

function writeClipboard(message: ClipboardMessage): Uint8Array<ArrayBuffer> {
	switch (message.type) {
		case "clipboard-offer": {
			const { format, size } = message;
			const view = start(code.clipboardOffer, 6);
			view.setUint8(1, clipboardFormats.indexOf(format));
			view.setUint32(2, size, true);
			return bytesOf(view);
		}
		case "clipboard-data":
			return withBody(code.clipboardData, message.bytes);
		case "clipboard-credit": {
			const view = start(code.clipboardCredit, 5);
			view.setUint32(1, message.total, true);
			return bytesOf(view);
		}
		case "clipboard-end":
			return Uint8Array.of(code.clipboardEnd, clipboardOutcomes.indexOf(message.outcome));
	}
}

/** What `writeClipboard` wrote; an offer is within the bounds of its format. */
function readClipboard(bytes: Uint8Array, view: DataView): ClipboardMessage {
	switch (view.getUint8(0)) {
		case code.clipboardOffer: {
			exactly(view, 6);
			const format = clipboardFormats[view.getUint8(1)];
			const size = view.getUint32(2, true);
			if (format === undefined) throw bad(`clipboard format ${view.getUint8(1)}`);
			if (size === 0 || size > MAX_CLIPBOARD[format]) throw bad(`a clipboard of ${size} bytes`);
			return { type: "clipboard-offer", format, size };
		}
		case code.clipboardData:
			if (bytes.length < 2) throw bad("a piece of a clipboard without bytes");
			return { type: "clipboard-data", bytes: bytes.subarray(1) };
		case code.clipboardCredit:
			exactly(view, 5);
			return { type: "clipboard-credit", total: view.getUint32(1, true) };
		case code.clipboardEnd:
			return { type: "clipboard-end", outcome: outcome(view) };
		default:
			throw bad(`type ${view.getUint8(0)}`);
	}
}

/** The second byte of a message of two, as what became of a clipboard. */
function outcome(view: DataView): ClipboardOutcome {
	exactly(view, 2);
	const number = view.getUint8(1);
	const value = clipboardOutcomes[number];
	if (value === undefined) throw bad(`outcome ${number} of a clipboard`);
	return value;
}

function named(type: number, down: boolean, value: string): Uint8Array<ArrayBuffer> {
	const name = writeName(value);
	const bytes = new Uint8Array(2 + name.length);
	bytes.set([type, down ? 1 : 0]);
	bytes.set(name, 2);
	return bytes;
}

function writeName(value: string): Uint8Array {
	if (!/^[\x21-\x7e]{1,32}$/.test(value)) throw bad(`name ${JSON.stringify(value.slice(0, 40))}`);
	return encoder.encode(value);
}

function writePress(key: CharacterKey): Uint8Array<ArrayBuffer> {
	const [name, character] = [writeName(key.code), encoder.encode(key.character)];
	if (!isOneCharacter(key.character)) throw bad(`character ${JSON.stringify(key.character.slice(0, 40))}`);
	const bytes = new Uint8Array(3 + name.length + character.length);
	bytes.set([code.press, key.shortcut ? 1 : 0, name.length]);
	bytes.set(name, 3);
	bytes.set(character, 3 + name.length);
	return bytes;
}

/** What `writePress` wrote. */
function readPress(view: DataView, bytes: Uint8Array): ViewerMessage {
	const shortcut = flag(view);
	if (bytes.length < 3) throw bad("a press without a code");
	const end = 3 + view.getUint8(2);
	if (bytes.length <= end || bytes.length > end + MAX_CHARACTER)
		throw bad(`a press of ${bytes.length} bytes`);
	const character = text(bytes.subarray(end));
	if (!isOneCharacter(character)) throw bad("a press of more than one character");
	return { type: "press", code: name(bytes.subarray(3, end)), character, shortcut };
}

/** One code point, and no half of one. */
function isOneCharacter(character: string): boolean {
	return /^[^\ud800-\udfff]$/u.test(character);
}

function readWheel(view: DataView) {
	return {
		type: "wheel" as const,
		x: fraction(view, 1),
		y: fraction(view, 5),
		dx: limited(view, 9, MAX_WHEEL),
		dy: limited(view, 13, MAX_WHEEL),
	};
}

function withBody(type: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(1 + body.length);
	bytes[0] = type;
	bytes.set(body, 1);
	return bytes;
}

/** A touch message of type `type`. */
function writeContacts(type: number, list: readonly TouchContact[]): Uint8Array<ArrayBuffer> {
	if (list.length > MAX_CONTACTS) throw bad(`${list.length} contacts, ${MAX_CONTACTS} at most`);
	const view = start(type, 2 + list.length * CONTACT_BYTES);
	view.setUint8(1, list.length);
	list.forEach((contact, index) => {
		const at = 2 + index * CONTACT_BYTES;
		view.setUint8(at, contact.id);
		view.setFloat32(at + 1, contact.x, true);
		view.setFloat32(at + 5, contact.y, true);
	});
	return bytesOf(view);
}

/** What `writeContacts` wrote. */
function readContacts(view: DataView): TouchContact[] {
	if (view.byteLength < 2) throw bad("a touch without a count");
	const count = view.getUint8(1);
	if (count > MAX_CONTACTS) throw bad(`${count} contacts, ${MAX_CONTACTS} at most`);
	exactly(view, 2 + count * CONTACT_BYTES);
	const list: TouchContact[] = [];
	for (let index = 0; index < count; index++) {
		const at = 2 + index * CONTACT_BYTES;
		const id = view.getUint8(at);
		if (list.some((other) => other.id === id)) throw bad(`contact ${id} twice`);
		list.push({ id, x: fraction(view, at + 1), y: fraction(view, at + 5) });
	}
	return list;
}

/** A name of printable ASCII. */
function name(bytes: Uint8Array): string {
	if (bytes.length < 1 || bytes.length > MAX_NAME) throw bad(`a name of ${bytes.length} characters`);
	const value = String.fromCharCode(...bytes);
	if (!/^[\x21-\x7e]+$/.test(value)) throw bad("a name that is not printable ASCII");
	return value;
}

/** The second byte, 0 or 1. */
function flag(view: DataView): boolean {
	if (view.byteLength < 2) throw bad("a message cut short");
	const value = view.getUint8(1);
	if (value > 1) throw bad(`flag ${value}`);
	return value === 1;
}

/** UTF-8 of one character or more. */
function text(bytes: Uint8Array): string {
	if (bytes.length === 0 || bytes.length > MAX_TEXT) throw bad(`text of ${bytes.length} bytes`);
	try {
		return decoder.decode(bytes);
	} catch (cause) {
		throw bad("text that is not UTF-8", cause);
	}
}

/** A 32-bit float from 0 to 1. */
function fraction(view: DataView, at: number): number {
	const value = view.getFloat32(at, true);
	if (!(value >= 0 && value <= 1)) throw bad(`coordinate ${value}, which is outside 0..1`);
	return value;
}

/** A 32-bit float of at most `most` either way. */
function limited(view: DataView, at: number, most: number): number {
	const value = view.getFloat32(at, true);
	if (!(Math.abs(value) <= most)) throw bad(`scroll by ${value}`);
	return value;
}

/** A 32-bit float of zero or more; undefined when it is negative, which stands for not known. */
function figure(view: DataView, at: number): number | undefined {
	const value = finite(view.getFloat32(at, true));
	return value >= 0 ? value : undefined;
}

/** A number that is neither infinite nor none. */
function finite(value: number): number {
	if (!Number.isFinite(value)) throw bad(`number ${value}`);
	return value;
}

/** Refuses a message of another length, in bytes. */
function exactly(view: DataView, length: number): void {
	if (view.byteLength !== length) throw bad(`${view.byteLength} bytes where ${length} belong`);
}

/** A message to read from; refused when it is empty or over the limit. */
function viewOf(bytes: Uint8Array): DataView {
	if (bytes.length === 0 || bytes.length > MAX_INPUT_BYTES) throw bad(`a message of ${bytes.length} bytes`);
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A message that was dropped; `what` says for what. */
function bad(what: string, cause?: unknown): PortholeError {
	return new PortholeError("bad-input", `An input message was dropped: ${what}.`, { cause });
}

/** A new message of a length in bytes, with its type. */
function start(type: number, length: number): DataView<ArrayBuffer> {
	const view = new DataView(new ArrayBuffer(length));
	view.setUint8(0, type);
	return view;
}

/** What was written. */
function bytesOf(view: DataView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
	return new Uint8Array(view.buffer);
}
