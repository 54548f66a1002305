import type { MediaPacket, MediaUnit } from "./packetize.ts";

/** Most pictures that wait: two seconds of 60 a second. What comes then is not taken. */
export const MAX_PICTURES = 128;

/** Pictures of one viewer that wait to be sent, packet by packet; whole pictures that were not begun can be dropped. */
export class PictureQueue {
	readonly #units: (MediaUnit | undefined)[] = new Array(MAX_PICTURES).fill(undefined);
	readonly #timestamps = new Uint32Array(MAX_PICTURES);
	#first = 0;
	#length = 0;
	/** Packets of the first picture that are out. */
	#sent = 0;
	#bytes = 0;

	/** Payload bytes that wait. */
	get bytes(): number {
		return this.#bytes;
	}

	get isEmpty(): boolean {
		return this.#length === 0;
	}

	/** Payload bytes of the picture that was begun; 0 when none was. */
	get begunBytes(): number {
		const unit = this.#sent > 0 ? this.#units[this.#first] : undefined;
		let bytes = 0;
		for (let i = this.#sent; i < (unit?.packets.length ?? 0); i++)
			bytes += unit?.packets[i]?.payload.length ?? 0;
		return bytes;
	}

	/** Puts a picture at the end, to be sent with an RTP timestamp; whether there was room. */
	add(unit: MediaUnit, timestamp: number): boolean {
		if (this.#length === MAX_PICTURES || unit.packets.length === 0) return false;
		const slot = (this.#first + this.#length) % MAX_PICTURES;
		this.#units[slot] = unit;
		this.#timestamps[slot] = timestamp;
		this.#length++;
		for (const packet of unit.packets) this.#bytes += packet.payload.length;
		return true;
	}

	/** The RTP timestamp of the packet that `take` gives next. */
	get timestamp(): number {
		return this.#timestamps[this.#first] ?? 0;
	}

	/** The next packet. */
	take(): MediaPacket | undefined {
		const unit = this.#units[this.#first];
		const packet = unit?.packets[this.#sent];
		if (packet === undefined) return undefined;
		this.#bytes -= packet.payload.length;
		this.#sent++;
		if (packet.last) this.#leave();
		return packet;
	}

	/** Drops all pictures that were not begun; answers how many. */
	dropRest(): number {
		const kept = this.#sent > 0 ? 1 : 0;
		const dropped = this.#length - kept;
		for (let i = kept; i < this.#length; i++) {
			const slot = (this.#first + i) % MAX_PICTURES;
			for (const packet of this.#units[slot]?.packets ?? []) this.#bytes -= packet.payload.length;
			this.#units[slot] = undefined;
		}
		this.#length = kept;
		return dropped;
	}

	#leave(): void {
		this.#units[this.#first] = undefined;
		this.#first = (this.#first + 1) % MAX_PICTURES;
		this.#length--;
		this.#sent = 0;
	}
}
