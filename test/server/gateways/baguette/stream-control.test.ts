import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	DEFAULT_SETTINGS,
	messageOfCommand,
	readStreamMessage,
	settingsWithin,
} from "../../../../server/gateways/baguette/stream-control.ts";

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
