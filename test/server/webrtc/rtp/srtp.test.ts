import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RtpPacket, SrtpSession } from "werift";
import {
	deriveSessionKeys,
	type MasterKeys,
	type SrtpProfile,
	SrtpStreams,
} from "../../../../server/webrtc/rtp/srtp.ts";
import { createSrtpProtector } from "../../../support/srtp-protector.ts";

const profiles: SrtpProfile[] = ["AEAD_AES_128_GCM", "AES128_CM_HMAC_SHA1_80"];

describe.each(profiles)("incoming streams under %s", (profile) => {
	const keys: MasterKeys = {
		profile,
		key: randomBytes(16),
		salt: randomBytes(profile === "AEAD_AES_128_GCM" ? 12 : 14),
	};
	const protector = createSrtpProtector(profile, deriveSessionKeys(keys, "rtp"));
	const sealed = (index: number, ssrc = 7, body = Buffer.from("picture")) => {
		const memory = Buffer.alloc(12 + body.length + 32);
		memory[0] = 0x80;
		memory[1] = 96;
		memory.writeUInt16BE(index % 0x10000, 2);
		memory.writeUInt32BE(ssrc, 8);
		body.copy(memory, 12);
		return memory.subarray(0, protector.protect(memory, 12, 12 + body.length, index));
	};

	it("are opened, over rollovers too", () => {
		const streams = new SrtpStreams(keys);
		for (const index of [65_530, 65_535, 65_536, 65_540, 131_071 - 60_000]) {
			const opened = streams.open(sealed(index));
			expect(opened?.index).toBe(index);
			expect(opened?.packet.subarray(12).toString()).toBe("picture");
		}
	});

	it("give nothing for a packet that was changed, cut short, too long or there before", () => {
		const streams = new SrtpStreams(keys);
		const packet = sealed(10);
		for (let at = 0; at < packet.length; at++) {
			const changed = Buffer.from(packet);
			changed[at] = (changed[at] ?? 0) ^ 0x01;
			expect(streams.open(changed), `byte ${at}`).toBeUndefined();
			expect(streams.open(packet.subarray(0, at))).toBeUndefined();
		}
		expect(streams.open(Buffer.concat([packet, Buffer.alloc(3000)]))).toBeUndefined();
		expect(streams.open(packet)).toBeDefined();
		expect(streams.open(packet)).toBeUndefined();
	});

	it("are eight at most", () => {
		const streams = new SrtpStreams(keys);
		const taken = Array.from({ length: 12 }, (_, ssrc) => streams.open(sealed(1, ssrc + 1)));
		expect(taken.filter((opened) => opened !== undefined)).toHaveLength(8);
	});

	it("give nothing for garbage", () => {
		const streams = new SrtpStreams(keys);
		for (let length = 0; length < 200; length++) expect(streams.open(randomBytes(length))).toBeUndefined();
	});
});

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ""), "hex");

/** RFC 3711, appendix B.3. */
const master = {
	profile: "AES128_CM_HMAC_SHA1_80",
	key: hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
	salt: hex("0EC675AD498AFEEBB6960B3AABE6"),
} as const;

function protect(
	profile: SrtpProfile,
	keys: Parameters<typeof createSrtpProtector>[1],
	packet: Buffer,
	index: number,
) {
	const memory = Buffer.alloc(packet.length + 16);
	packet.copy(memory);
	const length = createSrtpProtector(profile, keys).protect(memory, 12, packet.length, index);
	return memory.subarray(0, length);
}

describe("SRTP keys", () => {
	it("derives the session keys of RFC 3711, appendix B.3", () => {
		const keys = deriveSessionKeys(master, "rtp");
		expect(keys.encryption).toEqual(hex("C61E7A93744F39EE10734AFE3FF7A087"));
		expect(keys.salt).toEqual(hex("30CBBC08863D8C85D49DB34A9AE1"));
		expect(keys.authentication).toEqual(hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
	});
});

describe("SRTP protection", () => {
	it("makes the key stream of RFC 3711, appendix B.2", () => {
		const keys = {
			encryption: hex("2B7E151628AED2A6ABF7158809CF4F3C"),
			salt: hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"),
			authentication: Buffer.alloc(20),
		};
		const out = protect("AES128_CM_HMAC_SHA1_80", keys, Buffer.alloc(12 + 48), 0);
		expect(out.subarray(12, 60)).toEqual(
			hex(
				"E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0",
			),
		);
		expect(out.length).toBe(60 + 10);
	});

	it("makes the AES-128-GCM packet of RFC 7714, 16.1.1", () => {
		const keys = {
			encryption: hex("000102030405060708090a0b0c0d0e0f"),
			salt: hex("517569642070726f2071756f"),
			authentication: Buffer.alloc(0),
		};
		const packet = hex(`8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f
			6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573`);
		const out = protect("AEAD_AES_128_GCM", keys, packet, 0xf17b);
		expect(out).toEqual(
			hex(`8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f
				42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce`),
		);
	});

	it.each([
		["AEAD_AES_128_GCM", 7, 12],
		["AES128_CM_HMAC_SHA1_80", 1, 14],
	] as const)(
		"makes %s packets that another implementation opens, over rollovers too",
		(profile, id, saltLength) => {
			fc.assert(
				fc.property(
					fc.uint8Array({ minLength: 16, maxLength: 16 }),
					fc.uint8Array({ minLength: saltLength, maxLength: saltLength }),
					fc.uint8Array({ minLength: 1, maxLength: 1200 }),
					fc.integer({ min: 0xfff0, max: 0xffff }),
					(key, salt, payload, first) => {
						const keys = { profile, key: Buffer.from(key), salt: Buffer.from(salt) };
						const theirs = new SrtpSession({
							profile: id,
							keys: {
								localMasterKey: keys.key,
								localMasterSalt: keys.salt,
								remoteMasterKey: keys.key,
								remoteMasterSalt: keys.salt,
							},
						});
						const ours = createSrtpProtector(profile, deriveSessionKeys(keys, "rtp"));
						for (let index = first; index < first + 32; index++) {
							const memory = Buffer.alloc(12 + payload.length + 16);
							memory[0] = 0x80;
							memory[1] = 102;
							memory.writeUInt16BE(index & 0xffff, 2);
							memory.writeUInt32BE(0xdeadbeef, 8);
							memory.set(payload, 12);
							const length = ours.protect(memory, 12, 12 + payload.length, index);
							const opened = RtpPacket.deSerialize(theirs.decrypt(memory.subarray(0, length)));
							expect(opened.payload).toEqual(Buffer.from(payload));
						}
					},
				),
				{ numRuns: 20 },
			);
		},
	);
});
