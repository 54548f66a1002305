import { describe, expect, it } from "vitest";
import { readStats } from "../../../../app/viewer/stats/frame-stats.ts";

function report(video: object, more: Record<string, object> = {}): Map<string, Record<string, unknown>> {
	const entries = {
		video: { type: "inbound-rtp", kind: "video", codecId: "codec", timestamp: 1000, ...video },
		audio: { type: "inbound-rtp", kind: "audio", timestamp: 1000 },
		codec: { mimeType: "video/H264", sdpFmtpLine: "packetization-mode=1;profile-level-id=42E01F" },
		...more,
	};
	return new Map(Object.entries(entries).map(([id, stat]) => [id, { id, ...stat }]));
}

const before = { at: 0, frames: 100, bytes: 1000, lost: 1, received: 100 };

describe("readStats", () => {
	it("gives no rates from the first report alone", () => {
		const { sample, stats } = readStats(report({ framesDecoded: 5, bytesReceived: 70 }));
		expect(stats).toBeUndefined();
		expect(sample).toEqual({ at: 1000, frames: 5, bytes: 70, lost: 0, received: 0 });
	});

	it("compares two reports", () => {
		const now = {
			framesDecoded: 160,
			bytesReceived: 501_000,
			packetsLost: 11,
			packetsReceived: 190,
			framesDropped: 2,
			freezeCount: 1,
			frameWidth: 1280,
			frameHeight: 720,
			decoderImplementation: "FFmpeg",
		};
		expect(readStats(report(now), before).stats).toEqual({
			fps: 60,
			bitrate: 4_000_000,
			loss: 0.1,
			codec: "H.264 42e01f",
			decoder: "FFmpeg",
			width: 1280,
			height: 720,
			dropped: 2,
			freezes: 1,
		});
	});

	it("takes counters that went back, as after a retransmission, for nothing lost", () => {
		const { stats } = readStats(report({ packetsLost: 0, packetsReceived: 150, framesDecoded: 90 }), before);
		expect(stats).toMatchObject({ loss: 0, fps: 0 });
	});

	it("does not divide by nothing", () => {
		expect(readStats(report({ timestamp: 0 }), before).stats).toBeUndefined();
		expect(readStats(report({ packetsReceived: 100, packetsLost: 1 }), before).stats?.loss).toBe(0);
	});

	it.each([
		["direct", { protocol: "udp", candidateType: "host" }, { protocol: "udp", candidateType: "host" }],
		["TCP", { protocol: "tcp", candidateType: "host" }, { protocol: "tcp", candidateType: "host" }],
		["relay", { protocol: "udp", candidateType: "relay" }, { protocol: "udp", candidateType: "host" }],
	])("names a %s path", (path, near, far) => {
		const { stats } = readStats(
			report(
				{},
				{
					transport: { type: "transport", selectedCandidatePairId: "pair" },
					other: { type: "candidate-pair", nominated: true, state: "succeeded", localCandidateId: "x" },
					pair: {
						type: "candidate-pair",
						localCandidateId: "near",
						remoteCandidateId: "far",
						currentRoundTripTime: 0.012,
					},
					near,
					far,
				},
			),
			before,
		);
		expect(stats).toMatchObject({ path, roundTrip: 12 });
	});

	it("finds the nominated pair where the transport does not name it", () => {
		const { stats } = readStats(
			report(
				{},
				{
					pair: { type: "candidate-pair", nominated: true, state: "succeeded", localCandidateId: "near" },
					near: { protocol: "udp" },
				},
			),
			before,
		);
		expect(stats?.path).toBe("direct");
	});

	it("takes a report without video", () => {
		expect(readStats(new Map())).toEqual({});
	});
});
