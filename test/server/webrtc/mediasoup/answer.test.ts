import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAnswer } from "../../../../server/webrtc/mediasoup/answer.ts";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";

const FINGERPRINT = new Array(32).fill("AB").join(":");
/** As Chromium writes it, but for the fingerprint. */
const lines = [
	"v=0",
	"o=- 7612296894490027183 2 IN IP4 127.0.0.1",
	"s=-",
	"t=0 0",
	"a=group:BUNDLE 0 1",
	"a=msid-semantic: WMS",
	"m=video 9 UDP/TLS/RTP/SAVPF 102 100",
	"c=IN IP4 0.0.0.0",
	"a=ice-ufrag:kaT2",
	"a=ice-pwd:7/9HG6LzQ4QL3Lwx12UIqxiG",
	`a=fingerprint:sha-256 ${FINGERPRINT.toLowerCase()}`,
	"a=setup:active",
	"a=mid:0",
	"a=recvonly",
	"a=rtcp-mux",
	"a=rtpmap:102 H264/90000",
	"a=rtpmap:100 rtx/90000",
	"m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
	"a=mid:1",
	"a=sctp-port:5000",
];

const read = (change: (line: string) => string | undefined = (line) => line) =>
	readAnswer(
		lines
			.map(change)
			.filter((line) => line !== undefined)
			.join("\r\n"),
	);
const bad = expect.objectContaining({ code: "bad-answer" });

describe("a viewer's answer", () => {
	it("tells the fingerprint and whether the data channel was taken", () => {
		expect(read()).toEqual({
			fingerprints: [{ algorithm: "sha-256", value: FINGERPRINT }],
			data: true,
		});
		const refused = read((line) => line.replace("m=application 9", "m=application 0"));
		expect(refused.data).toBe(false);
	});

	it("may say at session level what holds for all sections", () => {
		const moved = lines.filter((line) => !/^a=(setup|fingerprint)/.test(line));
		moved.splice(4, 0, "a=setup:active", `a=fingerprint:sha-256 ${FINGERPRINT}`);
		expect(readAnswer(moved.join("\n")).fingerprints).toHaveLength(1);
	});

	it.each([
		["the video is refused", (line: string) => line.replace("m=video 9", "m=video 0")],
		["H.264 is left out", (line: string) => line.replace("H264", "VP8")],
		["its payload type is left out", (line: string) => line.replace("SAVPF 102 100", "SAVPF 100")],
		["it would begin neither way", (line: string) => line.replace("setup:active", "setup:passive")],
		["it has no fingerprint", (line: string) => (line.startsWith("a=fingerprint") ? undefined : line)],
		["its fingerprint is none", (line: string) => line.replace(/sha-256 .*/, "sha-256 AB:CD")],
		["it does not begin as SDP does", (line: string) => (line === "v=0" ? "v=1" : line)],
	])("cannot be used when %s", (_name, change) => {
		expect(() => read(change)).toThrow(bad);
	});

	it("that is too long is not read", () => {
		expect(() => readAnswer(`v=0\r\n${"a".repeat(70_000)}`)).toThrow(bad);
		expect(() => readAnswer(`v=0\r\n${"a=b\r\n".repeat(3000)}`)).toThrow(bad);
	});

	it("of any kind is read or refused, nothing else", () => {
		const line = fc.oneof(fc.constantFrom(...lines), fc.string());
		fc.assert(
			fc.property(fc.array(line, { maxLength: 30 }), (some) => {
				try {
					readAnswer(["v=0", ...some].join("\r\n"));
				} catch (error) {
					expect(error).toBeInstanceOf(PortholeError);
				}
			}),
		);
	});
});
