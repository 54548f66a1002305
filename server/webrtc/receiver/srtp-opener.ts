import { createDecipheriv, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { SessionKeys, SrtpProfile } from "../sender/srtp-keys.ts";

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
