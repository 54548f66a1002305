import {
	CLIPBOARD_WINDOW,
	type ClipboardBytes,
	type ClipboardFormat,
	type ClipboardMessage,
	MAX_CLIPBOARD,
	MAX_CLIPBOARD_PIECE,
} from "./clipboard.ts";
import { PortholeError } from "./errors.ts";

/** Gives a content to the other end, in pieces and only as fast as that takes them. */
export class ClipboardSending {
	readonly #content: ClipboardBytes;
	readonly #send: (message: ClipboardMessage) => boolean;
	#sent = 0;

	/** @param send false when a message was dropped. Throws PortholeError `clipboard-too-large`. */
	constructor(content: ClipboardBytes, send: (message: ClipboardMessage) => boolean) {
		const most = MAX_CLIPBOARD[content.format];
		if (content.bytes.length > most) {
			throw new PortholeError(
				"clipboard-too-large",
				`A clipboard of ${content.bytes.length} bytes cannot be given; at most ${most} can.`,
			);
		}
		this.#content = content;
		this.#send = send;
	}

	/** All has been sent. */
	get complete(): boolean {
		return this.#sent === this.#content.bytes.length;
	}

	/** Offers it, with as much of it as needs no credit. False when it could not be sent. */
	start(): boolean {
		const { format, bytes } = this.#content;
		return (
			this.#send({ type: "clipboard-offer", format, size: bytes.length }) && this.credit(CLIPBOARD_WINDOW)
		);
	}

	/** Sends what may be sent by now. False when it could not be sent, so that nothing of it is of use. */
	credit(total: number): boolean {
		const { bytes } = this.#content;
		const end = Math.min(total, bytes.length);
		while (this.#sent < end) {
			const piece = bytes.subarray(this.#sent, Math.min(end, this.#sent + MAX_CLIPBOARD_PIECE));
			if (!this.#send({ type: "clipboard-data", bytes: piece })) return false;
			this.#sent += piece.length;
		}
		return true;
	}
}

/** Takes a content from the other end. */
export class ClipboardReceiving {
	readonly format: ClipboardFormat;
	readonly #bytes: Uint8Array<ArrayBuffer>;
	#received = 0;
	#granted = CLIPBOARD_WINDOW;

	/** @param size of the content, as offered; the codec bounds it. */
	constructor(format: ClipboardFormat, size: number) {
		this.format = format;
		this.#bytes = new Uint8Array(size);
	}

	/** Takes the next piece; false when it is more than was offered, or than may have been sent. */
	add(piece: Uint8Array): boolean {
		if (this.#received + piece.length > Math.min(this.#bytes.length, this.#granted)) return false;
		this.#bytes.set(piece, this.#received);
		this.#received += piece.length;
		return true;
	}

	/** The credit to give now; undefined while that already given is enough. */
	get credit(): number | undefined {
		const total = Math.min(this.#bytes.length, this.#received + CLIPBOARD_WINDOW);
		// Every third of a window: a sender that is far away need not wait, and few messages tell it.
		if (total - this.#granted < CLIPBOARD_WINDOW / 3 && total < this.#bytes.length) return undefined;
		return total > this.#granted ? total : undefined;
	}

	/** This much may have been sent. */
	grant(total: number): void {
		this.#granted = total;
	}

	get granted(): number {
		return this.#granted;
	}

	/** The content, once all of it is there. */
	get content(): { readonly format: ClipboardFormat; readonly bytes: Uint8Array<ArrayBuffer> } | undefined {
		if (this.#received < this.#bytes.length) return undefined;
		return { format: this.format, bytes: this.#bytes };
	}
}
