import type * as v from "valibot";
import type { WebSocket } from "ws";
import { parseMessage } from "../../../../signaling/protocol/parse.ts";
import { decodePeerMessage, encodePeerMessage } from "./messages.ts";

/** How often the other end is asked for a sign of life, milliseconds; after a round without one the line is cut. */
const PING_EVERY = 2000;

/** Bytes that may wait to be sent; data channel messages beyond are dropped. */
const MAX_WAITING = 1024 * 1024;

export interface LineEvents<TIn> {
	message(message: TIn): void;
	/** A viewer's data channel message. */
	peerMessage(peer: number, message: Buffer): void;
	/** Called once, also after `close()`. */
	lost(): void;
}

/** The line between an origin and an edge: checked messages, viewers' messages, and an end that is noticed soon. */
export class Line<TIn extends v.GenericSchema, TOut extends object> {
	readonly #socket: WebSocket;
	readonly #pings: NodeJS.Timeout;
	#heard = true;

	constructor(socket: WebSocket, schema: TIn, events: LineEvents<v.InferOutput<TIn>>) {
		this.#socket = socket;
		this.#pings = setInterval(() => this.#ping(), PING_EVERY);
		socket.on("pong", () => {
			this.#heard = true;
		});
		socket.on("message", (data, binary) => {
			this.#heard = true;
			const bytes = data as Buffer;
			try {
				if (!binary) return events.message(parseMessage(schema, bytes.toString()));
			} catch {
				// Whoever speaks another language cannot be served further.
				return socket.terminate();
			}
			const decoded = decodePeerMessage(bytes);
			if (decoded !== undefined) events.peerMessage(decoded.peer, decoded.message);
		});
		socket.on("error", () => {});
		socket.on("close", () => {
			clearInterval(this.#pings);
			events.lost();
		});
	}

	send(message: TOut): void {
		this.#socket.send(JSON.stringify(message));
	}

	/** False when it was dropped, as too much waits. */
	sendPeerMessage(peer: number, message: Uint8Array): boolean {
		if (this.#socket.bufferedAmount > MAX_WAITING) return false;
		this.#socket.send(encodePeerMessage(peer, message));
		return true;
	}

	close(): void {
		this.#socket.terminate();
	}

	#ping(): void {
		if (this.#socket.readyState === this.#socket.CONNECTING) return;
		if (!this.#heard) return this.close();
		this.#heard = false;
		this.#socket.ping();
	}
}
