import { badMessage } from "../errors.ts";
import { decodePayload } from "./codec.ts";
import {
	HEADER_BYTES,
	MAGIC,
	MAX_SKIPPED,
	type Message,
	type MessageType,
	PAYLOAD_BYTES,
	PIXEL_DATA,
	TYPE_NUMBER,
} from "./message.ts";

/** A length is believed this far at once, bytes; beyond, memory grows only with what has really come. */
const FIRST_ALLOCATION = 2 * 1024 * 1024;

const TYPE_OF = new Map(Object.entries(TYPE_NUMBER).map(([type, number]) => [number, type as MessageType]));

interface Header {
	readonly type: MessageType;
	readonly flags: number;
	readonly session: number;
	readonly size: number;
}

/** Finds the messages in a byte stream, in whatever pieces it comes. Unknown ones are skipped. */
export class MessageReader {
	/** Messages of unknown type that were passed over. */
	skipped = 0;
	#header: Header | undefined;
	#gathered: Buffer = Buffer.allocUnsafe(HEADER_BYTES);
	#length = 0;
	#toSkip = 0;

	/**
	 * Takes the next bytes and calls back with each message that is whole now. What a message holds is memory of its own
	 * or of `chunk`, which must not be written to again. Throws PortholeError `hxfr-bad-message`; nothing can be read
	 * after that, as nobody knows where the next message begins.
	 */
	push(chunk: Buffer, visit: (message: Message) => void): void {
		let at = 0;
		for (;;) {
			const skip = Math.min(this.#toSkip, chunk.length - at);
			this.#toSkip -= skip;
			at += skip;
			if (this.#toSkip > 0) return;
			const needed = this.#header?.size ?? HEADER_BYTES;
			const whole = this.#length === 0 && chunk.length - at >= needed;
			const taken = whole ? needed : Math.min(needed - this.#length, chunk.length - at);
			if (!whole) this.#gather(chunk.subarray(at, at + taken), needed);
			const part = whole ? chunk.subarray(at, at + taken) : this.#gathered.subarray(0, this.#length);
			at += taken;
			if (part.length < needed) return;
			this.#length = 0;
			const header = this.#header;
			if (!header) {
				this.#header = this.#readHeader(part);
				continue;
			}
			this.#header = undefined;
			// The message keeps what was gathered.
			if (!whole) this.#gathered = Buffer.allocUnsafe(HEADER_BYTES);
			visit(decodePayload(header.type, header.flags, header.session, part));
		}
	}

	#gather(part: Buffer, needed: number): void {
		const length = this.#length + part.length;
		if (length > this.#gathered.length) {
			const size = Math.min(needed, Math.max(FIRST_ALLOCATION, length * 2));
			const larger = Buffer.allocUnsafeSlow(size);
			this.#gathered.copy(larger, 0, 0, this.#length);
			this.#gathered = larger;
		}
		part.copy(this.#gathered, this.#length);
		this.#length = length;
	}

	/** Undefined when the message is to be skipped. */
	#readHeader(bytes: Buffer): Header | undefined {
		const magic = bytes.readUInt32LE(0);
		if (magic !== MAGIC) {
			const found = bytes.toString("hex", 0, 4).replace(/(..)(?=.)/g, "$1 ");
			throw badMessage(`it begins with ${found}, not with HXFR`);
		}
		const number = bytes.readUInt8(4);
		const type = TYPE_OF.get(number);
		const flags = bytes.readUInt8(5);
		const session = bytes.readUInt16LE(6);
		const size = bytes.readUInt32LE(8);
		const name = `type 0x${number.toString(16).padStart(2, "0")}`;
		if (type === undefined) {
			if (size >= MAX_SKIPPED) throw badMessage(`${size} bytes of unknown ${name} are too many to skip`);
			this.#toSkip = size;
			this.skipped++;
			return undefined;
		}
		const [min, max] = PAYLOAD_BYTES[type];
		if (size < min || size > max) throw badMessage(`${name} with ${size} bytes of payload`);
		if (type === "frame-request" && (flags & PIXEL_DATA) === 0 && size !== min)
			throw badMessage(`${name} without pixels has ${size} bytes of payload`);
		return { type, flags, session, size };
	}
}
