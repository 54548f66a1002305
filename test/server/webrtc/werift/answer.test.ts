import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAnswer } from "../../../../server/webrtc/werift/answer.ts";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";

const FINGERPRINT = new Array(32).fill("AB").join(":");
/** As Chromium writes it, but for the fingerprint. */
const lines = [
	"v=0",
	"o=- 7612296894490027183 2 IN IP4 127.0.0.1",
	"s=-",
	"t=0 0",
	"a=group:BUNDLE 0 1",
	"a=extmap-allow-mixed",
	"a=msid-semantic: WMS",
	"m=video 9 UDP/TLS/RTP/SAVPF 102 103",
	"c=IN IP4 0.0.0.0",
	"a=rtcp:9 IN IP4 0.0.0.0",
	"a=candidate:1 1 udp 2113937151 4f8a2d1e-0000-4000-8000-000000000000.local 50000 typ host",
	"a=ice-ufrag:kaT2",
	"a=ice-pwd:7/9HG6LzQ4QL3Lwx12UIqxiG",
	"a=ice-options:trickle",
	`a=fingerprint:sha-256 ${FINGERPRINT}`,
	"a=setup:active",
	"a=mid:0",
	"a=extmap:2 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
	"a=extmap:3 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
	"a=recvonly",
	"a=rtcp-mux",
	"a=rtpmap:102 H264/90000",
	"a=rtcp-fb:102 nack",
	"a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
	"a=rtpmap:103 rtx/90000",
	"a=fmtp:103 apt=102",
	"m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
	"c=IN IP4 0.0.0.0",
	"a=ice-ufrag:kaT2",
	"a=ice-pwd:7/9HG6LzQ4QL3Lwx12UIqxiG",
	`a=fingerprint:sha-256 ${FINGERPRINT}`,
	"a=setup:active",
	"a=mid:1",
	"a=sctp-port:5001",
];
const answer = lines.join("\r\n");

describe("a viewer's answer", () => {
	it("tells what it took", () => {
		expect(readAnswer(answer)).toEqual({
			ufrag: "kaT2",
			fingerprints: [{ algorithm: "sha-256", value: FINGERPRINT }],
			retransmission: true,
			extensions: { transportSequence: 2, playoutDelay: 3 },
			data: true,
			sctpPort: 5001,
		});
	});

	it("may leave out retransmission, extensions and the data channel", () => {
		const plain = lines
			.slice(0, -8)
			.filter((line) => !/103|extmap:/.test(line) || line.startsWith("m="))
			.join("\n");
		expect(readAnswer(plain)).toMatchObject({ retransmission: false, extensions: {}, data: false });
	});

	it.each([
		["refuses the video", "m=video 9", "m=video 0"],
		["takes another codec", "H264/90000", "VP8/90000"],
		["moves the payload type", "a=rtpmap:102", "a=rtpmap:96"],
		["wants us to begin DTLS", "a=setup:active", "a=setup:passive"],
		["has no ICE name", "a=ice-ufrag:kaT2", "a=x:"],
		["has no fingerprint", "a=fingerprint:sha-256", "a=x:"],
		["is not SDP", "v=0", "hello"],
		["has a broken line", "a=rtpmap:102 H264/90000", "a=rtpmap"],
	])("is refused when it %s", (_what, from, to) => {
		expect(() => readAnswer(answer.replaceAll(from, to))).toThrow(
			expect.objectContaining({ code: "bad-answer" }),
		);
	});

	it("is refused when it is too long, in bytes or lines", () => {
		for (const more of ["a".repeat(70_000), "\r\na=x".repeat(3000)]) {
			expect(() => readAnswer(answer + more)).toThrow(expect.objectContaining({ code: "bad-answer" }));
		}
	});

	it("is taken or refused, never anything else, whatever comes", () => {
		const changed = fc
			.array(fc.tuple(fc.nat(lines.length - 1), fc.string({ maxLength: 30 }), fc.nat(30)), { maxLength: 5 })
			.map((changes) => {
				const copy = [...lines];
				for (const [at, text, keep] of changes) copy[at] = (copy[at] ?? "").slice(0, keep) + text;
				return copy.join("\r\n");
			});
		fc.assert(
			fc.property(fc.oneof(changed, fc.string()), (sdp) => {
				try {
					readAnswer(sdp);
				} catch (error) {
					expect(error).toBeInstanceOf(PortholeError);
				}
			}),
			{ numRuns: 500 },
		);
	});
});
