import {
	createCipheriv,
	createDecipheriv,
	createHmac,
	createSecretKey,
	type KeyObject,
	timingSafeEqual,
} from "node:crypto";
import { PacketIndexes } from "./packet-indexes.ts";
import { rtpHeaderLength } from "./rtp-packet.ts";

/** SRTP protection profiles (RFC 5764, 4.1.2; RFC 7714, 14.2). */
export type SrtpProfile = "AEAD_AES_128_GCM" | "AES128_CM_HMAC_SHA1_80";

/** Master key (16 bytes) and master salt (12 bytes with GCM, else 14), as DTLS gives them. */
export interface MasterKeys {
	readonly profile: SrtpProfile;
	readonly key: Buffer;
	readonly salt: Buffer;
}

/** Keys of a connection, for what we send and for what comes in. */
export interface SrtpKeys {
	readonly local: MasterKeys;
	readonly remote: MasterKeys;
}

/** Keys that protect packets. */
export interface SessionKeys {
	readonly encryption: Buffer;
	/** 20 bytes; unused with GCM. */
	readonly authentication: Buffer;
	readonly salt: Buffer;
}

/** Session keys of SRTP or SRTCP (RFC 3711, 4.3, with a key derivation rate of zero; RFC 7714, 11). */
export function deriveSessionKeys(master: MasterKeys, packets: "rtp" | "rtcp"): SessionKeys {
	const label = packets === "rtp" ? 0 : 3;
	return {
		encryption: keyStream(master, label, 16),
		authentication: keyStream(master, label + 1, 20),
		salt: keyStream(master, label + 2, master.salt.length),
	};
}

function keyStream(master: MasterKeys, label: number, length: number): Buffer {
	const counter = Buffer.alloc(16);
	master.salt.copy(counter);
	counter[7] = (counter[7] ?? 0) ^ label;
	return createCipheriv("aes-128-ctr", master.key, counter).update(Buffer.alloc(length));
}

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

const GCM_TAG = 16;
const HMAC_TAG = 10;

/** Opens incoming RTP packets of one connection. */
export interface SrtpOpener {
	/**
	 * The packet with its payload in the clear, in new memory; absent when it is not genuine. `index` is the packet index
	 * of RFC 3711, 3.3.1. Whether the packet was there before is the caller's to know.
	 */
	open(packet: Buffer, headerLength: number, index: number): Buffer | undefined;
}

/** An opener with the session keys of the other side's RTP packets. */
export function createSrtpOpener(profile: SrtpProfile, keys: SessionKeys): SrtpOpener {
	return profile === "AEAD_AES_128_GCM" ? new GcmOpener(keys) : new CounterOpener(keys);
}

/** AES-128-GCM (RFC 7714, 8). */
class GcmOpener implements SrtpOpener {
	readonly #key: KeyObject;
	readonly #salt: Buffer;

	constructor(keys: SessionKeys) {
		this.#key = createSecretKey(keys.encryption);
		this.#salt = keys.salt;
	}

	open(packet: Buffer, headerLength: number, index: number): Buffer | undefined {
		const end = packet.length - GCM_TAG;
		if (end < headerLength) return undefined;
		const iv = Buffer.alloc(12);
		packet.copy(iv, 2, 8, 12);
		iv.writeUIntBE(index, 6, 6);
		for (let i = 0; i < 12; i++) iv[i] = (iv[i] ?? 0) ^ (this.#salt[i] ?? 0);
		const decipher = createDecipheriv("aes-128-gcm", this.#key, iv, { authTagLength: GCM_TAG });
		const header = packet.subarray(0, headerLength);
		decipher.setAAD(header);
		decipher.setAuthTag(packet.subarray(end));
		const body = decipher.update(packet.subarray(headerLength, end));
		try {
			decipher.final();
		} catch {
			return undefined;
		}
		return Buffer.concat([header, body]);
	}
}

/** AES-128 in counter mode with a tag of 80 bits (RFC 3711, 4.1.1 and 4.2). */
class CounterOpener implements SrtpOpener {
	readonly #key: KeyObject;
	readonly #authentication: KeyObject;
	readonly #salt: Buffer;
	readonly #rollover = Buffer.alloc(4);

	constructor(keys: SessionKeys) {
		this.#key = createSecretKey(keys.encryption);
		this.#authentication = createSecretKey(keys.authentication);
		this.#salt = keys.salt;
	}

	open(packet: Buffer, headerLength: number, index: number): Buffer | undefined {
		const end = packet.length - HMAC_TAG;
		if (end < headerLength) return undefined;
		this.#rollover.writeUInt32BE(Math.floor(index / 0x10000) >>> 0);
		const tag = createHmac("sha1", this.#authentication)
			.update(packet.subarray(0, end))
			.update(this.#rollover)
			.digest();
		if (!timingSafeEqual(tag.subarray(0, HMAC_TAG), packet.subarray(end))) return undefined;
		const iv = Buffer.alloc(16);
		packet.copy(iv, 4, 8, 12);
		iv.writeUIntBE(index, 8, 6);
		for (let i = 0; i < 14; i++) iv[i] = (iv[i] ?? 0) ^ (this.#salt[i] ?? 0);
		const decipher = createDecipheriv("aes-128-ctr", this.#key, iv);
		return Buffer.concat([
			packet.subarray(0, headerLength),
			decipher.update(packet.subarray(headerLength, end)),
		]);
	}
}
