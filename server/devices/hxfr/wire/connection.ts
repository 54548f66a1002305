import type { Duplex } from "node:stream";
import { messageOf, PortholeError } from "../../../../signaling/protocol/errors.ts";
import { hxfrError } from "../errors.ts";
import { encodeMessage } from "./codec.ts";
import type { Message } from "./message.ts";
import { MessageReader } from "./message-reader.ts";

/** How long what was sent last may take to leave when the connection is ended, ms. */
const LAST_WORDS = 500;

interface ConnectionEvents {
	message(message: Message): void;
	/** Everything that was sent has left. */
	drained?(): void;
	/** Last words to whoever sent what cannot be read. */
	refusal?(why: PortholeError): Message;
	/** The connection is over; called once, also after `close()`. */
	closed(why: PortholeError): void;
}

/** One end of a byte stream that carries messages. */
export class Connection {
	readonly #stream: Duplex;
	readonly #events: ConnectionEvents;
	readonly #reader = new MessageReader();
	#why: PortholeError | undefined;
	#over = false;

	constructor(stream: Duplex, events: ConnectionEvents) {
		this.#stream = stream;
		this.#events = events;
		stream.on("data", (chunk: Buffer) => this.#take(chunk));
		stream.on("drain", () => events.drained?.());
		stream.on("end", () => stream.destroy());
		stream.on("error", (cause) => {
			this.#why ??= hxfrError("hxfr-lost", `The connection broke: ${messageOf(cause)}.`, cause);
		});
		stream.on("close", () => this.#end(hxfrError("hxfr-lost", "The other end hung up.")));
	}

	/** Bytes that were sent and have not left. */
	get waiting(): number {
		return this.#stream.writableLength;
	}

	/** Sends a message, in the order of the calls. What it holds must not be written to any more. */
	send(message: Message): void {
		if (this.#over || this.#stream.destroyed) return;
		const pieces = encodeMessage(message);
		if (pieces.length === 1) {
			this.#stream.write(pieces[0]);
			return;
		}
		this.#stream.cork();
		for (const piece of pieces) if (piece.length > 0) this.#stream.write(piece);
		this.#stream.uncork();
	}

	/** Reads no more until `resume`, so that the other end has to wait. */
	pause(): void {
		this.#stream.pause();
	}

	resume(): void {
		if (!this.#over) this.#stream.resume();
	}

	/** Ends it now. `why` is what `closed` gets. */
	close(why: PortholeError = hxfrError("hxfr-lost", "The connection was closed.")): void {
		this.#why ??= why;
		this.#stream.destroy();
		this.#end(why);
	}

	/** Ends it once the other end has what was sent last, or soon after. Nothing more is read. */
	closeAfter(message: Message, why: PortholeError): void {
		if (this.#over) return;
		this.send(message);
		this.#stream.removeAllListeners("data");
		this.#stream.resume();
		const late = setTimeout(() => this.#stream.destroy(), LAST_WORDS);
		this.#stream.once("close", () => clearTimeout(late));
		this.#stream.end();
		this.#end(why);
	}

	#take(chunk: Buffer): void {
		try {
			this.#reader.push(chunk, (message) => {
				if (!this.#over) this.#events.message(message);
			});
		} catch (error) {
			if (!(error instanceof PortholeError)) throw error;
			const refusal = this.#events.refusal?.(error);
			if (refusal) this.closeAfter(refusal, error);
			else this.close(error);
		}
	}

	#end(why: PortholeError): void {
		if (this.#over) return;
		this.#over = true;
		this.#events.closed(this.#why ?? why);
	}
}
