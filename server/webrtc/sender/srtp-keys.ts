import { createCipheriv } from "node:crypto";

/** SRTP protection profiles (RFC 5764, 4.1.2; RFC 7714, 14.2). */
export type SrtpProfile = "AEAD_AES_128_GCM" | "AES128_CM_HMAC_SHA1_80";

/** Master key (16 bytes) and master salt (12 bytes with GCM, else 14), as DTLS gives them. */
export interface MasterKeys {
	readonly profile: SrtpProfile;
	readonly key: Buffer;
	readonly salt: Buffer;
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
