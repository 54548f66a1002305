import { describe, expect, it } from "vitest";
import { readSdp } from "../../../../server/webrtc/sdp/session-description.ts";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";
import { browserOffer } from "../../../support/browser-offer.ts";

const refuse = (why: string) => new PortholeError("bad-offer", why);

describe("a session description", () => {
	it("is not blamed for a mistake of whoever reads it", () => {
		const mistaken = () => {
			throw new TypeError("a mistake of ours");
		};
		expect(() => readSdp(browserOffer(), refuse, mistaken)).toThrow(TypeError);
	});

	it.each(["a=extmap:", "a=rtpmap:96", "a=fmtp:", "a=rtcp-fb:"])(
		"is read or refused where a line is cut off: %s",
		(line) => {
			const text = `v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n${line}\r\n`;
			let outcome: unknown;
			try {
				outcome = readSdp(text, refuse, ({ media: [video] }) => [video?.codecs, video?.extensions].length);
			} catch (error) {
				outcome = error instanceof PortholeError ? error.code : error;
			}
			expect([2, "bad-offer"]).toContain(outcome);
		},
	);
});
