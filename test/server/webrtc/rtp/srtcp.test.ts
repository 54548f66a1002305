import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SrtcpSession } from "werift";
import {
	createSrtcpContext,
	MAX_SOURCES,
	ReplayWindow,
	ReplayWindows,
} from "../../../../server/webrtc/rtp/srtcp.ts";
import { deriveSessionKeys } from "../../../../server/webrtc/rtp/srtp.ts";

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ""), "hex");

/** RFC 7714, 17. */
const gcmKeys = {
	encryption: hex("000102030405060708090a0b0c0d0e0f"),
	salt: hex("517569642070726f2071756f"),
	authentication: Buffer.alloc(0),
};
const plain = hex(`81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930
	4c756e61 deadbeef deadbeef deadbeef deadbeef deadbeef`);
const sealed = hex(`81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7
	6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4`);

const profiles = [
	["AEAD_AES_128_GCM", 7, 12],
	["AES128_CM_HMAC_SHA1_80", 1, 14],
] as const;

function twoSides(profile: (typeof profiles)[number][0], saltLength: number) {
	const master = { profile, key: Buffer.alloc(16, 7), salt: Buffer.alloc(saltLength, 9) };
	const keys = deriveSessionKeys(master, "rtcp");
	return { master, sealer: createSrtcpContext(profile, keys), opener: createSrtcpContext(profile, keys) };
}

describe("SRTCP", () => {
	it("opens the packet of RFC 7714, 17.1", () => {
		expect(createSrtcpContext("AEAD_AES_128_GCM", gcmKeys).open(sealed)).toEqual(plain);
	});

	it("makes the packet of RFC 7714, 17.1, as the one with index 0x5d4", () => {
		const context = createSrtcpContext("AEAD_AES_128_GCM", gcmKeys);
		for (let index = 0; index < 0x5d4; index++) context.protect(plain);
		expect(context.protect(plain)).toEqual(sealed);
	});

	it.each(profiles)("speaks %s with another implementation in both directions", (profile, id, saltLength) => {
		const { master, sealer, opener } = twoSides(profile, saltLength);
		const { key, salt } = master;
		const theirs = new SrtcpSession({
			profile: id,
			keys: { localMasterKey: key, localMasterSalt: salt, remoteMasterKey: key, remoteMasterSalt: salt },
		});
		for (let i = 0; i < 5; i++) {
			expect(theirs.decrypt(sealer.protect(plain))).toEqual(plain);
			expect(opener.open(theirs.encrypt(plain))).toEqual(plain);
		}
	});

	it.each(profiles)("opens a packet of %s only once", (profile, _id, saltLength) => {
		const { sealer, opener } = twoSides(profile, saltLength);
		const packet = sealer.protect(plain);
		expect(opener.open(packet)).toEqual(plain);
		expect(opener.open(packet)).toBeUndefined();
	});

	it.each(profiles)("opens packets of %s that come in another order", (profile, _id, saltLength) => {
		const { sealer, opener } = twoSides(profile, saltLength);
		const packets = [1, 2, 3].map(() => sealer.protect(plain));
		for (const packet of packets.reverse()) expect(opener.open(packet)).toEqual(plain);
	});

	it.each(profiles)("refuses packets of %s with any bit changed", (profile, _id, saltLength) => {
		const { sealer, opener } = twoSides(profile, saltLength);
		const packet = sealer.protect(plain);
		fc.assert(
			fc.property(fc.nat(packet.length * 8 - 1), (bit) => {
				const forged = Buffer.from(packet);
				forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
				expect(opener.open(forged)).toBeUndefined();
			}),
		);
		expect(opener.open(packet)).toEqual(plain);
	});

	it.each(profiles)("survives any bytes with %s", (profile, _id, saltLength) => {
		const { opener } = twoSides(profile, saltLength);
		fc.assert(
			fc.property(
				fc.uint8Array({ maxLength: 100 }),
				(bytes) => opener.open(Buffer.from(bytes)) === undefined,
			),
		);
	});
});

const MAX_INDEX = 0x7fff_ffff;

describe("the replay window", () => {
	it("takes each index once, however they are ordered", () => {
		const indexes = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 100 });
		fc.assert(
			fc.property(indexes, (list) => {
				const window = new ReplayWindow();
				const taken = list.filter((index) => window.accept(index));
				expect(new Set(taken).size).toBe(taken.length);
			}),
		);
	});

	it("takes what is late by less than 32, and nothing older", () => {
		const window = new ReplayWindow();
		window.accept(1000);
		expect(window.accept(1000 - 31)).toBe(true);
		expect(window.accept(1000 - 32)).toBe(false);
		expect(window.accept(0)).toBe(false);
	});

	it("remembers within the window after any jump ahead", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 31 }), (first, jump) => {
				const window = new ReplayWindow();
				window.accept(first);
				window.accept(first + jump);
				expect(window.accept(first)).toBe(false);
			}),
		);
	});

	it("takes the highest index", () => {
		const window = new ReplayWindow();
		expect(window.accept(MAX_INDEX)).toBe(true);
		expect(window.accept(MAX_INDEX)).toBe(false);
	});
});

describe("the replay windows of a connection", () => {
	it("count each source for itself, and take no more than a few", () => {
		const windows = new ReplayWindows();
		expect([windows.accept(1, 7), windows.accept(1, 7), windows.accept(2, 7)]).toEqual([true, false, true]);
		for (let source = 3; source <= MAX_SOURCES; source++) expect(windows.accept(source, 0)).toBe(true);
		expect(windows.accept(MAX_SOURCES + 1, 0)).toBe(false);
		expect(windows.accept(2, 8)).toBe(true);
	});
});
