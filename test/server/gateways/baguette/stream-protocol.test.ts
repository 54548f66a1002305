import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AccessUnit } from "../../../../server/devices/provider.ts";
import {
	AvccStream,
	DEFAULT_SETTINGS,
	messageOfCommand,
	readStreamMessage,
	settingsWithin,
} from "../../../../server/gateways/baguette/stream-protocol.ts";
import { forEachNal, nalType } from "../../../../server/h264/annexb.ts";
import { avccUnits, readAvcConfiguration, readAvccEnvelope, toAnnexB } from "../../../../server/h264/avcc.ts";

const SPS = Buffer.from("6742c01f8d8d4028", "hex");
const OTHER_SPS = Buffer.from("6742c0208d8d4028", "hex");
const PPS = Buffer.from("68ce3c80", "hex");
const IDR = Buffer.from("65888421", "hex");
const DELTA = Buffer.from("419a0203", "hex");
const AUD = Buffer.from("09f0", "hex");
const SEI = Buffer.from("0605ff80", "hex");

const unit = (...nals: Uint8Array[]): AccessUnit => ({
	data: toAnnexB(nals),
	keyframe: nals.some((nal) => nalType(nal) === 5),
	captureTime: 0,
	encodedTime: 0,
	width: 16,
	height: 16,
});
const hex = (envelopes: readonly Uint8Array[]) =>
	envelopes.map((bytes) => Buffer.from(bytes).toString("hex"));
const CONFIGURATION = "010142c01fffe100086742c01f8d8d402801000468ce3c80";

describe("AVCC of a device", () => {
	it("begins with the decoder's configuration and the first keyframe", () => {
		const stream = new AvccStream();
		expect(hex(stream.take(unit(DELTA)))).toEqual([]);
		expect(hex(stream.take(unit(SPS, PPS, IDR)))).toEqual([CONFIGURATION, "020000000465888421"]);
		expect(hex(stream.take(unit(DELTA)))).toEqual(["0300000004419a0203"]);
	});

	it("tells the configuration again when it is another, and not before", () => {
		const stream = new AvccStream();
		stream.take(unit(SPS, PPS, IDR));
		expect(hex(stream.take(unit(SPS, PPS, IDR)))).toEqual(["020000000465888421"]);
		const [configuration] = stream.take(unit(OTHER_SPS, PPS, IDR));
		expect(hex([configuration ?? Buffer.of()])[0]).toMatch(/^010142c020/);
		expect(stream.take(unit(OTHER_SPS, PPS, IDR))).toHaveLength(1);
		stream.restart();
		expect(stream.take(unit(DELTA))).toEqual([]);
		expect(stream.take(unit(OTHER_SPS, PPS, IDR))).toHaveLength(2);
	});

	it("has all slices of a picture and what is told about it, but no delimiters", () => {
		const stream = new AvccStream();
		stream.take(unit(SPS, PPS, IDR));
		expect(hex(stream.take(unit(AUD, SEI, DELTA, DELTA)))).toEqual([
			"03000000040605ff8000000004419a020300000004419a0203",
		]);
	});

	it("keeps what an encoder wrote, over a whole stream", () => {
		const data = readFileSync("test/fixtures/h264/pattern-320x240.h264");
		const nals: Uint8Array[] = [];
		forEachNal(data, (nal) => void nals.push(nal));
		const pictures = nals.filter((nal) => [1, 5].includes(nalType(nal)));
		const sets = nals.filter((nal) => [7, 8].includes(nalType(nal))).slice(0, 2);
		const stream = new AvccStream();
		const envelopes = pictures
			.flatMap((nal) => stream.take(nalType(nal) === 5 ? unit(...sets, nal) : unit(nal)))
			.map((bytes) => readAvccEnvelope(bytes));
		expect(readAvcConfiguration(envelopes[0]?.payload ?? Buffer.of())).toEqual({
			sps: [expect.objectContaining({ length: sets[0]?.length })],
			pps: [expect.objectContaining({ length: sets[1]?.length })],
			lengthBytes: 4,
		});
		const back = envelopes.slice(1).flatMap((envelope) => avccUnits(envelope?.payload ?? Buffer.of()) ?? []);
		expect(Buffer.concat(back)).toEqual(Buffer.concat(pictures));
	});
});

const read = (message: object) => readStreamMessage(JSON.stringify(message), DEFAULT_SETTINGS);

describe("the text of a stream's WebSocket", () => {
	it.each([
		[{ type: "set_bitrate", bps: 2_000_000 }, { bitrate: 2_000_000 }],
		[{ type: "set_bitrate", bps: 1 }, { bitrate: 100_000 }],
		[{ type: "set_bitrate", bps: 1e12 }, { bitrate: 100_000_000 }],
		[{ type: "set_fps", fps: 30 }, { frameRate: 30 }],
		[{ type: "set_fps", fps: 29.97 }, { frameRate: 29 }],
		[{ type: "set_fps", fps: 0 }, { frameRate: 1 }],
		[{ type: "set_fps", fps: 1000 }, { frameRate: 120 }],
		[{ type: "set_scale", scale: 2 }, { scale: 2 }],
		[{ type: "set_scale", scale: 3.9 }, { scale: 3 }],
		[{ type: "set_scale", scale: 4 }, { scale: 4 }],
		[{ type: "set_scale", scale: 9 }, { scale: 4 }],
	])("%j changes its settings", (message, changed) => {
		expect(read(message)).toEqual({ type: "settings", settings: { ...DEFAULT_SETTINGS, ...changed } });
	});

	it.each([
		[{ type: "set_scale", scale: 1 }],
		[{ type: "set_scale", scale: 0.5 }],
		[{ type: "set_scale", scale: -2 }],
		[{ type: "set_scale", scale: "2" }],
		[{ type: "set_scale" }],
		[{ type: "set_fps", fps: 60.5 }],
		[{ type: "set_fps", fps: null }],
		[{ type: "set_bitrate", bps: 8_000_000 }],
		[{ type: "set_bitrate", bitrate: 1_000_000 }],
	])("%j changes nothing, and falls through to the gestures", (message) => {
		expect(read(message)).toEqual({ type: "dropped", error: `unknown kind: ${message.type}` });
	});

	it("changes what it is now, not what it was at first", () => {
		const now = { bitrate: 500_000, frameRate: 15, scale: 2 };
		const message = JSON.stringify({ type: "set_scale", scale: 1 });
		expect(readStreamMessage(message, now)).toEqual({ type: "settings", settings: { ...now, scale: 1 } });
	});

	it.each([
		[{ type: "describe_ui" }, { type: "describe-ui" }],
		[
			{ type: "describe_ui", x: 1, y: 2.5 },
			{ type: "describe-ui", at: { x: 1, y: 2.5 } },
		],
		[{ type: "describe_ui", x: 1 }, { type: "describe-ui" }],
		[{ type: "describe_ui", x: 1, y: "2" }, { type: "describe-ui" }],
		[{ type: "force_idr" }, { type: "keyframe" }],
		[{ type: "snapshot" }, { type: "snapshot" }],
		[{ type: "scroll" }, { type: "gesture", gesture: { type: "scroll", dx: 0, dy: 0 } }],
		[{ type: "tap" }, { type: "dropped", error: "missing field: x" }],
		[{ cmd: "force_idr" }, { type: "dropped", error: "missing field: type" }],
		[[], { type: "dropped", error: "invalid JSON" }],
	])("%j is read", (message, expected) => {
		expect(read(message)).toEqual(expected);
	});

	it("never throws, and settings stay within their bounds", () => {
		const kind = fc.constantFrom("set_bitrate", "set_fps", "set_scale", "describe_ui", "snapshot");
		const message = fc.record({ type: kind, bps: fc.jsonValue(), fps: fc.double(), scale: fc.double() });
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					message.map((fields) => JSON.stringify(fields)),
				),
				(text) => {
					const { settings } = { settings: DEFAULT_SETTINGS, ...readStreamMessage(text, DEFAULT_SETTINGS) };
					expect([1, 2, 3, 4]).toContain(settings.scale);
					expect(settings.frameRate).toBe(Math.min(Math.max(Math.trunc(settings.frameRate), 1), 120));
					expect(settings.bitrate).toBeGreaterThanOrEqual(100_000);
				},
			),
		);
	});
});

describe("a line on stdin", () => {
	it.each([
		['{"cmd":"set_bitrate","bps":5}', '{"bps":5,"type":"set_bitrate"}'],
		['{"cmd":"set_fps","fps":5}', '{"fps":5,"type":"set_fps"}'],
		['{"cmd":"set_scale","scale":2}', '{"scale":2,"type":"set_scale"}'],
		['{"cmd":"force_idr"}', '{"type":"force_idr"}'],
		['{"cmd":"snapshot"}', '{"type":"snapshot"}'],
	])("%s is a message with a type", (line, message) => {
		expect(messageOfCommand(line)).toBe(message);
	});

	it.each(['{"type":"force_idr"}', '{"cmd":"tap","x":1}', '{"cmd":5}', "[]", "", "force_idr", "null"])(
		"%s is none",
		(line) => {
			expect(messageOfCommand(line)).toBeUndefined();
		},
	);
});

it("settings of options are within their bounds", () => {
	expect(settingsWithin({ bitrate: 1e9, frameRate: 0, scale: 7 })).toEqual({
		bitrate: 100_000_000,
		frameRate: 1,
		scale: 4,
	});
	expect(settingsWithin({ scale: Number.NaN })).toEqual(DEFAULT_SETTINGS);
});
