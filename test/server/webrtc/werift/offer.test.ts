import { describe, expect, it } from "vitest";
import { SessionDescription } from "werift";
import { writeOffer } from "../../../../server/webrtc/werift/offer.ts";

const offer = writeOffer({
	ufrag: "uuuu",
	password: "pppppppppppppppppppppp",
	fingerprint: "AA:BB",
	hosts: [
		{ transport: "udp", address: "192.0.2.1", port: 5000, priority: 2130706431 },
		{ transport: "tcp", address: "::1", port: 5001, priority: 1518280447 },
	],
	ssrc: 11,
	retransmissionSsrc: 12,
	cname: "name",
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
});
