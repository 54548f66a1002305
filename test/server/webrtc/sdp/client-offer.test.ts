import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readClientOffer } from "../../../../server/webrtc/sdp/client-offer.ts";
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
