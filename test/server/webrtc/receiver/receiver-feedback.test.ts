import { expect, it } from "vitest";
import {
	writeMaximumRate,
	writeNack,
	writePictureLoss,
	writeReceiverReport,
} from "../../../../server/webrtc/receiver/receiver-feedback.ts";

const hex = (packet: Buffer) => packet.toString("hex");

it("a receiver report is written byte for byte", () => {
	const report = {
		ssrc: 0x0a0b0c0d,
		fraction: 0xff,
		lost: 0x010203,
		highest: 0x1_0000_fffe,
		jitter: 5.4,
		lastReport: 0xaabbccdd,
		sinceReport: 0x10000,
	};
	expect(hex(writeReceiverReport(1, report))).toBe(
		"81c90007" + "00000001" + "0a0b0c0d" + "ff010203" + "0000fffe" + "00000005" + "aabbccdd" + "00010000",
	);
	expect(hex(writeReceiverReport(1))).toBe("80c90001" + "00000001");
});

it("packets are asked for together, over a wrap too", () => {
	expect(hex(writeNack(1, 2, [65_535, 65_536, 65_551, 65_600]))).toBe(
		"81cd0004" + "00000001" + "00000002" + "ffff" + "8001" + "0040" + "0000",
	);
});

it("a keyframe is asked for", () => {
	expect(hex(writePictureLoss(1, 2))).toBe("81ce0002" + "00000001" + "00000002");
});

it("a rate is told with 18 bits and an exponent", () => {
	// 4,000,000 = 250,000 × 2^4
	expect(hex(writeMaximumRate(1, 2, 4_000_000))).toBe(
		"8fce0005" + "00000001" + "00000000" + "52454d42" + "0113d090" + "00000002",
	);
});
