import { createCipheriv, createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type { SessionKeys, SrtpProfile } from "../../server/webrtc/rtp/srtp.ts";

/** Protects outgoing RTP packets of one connection. */
export interface SrtpProtector {
	/**
	 * Encrypts the payload of the RTP packet in `packet[0, length)` in place, adds the tag behind it and answers the new
	 * length. `index` is the packet index of RFC 3711, 3.3.1: the sequence number with its rollovers, 48 bits. The same
	 * SSRC and index must never be used for two different packets.
	 */
	protect(packet: Buffer, headerLength: number, length: number, index: number): number;
}

/** Protection with the session keys of RTP packets. */
export function createSrtpProtector(profile: SrtpProfile, keys: SessionKeys): SrtpProtector {
	return profile === "AEAD_AES_128_GCM" ? new GcmProtector(keys) : new CounterProtector(keys);
}

/** AES-128-GCM (RFC 7714, 8). */
class GcmProtector implements SrtpProtector {
	readonly #key: KeyObject;
	readonly #salt: Buffer;
	readonly #iv = Buffer.alloc(12);

	constructor(keys: SessionKeys) {
		this.#key = createSecretKey(keys.encryption);
		this.#salt = keys.salt;
	}

	protect(packet: Buffer, headerLength: number, length: number, index: number): number {
		const iv = this.#iv;
		iv.fill(0, 0, 2);
		packet.copy(iv, 2, 8, 12);
		iv.writeUIntBE(index, 6, 6);
		for (let i = 0; i < 12; i++) iv[i] = (iv[i] ?? 0) ^ (this.#salt[i] ?? 0);
		const cipher = createCipheriv("aes-128-gcm", this.#key, iv);
		cipher.setAAD(packet.subarray(0, headerLength));
		cipher.update(packet.subarray(headerLength, length)).copy(packet, headerLength);
		cipher.final();
		return length + cipher.getAuthTag().copy(packet, length);
	}
}

/** AES-128 in counter mode with a tag of 80 bits (RFC 3711, 4.1.1 and 4.2). */
class CounterProtector implements SrtpProtector {
	readonly #key: KeyObject;
	readonly #authentication: KeyObject;
	readonly #salt: Buffer;
	readonly #iv = Buffer.alloc(16);
	readonly #rollover = Buffer.alloc(4);

	constructor(keys: SessionKeys) {
		this.#key = createSecretKey(keys.encryption);
		this.#authentication = createSecretKey(keys.authentication);
		this.#salt = keys.salt;
	}

	protect(packet: Buffer, headerLength: number, length: number, index: number): number {
		const iv = this.#iv;
		iv.fill(0);
		packet.copy(iv, 4, 8, 12);
		iv.writeUIntBE(index, 8, 6);
		for (let i = 0; i < 14; i++) iv[i] = (iv[i] ?? 0) ^ (this.#salt[i] ?? 0);
		const cipher = createCipheriv("aes-128-ctr", this.#key, iv);
		cipher.update(packet.subarray(headerLength, length)).copy(packet, headerLength);
		this.#rollover.writeUInt32BE(Math.floor(index / 0x10000) >>> 0);
		const tag = createHmac("sha1", this.#authentication)
			.update(packet.subarray(0, length))
			.update(this.#rollover)
			.digest();
		return length + tag.copy(packet, length, 0, 10);
	}
}
