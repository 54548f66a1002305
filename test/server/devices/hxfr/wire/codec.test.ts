import { describe, expect, it } from "vitest";
import { encodeMessage } from "../../../../../server/devices/hxfr/wire/codec.ts";
import { FORMAT, type Message } from "../../../../../server/devices/hxfr/wire/message.ts";
import { MessageReader } from "../../../../../server/devices/hxfr/wire/message-reader.ts";

const hex = (message: Message) =>
	Buffer.concat(encodeMessage(message))
		.toString("hex")
		.replace(/(..)(?=.)/g, "$1 ");

function read(bytes: string): Message[] {
	const messages: Message[] = [];
	new MessageReader().push(Buffer.from(bytes.replaceAll(" ", ""), "hex"), (message) =>
		messages.push(message),
	);
	return messages;
}

const zeros = (count: number) => Array(count).fill("00").join(" ");

/** Bytes computed by hand from the tables of the protocol. */
const golden: [string, Message, string][] = [
	["a ping", { type: "ping", session: 1 }, "48 58 46 52 10 00 01 00 00 00 00 00"],
	["a pong", { type: "pong", session: 7 }, "48 58 46 52 11 00 07 00 00 00 00 00"],
	[
		"a subscription",
		{ type: "subscribe", session: 3, scanout: 3 },
		"48 58 46 52 30 00 03 00 04 00 00 00 03 00 00 00",
	],
	[
		"its answer",
		{ type: "subscribe-response", session: 3, scanout: 3, success: true },
		"48 58 46 52 31 00 03 00 08 00 00 00 03 00 00 00 01 00 00 00",
	],
	[
		"a request for a resource's picture",
		{
			...{
				type: "frame-request",
				session: 1,
				resourceId: 140,
				width: 1920,
				height: 1080,
				format: FORMAT.bgra,
			},
			...{ stride: 7680, pts: 1_000_000n, duration: 16_666_667n, forceKeyframe: true },
		},
		"48 58 46 52 01 00 01 00 2c 00 00 00 8c 00 00 00 80 07 00 00 38 04 00 00 41 52 32 34 00 1e 00 00 40 42 0f 00 00 00 00 00 2b 50 fe 00 00 00 00 00 01 00 00 00 00 00 00 00",
	],
	[
		"a request with pixels",
		{
			...{
				type: "frame-request",
				session: 1,
				resourceId: 0,
				width: 2,
				height: 2,
				format: FORMAT.nv12,
				stride: 2,
			},
			...{ pts: -1n, duration: 0n, forceKeyframe: false, pixels: Buffer.of(1, 2, 3, 4, 5, 6) },
		},
		`48 58 46 52 01 01 01 00 32 00 00 00 00 00 00 00 02 00 00 00 02 00 00 00 4e 56 31 32 02 00 00 00 ff ff ff ff ff ff ff ff ${zeros(16)} 01 02 03 04 05 06`,
	],
	[
		"a picture",
		{
			...{ type: "frame-response", session: 1, pts: 1_000_000n, dts: 1_000_000n, keyframe: true },
			pieces: [Buffer.from("000000016588", "hex")],
		},
		"48 58 46 52 02 00 01 00 22 00 00 00 40 42 0f 00 00 00 00 00 40 42 0f 00 00 00 00 00 01 00 00 00 01 00 00 00 06 00 00 00 00 00 00 01 65 88",
	],
	[
		"a picture in two pieces",
		{
			type: "frame-response",
			session: 2,
			pts: 0n,
			dts: 0n,
			keyframe: false,
			pieces: [Buffer.of(0x41), Buffer.of(0x41, 9)],
		},
		`48 58 46 52 02 00 02 00 23 00 00 00 ${zeros(20)} 02 00 00 00 01 00 00 00 41 02 00 00 00 41 09`,
	],
	[
		"a request for a keyframe",
		{ type: "keyframe-request", session: 4 },
		"48 58 46 52 03 00 04 00 00 00 00 00",
	],
	[
		"a configuration",
		{
			...{ type: "config-request", session: 3 },
			config: {
				...{ width: 1280, height: 720, bitrate: 4_000_000, frameRate: { numerator: 60, denominator: 1 } },
				...{ profile: 66, level: 40, realtime: true },
			},
		},
		"48 58 46 52 04 00 03 00 1c 00 00 00 00 05 00 00 d0 02 00 00 00 09 3d 00 3c 00 00 00 01 00 00 00 42 28 01 00 00 00 00 00",
	],
	["its empty answer", { type: "config-response", session: 3 }, "48 58 46 52 05 00 03 00 00 00 00 00"],
	[
		"switching a scanout on",
		{ type: "enable-scanout", session: 1, scanout: 1, width: 1920, height: 1080, refreshRate: 60 },
		"48 58 46 52 20 00 01 00 10 00 00 00 01 00 00 00 80 07 00 00 38 04 00 00 3c 00 00 00",
	],
	[
		"switching it off",
		{ type: "disable-scanout", session: 0, scanout: 15 },
		"48 58 46 52 21 00 00 00 04 00 00 00 0f 00 00 00",
	],
	[
		"the connector's name",
		{ type: "scanout-response", session: 1, scanout: 1, success: true, connector: "Virtual-2" },
		`48 58 46 52 22 00 01 00 48 00 00 00 01 00 00 00 01 00 00 00 56 69 72 74 75 61 6c 2d 32 ${zeros(55)}`,
	],
	[
		"an error",
		{ type: "error", session: 1, code: -2, message: "Error: -2" },
		`48 58 46 52 ff 00 01 00 04 01 00 00 fe ff ff ff 45 72 72 6f 72 3a 20 2d 32 ${zeros(247)}`,
	],
	["our hello", { type: "hello", session: 0, version: 1 }, "48 58 46 52 40 00 00 00 04 00 00 00 01 00 00 00"],
	[
		"our list of scanouts",
		{
			type: "scanouts",
			session: 0,
			version: 1,
			features: 7,
			scanouts: [{ id: 1, width: 800, height: 600, inputs: 31, name: "é" }],
		},
		"48 58 46 52 41 00 00 00 18 00 00 00 01 00 01 00 07 00 00 00 01 00 00 00 20 03 00 00 58 02 00 00 1f 02 c3 a9",
	],
	[
		"our input",
		{ type: "input", session: 1, scanout: 1, input: Buffer.of(7) },
		"48 58 46 52 42 00 01 00 05 00 00 00 01 00 00 00 07",
	],
	[
		"our question for a screenshot",
		{ type: "screenshot-request", session: 1, scanout: 1 },
		"48 58 46 52 43 00 01 00 04 00 00 00 01 00 00 00",
	],
	[
		"our screenshot",
		{ type: "screenshot", session: 1, scanout: 1, jpeg: Buffer.of(255, 216) },
		"48 58 46 52 44 00 01 00 06 00 00 00 01 00 00 00 ff d8",
	],
	[
		"our end of a scanout",
		{ type: "scanout-ended", session: 1, scanout: 1, reason: "no" },
		"48 58 46 52 45 00 01 00 06 00 00 00 01 00 00 00 6e 6f",
	],
	[
		"our end of a subscription",
		{ type: "unsubscribe", session: 1, scanout: 1 },
		"48 58 46 52 46 00 01 00 04 00 00 00 01 00 00 00",
	],
];

describe("the bytes of", () => {
	it.each(golden)("%s are written", (_, message, bytes) => expect(hex(message)).toBe(bytes));

	it.each(golden)("%s are read", (_, message, bytes) => expect(read(bytes)).toEqual([message]));
});

describe("fields of a fixed size", () => {
	it("cut what is too long and keep their NUL", () => {
		const long = { type: "error", session: 0, code: -1, message: "x".repeat(500) } as const;
		const bytes = Buffer.concat(encodeMessage(long));
		expect(bytes).toHaveLength(272);
		expect(bytes.at(-1)).toBe(0);
		expect(read(bytes.toString("hex"))).toEqual([{ ...long, message: "x".repeat(255) }]);
	});
});
