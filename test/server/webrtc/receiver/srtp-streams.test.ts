import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SrtpStreams } from "../../../../server/webrtc/receiver/srtp-streams.ts";
import {
	deriveSessionKeys,
	type MasterKeys,
	type SrtpProfile,
} from "../../../../server/webrtc/sender/srtp-keys.ts";
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
