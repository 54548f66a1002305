import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SessionDescription } from "werift";
import {
	readViewerAnswer,
	senderParameters,
	writeHostOffer,
} from "../../../../server/webrtc/sdp/host-offer.ts";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";

const offer = writeHostOffer({
	ufrag: "uuuu",
	password: "pppppppppppppppppppppp",
	fingerprint: "AA:BB",
	candidates: [
		"1 1 udp 2130706431 192.0.2.1 5000 typ host",
		"2 1 tcp 1518280447 ::1 5001 typ host tcptype passive",
	],
	video: senderParameters(11, 12, "name"),
	level: 42,
	sessionId: 7,
});
const [session = "", video = "", data = ""] = offer.split(/^(?=m=)/m);

describe("the offer", () => {
	it("says ice-lite at session level and bundles both sections", () => {
		expect(session.split("\r\n")).toEqual(expect.arrayContaining(["a=ice-lite", "a=group:BUNDLE 0 1"]));
		expect(video).not.toContain("ice-lite");
	});

	it("holds all candidates and says that there are no more", () => {
		expect(video).toContain("a=candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host\r\n");
		expect(video).toContain("a=candidate:2 1 tcp 1518280447 ::1 5001 typ host tcptype passive\r\n");
		expect(video).toContain("a=end-of-candidates\r\n");
	});

	it("offers constrained baseline of the level that the picture needs, with feedback and retransmission", () => {
		expect(video).toContain(
			"a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e02a\r\n",
		);
		for (const kind of ["nack", "nack pli", "ccm fir", "transport-cc"]) {
			expect(video).toContain(`a=rtcp-fb:102 ${kind}\r\n`);
		}
		expect(video).toContain("a=ssrc-group:FID 11 12\r\n");
	});

	it("lets the viewer begin DTLS in both sections", () => {
		for (const section of [video, data]) expect(section).toContain("a=setup:actpass\r\n");
	});

	it("reads back as it was meant", () => {
		const { media } = SessionDescription.parse(offer);
		expect(media.map(({ kind }) => kind)).toEqual(["video", "application"]);
		expect(media[1]?.sctpPort).toBe(5000);
		expect(media[1]?.sctpCapabilities?.maxMessageSize).toBe(65_536);
		expect(media[0]?.iceCandidates).toHaveLength(2);
	});

	it("says what mediasoup will send, and where", () => {
		const offer = writeHostOffer({
			ufrag: "uuuu",
			password: "pppppppppppppppppppppp",
			fingerprint: "AA:BB",
			candidates: [
				"udpcandidate 1 udp 1076302079 127.0.0.1 5000 typ host",
				"tcpcandidate 1 tcp 1076276479 ::1 5001 typ host tcptype passive",
			],
			video: {
				codecs: [
					{
						mimeType: "video/H264",
						payloadType: 102,
						clockRate: 90_000,
						parameters: { "packetization-mode": 1, "profile-level-id": "42e01f" },
						rtcpFeedback: [{ type: "nack" }, { type: "nack", parameter: "pli" }],
					},
					{ mimeType: "video/rtx", payloadType: 103, clockRate: 90_000, parameters: { apt: 102 } },
				],
				headerExtensions: [{ uri: "urn:ietf:params:rtp-hdrext:sdes:mid", id: 1 }],
				encodings: [{ ssrc: 11, rtx: { ssrc: 12 } }],
				rtcp: { cname: "name" },
			},
			level: 42,
			sessionId: 7,
		});
		expect(offer.split("\r\n")).toEqual([
			"v=0",
			"o=- 7 1 IN IP4 127.0.0.1",
			"s=-",
			"t=0 0",
			"a=ice-lite",
			"a=group:BUNDLE 0 1",
			"a=extmap-allow-mixed",
			"a=msid-semantic: WMS screen",
			"m=video 9 UDP/TLS/RTP/SAVPF 102 103",
			"c=IN IP4 0.0.0.0",
			"a=mid:0",
			"a=ice-ufrag:uuuu",
			"a=ice-pwd:pppppppppppppppppppppp",
			"a=fingerprint:sha-256 AA:BB",
			"a=setup:actpass",
			"a=sendonly",
			"a=rtcp-mux",
			"a=rtcp-rsize",
			"a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid",
			"a=rtpmap:102 H264/90000",
			"a=rtcp-fb:102 nack",
			"a=rtcp-fb:102 nack pli",
			"a=fmtp:102 packetization-mode=1;profile-level-id=42e02a",
			"a=rtpmap:103 rtx/90000",
			"a=fmtp:103 apt=102",
			"a=msid:screen screen",
			"a=ssrc-group:FID 11 12",
			"a=ssrc:11 cname:name",
			"a=ssrc:11 msid:screen screen",
			"a=ssrc:12 cname:name",
			"a=ssrc:12 msid:screen screen",
			"a=candidate:udpcandidate 1 udp 1076302079 127.0.0.1 5000 typ host",
			"a=candidate:tcpcandidate 1 tcp 1076276479 ::1 5001 typ host tcptype passive",
			"a=end-of-candidates",
			"m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
			"c=IN IP4 0.0.0.0",
			"a=mid:1",
			"a=ice-ufrag:uuuu",
			"a=ice-pwd:pppppppppppppppppppppp",
			"a=fingerprint:sha-256 AA:BB",
			"a=setup:actpass",
			"a=sctp-port:5000",
			"a=max-message-size:65536",
			"",
		]);
	});
});

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
		expect(readViewerAnswer(answer)).toEqual({
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
		expect(readViewerAnswer(plain)).toMatchObject({ retransmission: false, extensions: {}, data: false });
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
		expect(() => readViewerAnswer(answer.replaceAll(from, to))).toThrow(
			expect.objectContaining({ code: "bad-answer" }),
		);
	});

	it("is refused when it is too long, in bytes or lines", () => {
		for (const more of ["a".repeat(70_000), "\r\na=x".repeat(3000)]) {
			expect(() => readViewerAnswer(answer + more)).toThrow(expect.objectContaining({ code: "bad-answer" }));
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
					readViewerAnswer(sdp);
				} catch (error) {
					expect(error).toBeInstanceOf(PortholeError);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it("may say at session level what holds for all sections", () => {
		const moved = lines.filter((line) => !/^a=(setup|fingerprint)/.test(line));
		moved.splice(4, 0, "a=setup:active", `a=fingerprint:sha-256 ${FINGERPRINT}`);
		expect(readViewerAnswer(moved.join("\n")).fingerprints).toHaveLength(1);
	});

	it("may give the fingerprint in lower case, and refuse the data channel", () => {
		const small = answer.replaceAll(FINGERPRINT, FINGERPRINT.toLowerCase());
		expect(readViewerAnswer(small).fingerprints).toEqual([{ algorithm: "sha-256", value: FINGERPRINT }]);
		expect(readViewerAnswer(answer.replace("m=application 9", "m=application 0")).data).toBe(false);
	});

	it.each([
		["the video is refused", (line: string) => line.replace("m=video 9", "m=video 0")],
		["H.264 is left out", (line: string) => line.replace("H264", "VP8")],
		["its payload type is left out", (line: string) => line.replace("SAVPF 102 103", "SAVPF 103")],
		["it would begin neither way", (line: string) => line.replace("setup:active", "setup:passive")],
		["it has no fingerprint", (line: string) => (line.startsWith("a=fingerprint") ? undefined : line)],
		["its fingerprint is none", (line: string) => line.replace(/sha-256 .*/, "sha-256 AB:CD")],
		["it does not begin as SDP does", (line: string) => (line === "v=0" ? "v=1" : line)],
	])("cannot be used when %s", (_name, change) => {
		const changed = lines.map(change).filter((line) => line !== undefined);
		expect(() => readViewerAnswer(changed.join("\r\n"))).toThrow(
			expect.objectContaining({ code: "bad-answer" }),
		);
	});

	it("that is nothing but length is not read", () => {
		for (const text of ["a".repeat(70_000), "a=b\r\n".repeat(3000)]) {
			expect(() => readViewerAnswer(`v=0\r\n${text}`)).toThrow(
				expect.objectContaining({ code: "bad-answer" }),
			);
		}
	});

	it("of any lines is read or refused, nothing else", () => {
		const line = fc.oneof(fc.constantFrom(...lines), fc.string());
		fc.assert(
			fc.property(fc.array(line, { maxLength: 30 }), (some) => {
				try {
					readViewerAnswer(["v=0", ...some].join("\r\n"));
				} catch (error) {
					expect(error).toBeInstanceOf(PortholeError);
				}
			}),
		);
	});
});
