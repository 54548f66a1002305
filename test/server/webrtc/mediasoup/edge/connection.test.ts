import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
	decodePeerMessage,
	encodePeerMessage,
	toEdge,
	toOrigin,
} from "../../../../../server/webrtc/mediasoup/edge/connection.ts";

const pipe = {
	ip: "10.0.0.1",
	port: 40_000,
	srtp: { cryptoSuite: "AEAD_AES_256_GCM", keyBase64: Buffer.alloc(44, 1).toString("base64") },
};
const rtp = {
	codecs: [{ mimeType: "video/H264", payloadType: 102, clockRate: 90_000 }],
	headerExtensions: [],
	encodings: [{ ssrc: 1 }],
	rtcp: {},
};

describe("a viewer's message on the connection", () => {
	it("has the viewer's number before it", () => {
		const frame = encodePeerMessage(0x01020304, Buffer.from([9, 8]));
		expect([...frame]).toEqual([1, 2, 3, 4, 9, 8]);
		expect(decodePeerMessage(frame)).toEqual({ peer: 0x01020304, message: Buffer.from([9, 8]) });
	});

	it("comes out as it went in, and is nothing when it is cut short", () => {
		fc.assert(
			fc.property(fc.nat(2 ** 31), fc.uint8Array(), (peer, message) => {
				const decoded = decodePeerMessage(encodePeerMessage(peer, message));
				expect(decoded?.peer).toBe(peer);
				expect([...(decoded?.message ?? [])]).toEqual([...message]);
			}),
		);
		expect(decodePeerMessage(Buffer.from([0, 0, 1]))).toBeUndefined();
	});
});

describe("what the two ends say", () => {
	it.each([
		{ type: "welcome", version: 1 },
		{ type: "open-stream", request: 1, stream: 2, pipe, producerId: "p", rtp },
		{ type: "open-peer", request: 1, peer: 3, stream: 2, level: 31, clockOrigin: 1_795_000_000_000 },
		{ type: "answer", request: 1, peer: 3, sdp: "v=0" },
		{ type: "shown", peer: 3, shown: false },
		{ type: "close-peer", peer: 3 },
	])("is read by the edge: $type", (message) => {
		expect(v.parse(toEdge, message)).toEqual(message);
	});

	it.each([
		{ type: "hello", version: 1, key: "k", name: "edge" },
		{ type: "stream", request: 1, pipe },
		{ type: "offer", request: 1, sdp: "v=0" },
		{ type: "refused", request: 1, code: "track-closed", message: "gone" },
		{ type: "keyframe-needed", peer: 1 },
		{ type: "closed", peer: 1, reason: "left" },
	])("is read by the origin: $type", (message) => {
		expect(v.parse(toOrigin, message)).toEqual(message);
	});

	it.each([
		[
			toEdge,
			{ type: "open-stream", request: 1, stream: 2, pipe: { ...pipe, ip: "host" }, producerId: "p", rtp },
		],
		[
			toEdge,
			{ type: "open-stream", request: 1, stream: 2, pipe: { ...pipe, port: 0 }, producerId: "p", rtp },
		],
		[toEdge, { type: "close-peer", peer: -1 }],
		[toEdge, { type: "shown", peer: 1, shown: "yes" }],
		[toOrigin, { type: "closed", peer: 1, reason: "<b>" }],
		[toOrigin, { type: "offer", request: 1, sdp: "x".repeat(70_000) }],
		[toOrigin, { type: "hello", version: 1, key: "k", name: "n".repeat(200) }],
		[toOrigin, { type: "anything" }],
	])("is refused when it is out of bounds (%#)", (schema, message) => {
		expect(v.safeParse(schema, message).success).toBe(false);
	});
});
