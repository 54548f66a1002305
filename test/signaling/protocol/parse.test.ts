import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	fromHostSchema,
	fromViewerSchema,
	helloSchema,
	MAX_MESSAGE_BYTES,
	toViewerSchema,
} from "../../../signaling/protocol/messages.ts";
import { parseMessage } from "../../../signaling/protocol/parse.ts";
import { describeDevice } from "../../support/signaling-harness.ts";

const failing = (code: string, words = /./) =>
	expect.objectContaining({ name: "PortholeError", code, message: expect.stringMatching(words) });

const parse = (message: unknown) => parseMessage(fromViewerSchema, JSON.stringify(message));

describe("parsing a signaling message", () => {
	it("gives the message back, without fields that nobody knows", () => {
		expect(parse({ type: "answer", peerId: "p1", sdp: "v=0", extra: true })).toEqual({
			type: "answer",
			peerId: "p1",
			sdp: "v=0",
		});
	});

	it.each(["", "{", "undefined", "{'type':'ping'}", '{"type":"ping"'])("refuses %j as not JSON", (text) => {
		expect(() => parseMessage(fromViewerSchema, text)).toThrow(failing("not-json"));
	});

	it.each(["null", "[]", "17", '"ping"', "{}", '{"type":null}', '{"type":"dance"}', '{"type":["ping"]}'])(
		"refuses %s, which is JSON and no message",
		(text) => {
			expect(() => parseMessage(fromViewerSchema, text)).toThrow(failing("bad-message"));
		},
	);

	it("names the field at fault", () => {
		expect(() => parse({ type: "answer", peerId: "p1", sdp: 5 })).toThrow(failing("bad-message", /: sdp: /));
		const devices = [describeDevice("good"), { ...describeDevice("bad"), pixels: { width: 0, height: 1 } }];
		expect(() => parseMessage(fromHostSchema, JSON.stringify({ type: "devices", devices }))).toThrow(
			failing("bad-message", /devices\.1\.pixels\.width/),
		);
	});

	it("refuses a message over the limit before it looks at it", () => {
		const text = `{"type":"ping","padding":"${"x".repeat(MAX_MESSAGE_BYTES)}"}`;
		expect(() => parseMessage(fromViewerSchema, text)).toThrow(failing("message-too-long"));
	});

	it("refuses an SDP that is too long for one, in a message that is not", () => {
		expect(() => parse({ type: "answer", peerId: "p1", sdp: "x".repeat(64 * 1024 + 1) })).toThrow(
			failing("bad-message"),
		);
	});

	it("refuses JSON that is nested a hundred thousand deep", () => {
		const deep = "[".repeat(100_000) + "]".repeat(100_000);
		for (const text of [deep, `{"type":${deep}}`, `{"type":"ping","x":${deep}}`])
			expect(() => parseMessage(fromViewerSchema, text)).toThrow(failing("message-too-complex"));
		const known = `{"type":"ping","x":${"[".repeat(10)}${"]".repeat(10)}}`;
		expect(parseMessage(fromViewerSchema, known)).toEqual({ type: "ping" });
	});

	it("keeps its own words short however long the mistake is", () => {
		const error = catchError(() => parse({ type: "x".repeat(100_000) }));
		expect(error.message.length).toBeLessThan(400);
	});

	it.each(["../etc", "Ünïcode", "-x", "", "a".repeat(65), "UPPER", "a b"])(
		"refuses %j as a device id",
		(deviceId) => {
			const hello = { type: "hello", version: 1, as: "viewer", deviceId, media: false };
			expect(() => parseMessage(helloSchema, JSON.stringify(hello))).toThrow(failing("bad-message"));
		},
	);

	it("does not let a message reach a prototype", () => {
		const text =
			'{"type":"ping","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
		expect(parseMessage(fromViewerSchema, text)).toEqual({ type: "ping" });
		expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
	});

	it("parses or refuses any JSON, and never does anything else", () => {
		fc.assert(
			fc.property(fc.json(), (text) => {
				const error = catchError(() => parseMessage(toViewerSchema, text));
				expect(error).toEqual(failing("bad-message"));
			}),
		);
	});
});

function catchError(run: () => unknown): Error {
	try {
		run();
	} catch (error) {
		return error as Error;
	}
	throw new Error("Nothing was thrown.");
}
