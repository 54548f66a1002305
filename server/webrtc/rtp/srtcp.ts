import {
	createCipheriv,
	createDecipheriv,
	createHmac,
	createSecretKey,
	type KeyObject,
	timingSafeEqual,
} from "node:crypto";
import type { SessionKeys, SrtpProfile } from "./srtp.ts";

/** Length of the part of an RTCP packet that stays readable. */
const CLEAR = 8;
const ENCRYPTED = 0x8000_0000;
const MAX_INDEX = 0x7fff_ffff;
const GCM_TAG = 16;
const HMAC_TAG = 10;

/** Protects and opens the RTCP packets of one direction of a connection. */
export interface SrtcpContext {
	/** The protected packet, in new memory. Indexes count from zero. */
	protect(packet: Buffer): Buffer;
	/** The packet inside; absent when it is not genuine, was seen before or is too short. */
	open(packet: Buffer): Buffer | undefined;
}

/** A context with the session keys of RTCP packets: ours to protect, the other side's to open. */
export function createSrtcpContext(profile: SrtpProfile, keys: SessionKeys): SrtcpContext {
	return profile === "AEAD_AES_128_GCM" ? new GcmContext(keys) : new CounterContext(keys);
}

/** AES-128-GCM (RFC 7714, 9). */
class GcmContext implements SrtcpContext {
	readonly #key: KeyObject;
	readonly #salt: Buffer;
	readonly #windows = new ReplayWindows();
	#index = 0;

	constructor(keys: SessionKeys) {
		this.#key = createSecretKey(keys.encryption);
		this.#salt = keys.salt;
	}

	protect(packet: Buffer): Buffer {
		const index = this.#index;
		this.#index = (index + 1) & MAX_INDEX;
		const trailer = indexWord(index);
		const cipher = createCipheriv("aes-128-gcm", this.#key, this.#iv(packet, index));
		cipher.setAAD(Buffer.concat([packet.subarray(0, CLEAR), trailer]));
		const body = cipher.update(packet.subarray(CLEAR));
		cipher.final();
		return Buffer.concat([packet.subarray(0, CLEAR), body, cipher.getAuthTag(), trailer]);
	}

	open(packet: Buffer): Buffer | undefined {
		const end = packet.length - 4;
		if (end - GCM_TAG < CLEAR) return undefined;
		const word = packet.readUInt32BE(end);
		if (word < ENCRYPTED) return undefined;
		const index = word & MAX_INDEX;
		const decipher = createDecipheriv("aes-128-gcm", this.#key, this.#iv(packet, index), {
			authTagLength: GCM_TAG,
		});
		decipher.setAAD(Buffer.concat([packet.subarray(0, CLEAR), packet.subarray(end)]));
		decipher.setAuthTag(packet.subarray(end - GCM_TAG, end));
		const body = decipher.update(packet.subarray(CLEAR, end - GCM_TAG));
		try {
			decipher.final();
		} catch {
			return undefined;
		}
		return this.#windows.accept(packet.readUInt32BE(4), index)
			? Buffer.concat([packet.subarray(0, CLEAR), body])
			: undefined;
	}

	#iv(packet: Buffer, index: number): Buffer {
		const iv = Buffer.alloc(12);
		packet.copy(iv, 2, 4, 8);
		iv.writeUInt32BE(index, 8);
		for (let i = 0; i < 12; i++) iv[i] = (iv[i] ?? 0) ^ (this.#salt[i] ?? 0);
		return iv;
	}
}

/** AES-128 in counter mode with a tag of 80 bits (RFC 3711, 3.4). */
class CounterContext implements SrtcpContext {
	readonly #key: KeyObject;
	readonly #authentication: KeyObject;
	readonly #salt: Buffer;
	readonly #windows = new ReplayWindows();
	#index = 0;

	constructor(keys: SessionKeys) {
		this.#key = createSecretKey(keys.encryption);
		this.#authentication = createSecretKey(keys.authentication);
		this.#salt = keys.salt;
	}

	protect(packet: Buffer): Buffer {
		const index = this.#index;
		this.#index = (index + 1) & MAX_INDEX;
		const body = createCipheriv("aes-128-ctr", this.#key, this.#iv(packet, index)).update(
			packet.subarray(CLEAR),
		);
		const covered = Buffer.concat([packet.subarray(0, CLEAR), body, indexWord(index)]);
		return Buffer.concat([covered, this.#tag(covered)]);
	}

	open(packet: Buffer): Buffer | undefined {
		const end = packet.length - HMAC_TAG;
		if (end - 4 < CLEAR) return undefined;
		const covered = packet.subarray(0, end);
		if (!timingSafeEqual(this.#tag(covered), packet.subarray(end))) return undefined;
		const word = packet.readUInt32BE(end - 4);
		const index = word & MAX_INDEX;
		if (!this.#windows.accept(packet.readUInt32BE(4), index)) return undefined;
		const body = packet.subarray(CLEAR, end - 4);
		if (word < ENCRYPTED) return Buffer.concat([packet.subarray(0, CLEAR), body]);
		const decipher = createDecipheriv("aes-128-ctr", this.#key, this.#iv(packet, index));
		return Buffer.concat([packet.subarray(0, CLEAR), decipher.update(body)]);
	}

	#tag(covered: Buffer): Buffer {
		return createHmac("sha1", this.#authentication).update(covered).digest().subarray(0, HMAC_TAG);
	}

	#iv(packet: Buffer, index: number): Buffer {
		const iv = Buffer.alloc(16);
		packet.copy(iv, 4, 4, 8);
		iv.writeUInt32BE(index, 10);
		for (let i = 0; i < 14; i++) iv[i] = (iv[i] ?? 0) ^ (this.#salt[i] ?? 0);
		return iv;
	}
}

function indexWord(index: number): Buffer {
	const word = Buffer.alloc(4);
	word.writeUInt32BE((index | ENCRYPTED) >>> 0);
	return word;
}

const SIZE = 32;

/** Most sources of one connection; packets of those beyond are refused. */
export const MAX_SOURCES = 16;

/** Tells new packet indexes from those seen before or too old to know (RFC 3711, 3.3.2). */
export class ReplayWindow {
	#highest = -1;
	/** Bit n: `highest - n` was seen. */
	#seen = 0;

	/** Whether the index is new; it then counts as seen. Call only with indexes that are authentic. */
	accept(index: number): boolean {
		const ahead = index - this.#highest;
		if (ahead > 0) {
			this.#seen = ahead >= SIZE ? 1 : ((this.#seen << ahead) | 1) >>> 0;
			this.#highest = index;
			return true;
		}
		if (-ahead >= SIZE) return false;
		const bit = (1 << -ahead) >>> 0;
		if ((this.#seen & bit) !== 0) return false;
		this.#seen = (this.#seen | bit) >>> 0;
		return true;
	}
}

/** A window for each source (SSRC) of a connection: each counts its packets from zero (RFC 3711, 3.2.3). */
export class ReplayWindows {
	readonly #windows = new Map<number, ReplayWindow>();

	/** As `ReplayWindow.accept`. */
	accept(source: number, index: number): boolean {
		let window = this.#windows.get(source);
		if (window === undefined) {
			if (this.#windows.size >= MAX_SOURCES) return false;
			window = new ReplayWindow();
			this.#windows.set(source, window);
		}
		return window.accept(index);
	}
}
