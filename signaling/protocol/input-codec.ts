import type { HostMessage, ViewerMessage } from "./input.ts";
import {
	bad,
	bytesOf,
	exactly,
	figure,
	finite,
	flag,
	fraction,
	MAX_INPUT_BYTES,
	name,
	scroll,
	start,
	text,
	viewOf,
} from "./input-fields.ts";
import { readContacts, writeContacts } from "./touch-contacts.ts";

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
} as const;

/** In the order of their numbers on the wire. */
const renditions = [undefined, "main", "small"] as const;

const encoder = new TextEncoder();

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
			const view = start(code.wheel, 17);
			view.setFloat32(1, message.x, true);
			view.setFloat32(5, message.y, true);
			view.setFloat32(9, message.dx, true);
			view.setFloat32(13, message.dy, true);
			return bytesOf(view);
		}
		case "key":
			return named(code.key, message.down, message.code);
		case "button":
			return named(code.button, message.down, message.id);
		case "text": {
			const text = encoder.encode(message.text);
			if (text.length === 0 || text.length >= MAX_INPUT_BYTES) throw bad(`text of ${text.length} bytes`);
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
	}
}

/** Reads what a viewer says. Throws PortholeError `bad-input` for anything that is not exactly one valid message. */
export function decodeViewerMessage(bytes: Uint8Array): ViewerMessage {
	const view = viewOf(bytes);
	switch (view.getUint8(0)) {
		case code.pointer: {
			exactly(view, 10);
			const buttons = view.getUint8(9);
			if (buttons > 7) throw bad(`pointer buttons ${buttons}`);
			return { type: "pointer", x: fraction(view, 1), y: fraction(view, 5), buttons };
		}
		case code.wheel:
			exactly(view, 17);
			return {
				type: "wheel",
				x: fraction(view, 1),
				y: fraction(view, 5),
				dx: scroll(view, 9),
				dy: scroll(view, 13),
			};
		case code.key:
			return { type: "key", down: flag(view), code: name(bytes) };
		case code.button:
			return { type: "button", down: flag(view), id: name(bytes) };
		case code.text:
			return { type: "text", text: text(bytes) };
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
		default:
			throw bad(`type ${view.getUint8(0)}`);
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
		default:
			throw bad(`type ${view.getUint8(0)}`);
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

function named(type: number, down: boolean, value: string): Uint8Array<ArrayBuffer> {
	if (!/^[\x21-\x7e]{1,32}$/.test(value)) throw bad(`name ${JSON.stringify(value.slice(0, 40))}`);
	const bytes = new Uint8Array(2 + value.length);
	bytes[0] = type;
	bytes[1] = down ? 1 : 0;
	for (let index = 0; index < value.length; index++) bytes[2 + index] = value.charCodeAt(index);
	return bytes;
}

function withBody(type: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
	const bytes = new Uint8Array(1 + body.length);
	bytes[0] = type;
	bytes.set(body, 1);
	return bytes;
}
