import * as fc from "fast-check";
import { FORMAT, type Message } from "../../../../../server/devices/hxfr/wire/message.ts";

const u16 = fc.nat({ max: 0xffff });
const u32 = fc.nat({ max: 0xffffffff });
const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const byte = fc.nat({ max: 255 });
const bytes = (minLength: number, maxLength: number) =>
	fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));
/** Text without NUL that stays whole when it is cut to a field's size. */
const word = (maxLength: number) => fc.stringMatching(/^[ -~]*$/, { maxLength });
const config = fc.record({
	width: u32,
	height: u32,
	bitrate: u32,
	frameRate: fc.record({ numerator: u32, denominator: u32 }),
	profile: byte,
	level: byte,
	realtime: fc.boolean(),
});
const of = <Type extends Message["type"]>(type: Type) => ({ type: fc.constant(type), session: u16 });

/** Any message that can be sent. */
export const anyMessage: fc.Arbitrary<Message> = fc.oneof(
	fc.record(
		{
			...of("frame-request"),
			resourceId: u32,
			width: u32,
			height: u32,
			format: fc.constantFrom(0, ...Object.values(FORMAT)),
			stride: u32,
			pts: i64,
			duration: i64,
			forceKeyframe: fc.boolean(),
			pixels: bytes(0, 300),
		},
		{
			requiredKeys: [
				"type",
				"session",
				"resourceId",
				"width",
				"height",
				"format",
				"stride",
				"pts",
				"duration",
				"forceKeyframe",
			],
		},
	),
	fc.record({
		...of("frame-response"),
		pts: i64,
		dts: i64,
		keyframe: fc.boolean(),
		pieces: fc.array(bytes(1, 100), { maxLength: 5 }),
	}),
	fc.record({ ...of("keyframe-request") }),
	fc.record({ ...of("config-request"), config }),
	fc.record({ ...of("config-response"), config }, { requiredKeys: ["type", "session"] }),
	fc.record({ ...of("ping") }),
	fc.record({ ...of("pong") }),
	fc.record({ ...of("enable-scanout"), scanout: u32, width: u32, height: u32, refreshRate: u32 }),
	fc.record({ ...of("disable-scanout"), scanout: u32 }),
	fc.record({ ...of("scanout-response"), scanout: u32, success: fc.boolean(), connector: word(63) }),
	fc.record({ ...of("subscribe"), scanout: u32 }),
	fc.record({ ...of("unsubscribe"), scanout: u32 }),
	fc.record({ ...of("subscribe-response"), scanout: u32, success: fc.boolean() }),
	fc.record({ ...of("error"), code: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), message: word(255) }),
	fc.record({ ...of("hello"), version: u16 }),
	fc.record({
		...of("scanouts"),
		version: u16,
		features: u32,
		scanouts: fc.array(
			fc.record({
				id: u32,
				width: u32,
				height: u32,
				inputs: byte,
				name: fc
					.string({ unit: "grapheme", maxLength: 20 })
					.filter((name) => Buffer.byteLength(name) < 255 && name.isWellFormed()),
			}),
			{ maxLength: 5 },
		),
	}),
	fc.record({ ...of("input"), scanout: u32, input: bytes(1, 50) }),
	fc.record({ ...of("screenshot-request"), scanout: u32 }),
	fc.record({ ...of("screenshot"), scanout: u32, jpeg: bytes(0, 100) }),
	fc.record({ ...of("scanout-ended"), scanout: u32, reason: word(200) }),
) as fc.Arbitrary<Message>;
