import { randomInt } from "node:crypto";

/** The numbering of one outgoing RTP stream. */
export class RtpStream {
	readonly payloadType: number;
	readonly ssrc: number;
	/** Index of the next packet: its sequence number with the rollovers above it (RFC 3711, 3.3.1). */
	#next: number;

	/** `first`: index of the first packet. Below 2^15 no early loss can be mistaken for a rollover. */
	constructor(payloadType: number, ssrc: number, first = randomInt(0x8000)) {
		this.payloadType = payloadType;
		this.ssrc = ssrc;
		this.#next = first;
	}

	/** Takes the next index. */
	take(): number {
		return this.#next++;
	}

	/** The sequence number given out last. */
	get last(): number {
		return (this.#next - 1) & 0xffff;
	}

	/** Whether a sequence number was given out within the last 2^15 packets. */
	wasSent(sequence: number): boolean {
		const behind = (this.#next - 1 - sequence) & 0xffff;
		return behind < 0x8000;
	}
}
