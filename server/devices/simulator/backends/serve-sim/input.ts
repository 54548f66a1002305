import type { DeviceEnd } from "../../../provider.ts";
import type { InputBackend, Place, TouchEdge } from "../../backend.ts";
import { simulatorError } from "../../errors.ts";
import { asciiKeyOf, keyUsageOf } from "../../input/hid-keys.ts";

/** Bytes that may wait for it. */
const MAX_WAITING = 256 * 1024;

/**
 * Input over serve-sim's WebSocket: one finger and keys. Of two fingers the first one is passed on, text only where keys
 * can type it, and no buttons: what they are called there is not settled.
 */
export class ServeSimInputBackend implements InputBackend {
	readonly #socket: WebSocket;
	#closed = false;

	constructor(address: URL, lost: (end: DeviceEnd) => void) {
		this.#socket = new WebSocket(address);
		this.#socket.binaryType = "arraybuffer";
		this.#socket.onclose = () => {
			if (this.#closed) return;
			this.#closed = true;
			lost({ code: "program-ended", message: "serve-sim closed the connection for input." });
		};
	}

	touch(phase: "down" | "move" | "up", places: readonly Place[], edge: TouchEdge): void {
		if (places[0]) this.#send(touchFrame(phase, places[0], edge));
	}

	key(code: string, down: boolean): void {
		const usage = keyUsageOf(code);
		if (usage === undefined)
			throw simulatorError(
				"unknown-key",
				`A keyboard has no key ${JSON.stringify(code)}; it was not pressed.`,
			);
		this.#send(keyFrame(usage, down));
	}

	type(text: string): void {
		for (const character of text) {
			const key = asciiKeyOf(character);
			if (!key) continue;
			if (key.shift) this.key("ShiftLeft", true);
			this.key(key.code, true);
			this.key(key.code, false);
			if (key.shift) this.key("ShiftLeft", false);
		}
	}

	paste(): void {
		throw simulatorError("no-input", "serve-sim types what a US keyboard has; this text was not typed.");
	}

	button(): boolean {
		return false;
	}

	async close(): Promise<void> {
		this.#closed = true;
		this.#socket.close();
	}

	#send(frame: Uint8Array<ArrayBuffer>): void {
		if (this.#closed) throw simulatorError("program-ended", "serve-sim closed the connection for input.");
		if (this.#socket.readyState !== WebSocket.OPEN)
			throw simulatorError("input-refused", "The connection to serve-sim for input is not there yet.");
		if (this.#socket.bufferedAmount > MAX_WAITING)
			throw simulatorError("input-overloaded", "serve-sim does not take input; it was dropped.");
		this.#socket.send(frame);
	}
}

const TOUCH = 0x03;
const KEY = 0x06;
const edges: Record<TouchEdge, number> = { none: 0, left: 1, top: 2, bottom: 3, right: 4 };
const phases = { down: "begin", move: "move", up: "end" } as const;

/** One finger, as serve-sim's WebSocket takes it: a tag, then JSON. */
export function touchFrame(
	phase: "down" | "move" | "up",
	{ x, y }: Place,
	edge: TouchEdge,
): Uint8Array<ArrayBuffer> {
	return frame(TOUCH, { type: phases[phase], x, y, edge: edges[edge] });
}

/** A key by its usage of the keyboard page. */
export function keyFrame(usage: number, down: boolean): Uint8Array<ArrayBuffer> {
	return frame(KEY, { type: down ? "down" : "up", usage });
}

function frame(tag: number, value: object): Uint8Array<ArrayBuffer> {
	const text = JSON.stringify(value);
	const bytes = new Uint8Array(1 + Buffer.byteLength(text));
	bytes[0] = tag;
	bytes.set(Buffer.from(text), 1);
	return bytes;
}
