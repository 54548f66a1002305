import { deriveSessionKeys, type MasterKeys } from "../sender/srtp-keys.ts";
import { PacketIndexes } from "./packet-indexes.ts";
import { rtpHeaderLength } from "./rtp-packet.ts";
import { createSrtpOpener, type SrtpOpener } from "./srtp-opener.ts";

/** Streams of one connection; packets of further ones are dropped. */
const MAX_STREAMS = 8;
/** Longest packet looked at, bytes. */
const MAX_PACKET = 2048;

/** An opened packet. */
export interface OpenedPacket {
	readonly packet: Buffer;
	readonly headerLength: number;
	/** Sequence number with its rollovers. */
	readonly index: number;
}

/** The incoming RTP streams of one connection: opens their packets, each once. */
export class SrtpStreams {
	readonly #opener: SrtpOpener;
	readonly #indexes = new Map<number, PacketIndexes>();

	constructor(keys: MasterKeys) {
		this.#opener = createSrtpOpener(keys.profile, deriveSessionKeys(keys, "rtp"));
	}

	/** Absent for what is not RTP, not genuine, was there before, or belongs to one stream too many. */
	open(packet: Buffer): OpenedPacket | undefined {
		const headerLength = packet.length > MAX_PACKET ? undefined : rtpHeaderLength(packet);
		if (headerLength === undefined) return undefined;
		const ssrc = packet.readUInt32BE(8);
		const known = this.#indexes.get(ssrc);
		const indexes = known ?? new PacketIndexes();
		if (!known && this.#indexes.size >= MAX_STREAMS) return undefined;
		const index = indexes.guess(packet.readUInt16BE(2));
		const opened = this.#opener.open(packet, headerLength, index);
		if (opened === undefined || !indexes.accept(index)) return undefined;
		this.#indexes.set(ssrc, indexes);
		return { packet: opened, headerLength, index };
	}
}
