import { describe, expect, it } from "vitest";
import { HEADER_EXTENSIONS } from "../../../../server/webrtc/rtp/rtp-packet.ts";
import { writeClientAnswer } from "../../../../server/webrtc/sdp/client-answer.ts";
import { readClientOffer } from "../../../../server/webrtc/sdp/client-offer.ts";
import { browserOffer, type OfferShape } from "../../../support/browser-offer.ts";

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
