import { expect, it } from "vitest";
import { writeSenderReport } from "../../../../server/webrtc/sender/sender-report.ts";

it("writes a sender report with its source description, byte for byte (RFC 3550, 6.4.1 and 6.5)", () => {
	const state = {
		ssrc: 0x11223344,
		cname: "abc",
		clockOrigin: 1000,
		packets: 5,
		payloadBytes: 0x1_0000_0006,
	};
	expect(writeSenderReport(state, 2500).toString("hex").match(/.{8}/g)).toEqual([
		"80c80006", // version 2, no report blocks, 28 bytes
		"11223344",
		"83aa7e82", // 2,208,988,802 s since 1900
		"80000000", // and a half
		"00020f58", // 1,500 ms at 90 kHz
		"00000005",
		"00000006", // modulo 2^32
		"81ca0003", // one chunk
		"11223344",
		"01036162", // CNAME, 3 characters
		"63000000", // and the end, padded
	]);
});
