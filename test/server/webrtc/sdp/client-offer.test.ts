import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HEADER_EXTENSIONS } from "../../../../server/webrtc/rtp/rtp-packet.ts";
import { readClientOffer, writeClientAnswer } from "../../../../server/webrtc/sdp/client-offer.ts";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";
import { browserOffer, FINGERPRINT, type OfferShape } from "../../../support/browser-offer.ts";

const codeOf = (read: () => unknown) => {
	try {
		read();
		return "none";
	} catch (error) {
		return error instanceof PortholeError ? error.code : String(error);
	}
};
const refusal = (shape: OfferShape) => codeOf(() => readClientOffer(browserOffer(shape), "watches"));

describe("the offer of a client", () => {
	it("is read for what is needed: its video, best format, numbers and who it is", () => {
		const offer = readClientOffer(browserOffer(), "watches");
		expect(offer).toMatchObject({ videoAt: 1, mid: "1", ufrag: "EsAw", bundled: true });
		expect(offer.format).toMatchObject({ payloadType: 106, retransmission: 107, profile: "42e0", level: 31 });
		expect(offer.format.feedback).toEqual(
			new Set(["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"]),
		);
		expect(offer.fingerprints).toEqual([{ algorithm: "sha-256", value: FINGERPRINT.slice(8) }]);
		expect(offer.sections.map(({ kind, mid, codec }) => [kind, mid, codec])).toEqual([
			["audio", "0", "opus/48000/2"],
			["video", "1", "VP8/90000"],
		]);
	});

	it("keeps the client's ids of header extensions, those of one byte", () => {
		const { extensions } = readClientOffer(browserOffer(), "watches");
		expect(extensions.get("urn:ietf:params:rtp-hdrext:sdes:mid")).toBe(9);
		expect(extensions.get("http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time")).toBeUndefined();
	});

	it.each([
		[
			"baseline where there is nothing better",
			[
				["42001f", 1],
				["64001f", 1],
			],
			102,
		],
		[
			"main before high",
			[
				["640032", 1],
				["4d001f", 1],
			],
			104,
		],
		[
			"constrained baseline wherever it stands",
			[
				["640032", 1],
				["42e034", 1],
			],
			104,
		],
		[
			"the first of equal ones",
			[
				["42e01f", 1],
				["42e034", 1],
			],
			102,
		],
	] as const)("takes %s", (_words, h264, type) => {
		expect(readClientOffer(browserOffer({ h264 }), "watches").format.payloadType).toBe(type);
	});

	it.each<[string, OfferShape]>([
		["no-h264", { h264: [] }],
		["no-h264", { h264: [["42e01f", 0]] }],
		["too-many-tracks", { videos: 2 }],
		["bad-offer", { videos: 0 }],
		["bad-offer", { direction: "sendonly" }],
		["bad-offer", { direction: "inactive" }],
		["bad-offer", { setup: "passive" }],
		["bad-offer", { setup: "holdconn" }],
		["bad-offer", { fingerprint: "sha-256 nonsense" }],
		["bad-offer", { fingerprint: `md5 ${FINGERPRINT.slice(8)}` }],
		["bad-offer", { ufrag: "a b" }],
		["none", { setup: "active" }],
		["none", { direction: "sendrecv" }],
		["none", { audio: false }],
	])("is answered %s: %o", (code, shape) => {
		expect(refusal(shape)).toBe(code);
	});

	it.each(["0", "video0", "a", "screen-video_1.2", "!#$%&'*+-.^_`{|}~", "m".repeat(255)])(
		"may have any media id that is a token: %s",
		(mid) => {
			const text = browserOffer()
				.replace("a=group:BUNDLE 0 1", `a=group:BUNDLE 0 ${mid}x`)
				.replace("a=mid:1", `a=mid:${mid}`);
			expect(readClientOffer(text, "watches").mid).toBe(mid);
		},
	);

	it.each(["", "a b", 'a"b', "a/b", "ä", "m".repeat(256)])("may have no other media id: %j", (mid) => {
		expect(codeOf(() => readClientOffer(browserOffer().replace("a=mid:1", `a=mid:${mid}`), "watches"))).toBe(
			"bad-offer",
		);
	});

	it("of a publisher sends", () => {
		expect(codeOf(() => readClientOffer(browserOffer({ direction: "sendonly" }), "publishes"))).toBe("none");
		expect(codeOf(() => readClientOffer(browserOffer({ direction: "recvonly" }), "publishes"))).toBe(
			"bad-offer",
		);
	});

	it.each([
		["", "nothing"],
		["hello", "a word"],
		["v=0", "a first line"],
		[`v=0\r\n${"a=x\r\n".repeat(3000)}`, "too many lines"],
		["x".repeat(70_000), "too much"],
		[`v=0\r\n${"m=video 9 UDP/TLS/RTP/SAVPF 96\r\n".repeat(20)}`, "too many sections"],
		["v=0\r\nm=video\r\n", "half a section"],
		["v=0\r\nm=video x UDP/TLS/RTP/SAVPF 96\r\n", "a port that is none"],
	])("is refused when it is %#", (text) => {
		expect(codeOf(() => readClientOffer(text, "watches"))).toBe("bad-offer");
	});

	it("is read or refused by a code, whatever is left out, repeated or changed", () => {
		const lines = browserOffer().split("\r\n");
		const edit = fc.record({
			at: fc.nat(lines.length - 1),
			how: fc.constantFrom("drop", "twice", "cut", "junk"),
			junk: fc.string({ maxLength: 40 }),
		});
		fc.assert(
			fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
				const changed = [...lines];
				for (const { at, how, junk } of edits) {
					const line = changed[at] ?? "";
					if (how === "drop") changed.splice(at, 1);
					else if (how === "twice") changed.splice(at, 0, line);
					else changed[at] = how === "cut" ? line.slice(0, line.length / 2) : line + junk;
				}
				const code = codeOf(() => readClientOffer(changed.join("\r\n"), "watches"));
				expect(["none", "bad-offer", "no-h264", "too-many-tracks"]).toContain(code);
			}),
		);
	});
});

const ours = {
	ufrag: "ours",
	password: "a password of at least 22",
	fingerprint: "AA:BB",
	hosts: [{ transport: "udp", address: "127.0.0.1", port: 5000, priority: 1 }] as const,
	level: 40,
	extensions: Object.values(HEADER_EXTENSIONS),
	feedback: ["nack", "nack pli", "ccm fir", "transport-cc"],
	sessionId: 7,
};
const stream = { ssrc: 11, retransmissionSsrc: 12, cname: "us" };

function answerTo(shape: OfferShape): string[] {
	const offer = readClientOffer(browserOffer(shape), "watches");
	return writeClientAnswer({ ...ours, offer, side: "watches", stream }).split("\r\n");
}

describe("the answer to a player", () => {
	it("is written line for line", () => {
		const transport = [
			"a=ice-ufrag:ours",
			"a=ice-pwd:a password of at least 22",
			"a=fingerprint:sha-256 AA:BB",
			"a=setup:passive",
			"a=candidate:1 1 udp 1 127.0.0.1 5000 typ host",
			"a=end-of-candidates",
		];
		expect(answerTo({})).toEqual([
			"v=0",
			"o=- 7 1 IN IP4 127.0.0.1",
			"s=-",
			"t=0 0",
			"a=ice-lite",
			"a=group:BUNDLE 0 1",
			"a=extmap-allow-mixed",
			"a=msid-semantic: WMS screen",
			"m=audio 9 UDP/TLS/RTP/SAVPF 111",
			"c=IN IP4 0.0.0.0",
			"a=mid:0",
			...transport,
			"a=rtcp-mux",
			"a=rtpmap:111 opus/48000/2",
			"a=inactive",
			"m=video 9 UDP/TLS/RTP/SAVPF 106 107",
			"c=IN IP4 0.0.0.0",
			"a=rtcp:9 IN IP4 0.0.0.0",
			"a=mid:1",
			...transport,
			"a=sendonly",
			"a=rtcp-mux",
			"a=rtcp-mux-only",
			"a=rtcp-rsize",
			`a=extmap:9 ${HEADER_EXTENSIONS.mid}`,
			`a=extmap:4 ${HEADER_EXTENSIONS.transportSequence}`,
			`a=extmap:5 ${HEADER_EXTENSIONS.playoutDelay}`,
			"a=rtpmap:106 H264/90000",
			"a=rtcp-fb:106 nack",
			"a=rtcp-fb:106 nack pli",
			"a=rtcp-fb:106 ccm fir",
			"a=rtcp-fb:106 transport-cc",
			"a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e028",
			"a=rtpmap:107 rtx/90000",
			"a=fmtp:107 apt=106",
			"a=msid:screen screen",
			"a=ssrc-group:FID 11 12",
			"a=ssrc:11 cname:us",
			"a=ssrc:11 msid:screen screen",
			"a=ssrc:12 cname:us",
			"a=ssrc:12 msid:screen screen",
			"",
		]);
	});

	it("has as many sections as the offer, and turns down what it cannot take", () => {
		const offer = browserOffer().replace("a=group:BUNDLE 0 1", "a=group:BUNDLE 0 1 2");
		const data = ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0", "a=mid:2", ""].join(
			"\r\n",
		);
		const read = readClientOffer(offer + data, "watches");
		const lines = writeClientAnswer({ ...ours, offer: read, side: "watches", stream }).split("\r\n");
		expect(lines.filter((line) => line.startsWith("m="))).toEqual([
			"m=audio 9 UDP/TLS/RTP/SAVPF 111",
			"m=video 9 UDP/TLS/RTP/SAVPF 106 107",
			"m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
		]);
		expect(lines).toContain("a=group:BUNDLE 0 1");
	});

	it("rejects audio of a client that does not bundle", () => {
		const offer = readClientOffer(browserOffer().replace(/a=group.*\r\n/, ""), "watches");
		const answer = writeClientAnswer({ ...ours, offer, side: "watches", stream });
		expect(answer).toContain("m=audio 0 UDP/TLS/RTP/SAVPF 111");
		expect(answer).not.toContain("BUNDLE");
	});
});

it("the answer to a publisher only receives", () => {
	const offer = readClientOffer(browserOffer({ direction: "sendonly" }), "publishes");
	const answer = writeClientAnswer({ ...ours, offer, side: "publishes" });
	expect(answer).toContain("a=recvonly");
	expect(answer).not.toContain("a=ssrc");
});

it("an answer raises no level without the client's leave", () => {
	const text = browserOffer({ audio: false, h264: [["42e01f", 1]] }).replace(
		"level-asymmetry-allowed=1;",
		"",
	);
	const answer = writeClientAnswer({
		...ours,
		offer: readClientOffer(text, "watches"),
		side: "watches",
		stream,
	});
	expect(answer).toContain("a=fmtp:102 packetization-mode=1;profile-level-id=42e01f");
});
