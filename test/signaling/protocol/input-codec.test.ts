import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clipboardFormats, clipboardOutcomes, MAX_CLIPBOARD } from "../../../signaling/protocol/clipboard.ts";
import type { HostMessage, ViewerMessage } from "../../../signaling/protocol/input.ts";
import {
	decodeHostMessage,
	decodeViewerMessage,
	encodeHostMessage,
	encodeViewerMessage,
	MAX_CONTACTS,
	MAX_INPUT_BYTES,
} from "../../../signaling/protocol/input-codec.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const badInput = expect.objectContaining({ name: "PortholeError", code: "bad-input" });

/** One vector a row of the table in input.ts, worked out by hand: 0.25 is 3e800000, 0.5 3f000000, 0.75 3f400000. */
const fromViewers: [string, ViewerMessage, string][] = [
	[
		"a pointer with the right button held",
		{ type: "pointer", x: 0.25, y: 0.75, buttons: 2 },
		"01 0000803e 0000403f 02",
	],
	[
		"a wheel up and right",
		{ type: "wheel", x: 0, y: 1, dx: 120, dy: -120 },
		"02 00000000 0000803f 0000f042 0000f0c2",
	],
	[
		"a wheel that turned a notch down and half of one to the left",
		{ type: "wheel", x: 0, y: 1, dx: -12, dy: 120, notches: { dx: -0.5, dy: 1 } },
		"17 00000000 0000803f 000040c1 0000f042 000000bf 0000803f",
	],
	[
		"a key that gives a character of two bytes",
		{ type: "press", code: "Quote", character: "ä", shortcut: false },
		"16 00 05 51756f7465 c3a4",
	],
	["a shortcut", { type: "press", code: "KeyQ", character: "a", shortcut: true }, "16 01 04 4b657951 61"],
	["a key going down", { type: "key", code: "KeyA", down: true }, "03 01 4b657941"],
	["a key going up", { type: "key", code: "Enter", down: false }, "03 00 456e746572"],
	["text beyond ASCII", { type: "text", text: "é漢😀" }, "04 c3a9 e6bca2 f09f9880"],
	[
		"two contacts",
		{
			type: "touch",
			contacts: [
				{ id: 0, x: 0, y: 0.5 },
				{ id: 255, x: 1, y: 0.25 },
			],
		},
		"05 02 00 00000000 0000003f ff 0000803f 0000803e",
	],
	["no contact any more", { type: "touch", contacts: [] }, "05 00"],
	["a device button", { type: "button", id: "home", down: true }, "06 01 686f6d65"],
	["a heartbeat", { type: "heartbeat" }, "07"],
	["a release", { type: "release" }, "08"],
	["a ping", { type: "ping", time: 1 }, "09 000000000000f03f"],
	["a page that is hidden", { type: "shown", shown: false }, "0e 00"],
	["a page that is seen again", { type: "shown", shown: true }, "0e 01"],
	["an offer of 258 bytes of text", { type: "clipboard-offer", format: "text", size: 258 }, "10 00 02010000"],
	["a piece of a clipboard", { type: "clipboard-data", bytes: Uint8Array.of(1, 2, 3) }, "11 010203"],
	["what may be sent of a clipboard", { type: "clipboard-credit", total: 258 }, "12 02010000"],
	["a clipboard that was taken", { type: "clipboard-end", outcome: "taken" }, "13 00"],
	["a wish for the device's clipboard", { type: "clipboard-wanted" }, "14"],
];

const fromHosts: [string, HostMessage, string][] = [
	["a pong", { type: "pong", time: 1, hostTime: -2 }, "0a 000000000000f03f 00000000000000c0"],
	["a clock", { type: "clock", origin: 0.5 }, "0b 000000000000e03f"],
	["a timing", { type: "timing", rtpTimestamp: 0xfedcba98, encode: 2.5 }, "0c 98badcfe 00002040"],
	["another's pointer", { type: "other", number: 0x0102, x: 0.5, y: 1 }, "0d 0201 0000003f 0000803f"],
	[
		"a network of 2^20 bits a second with 2.5 ms in its queues",
		{ type: "network", rendition: "small", estimate: 2 ** 20, queueDelay: 2.5 },
		"0f 02 00008049 00002040",
	],
	["a network of which nothing is known", { type: "network", rendition: "main" }, "0f 01 000080bf 000080bf"],
	["a network that gets nothing", { type: "network", estimate: 0 }, "0f 00 00000000 000080bf"],
	["an offer of a PNG", { type: "clipboard-offer", format: "image", size: 258 }, "10 01 02010000"],
	["a paste that is not allowed", { type: "clipboard-end", outcome: "off" }, "13 03"],
	["a copy on the device", { type: "clipboard-copied" }, "15"],
	["a clipboard on which nothing is", { type: "clipboard-none", outcome: "empty" }, "18 01"],
];

const unit = fc.float({ min: 0, max: 1, noNaN: true }).map(Math.abs);
const scroll = fc.float({ min: -10_000, max: 10_000, noNaN: true }).map((value) => value + 0);
const turns = fc.float({ min: -100, max: 100, noNaN: true }).map((value) => value + 0);
const time = fc.double({ noNaN: true, noDefaultInfinity: true });
const figure = fc.float({ min: 0, noNaN: true, noDefaultInfinity: true }).map(Math.abs);
const name = fc.string({
	unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
	minLength: 1,
	maxLength: 32,
});
const contact = fc.record({ id: fc.integer({ min: 0, max: 255 }), x: unit, y: unit });
const anyOfClipboard = fc.oneof(
	fc.constantFrom(...clipboardFormats).chain((format) =>
		fc.record({
			type: fc.constant("clipboard-offer" as const),
			format: fc.constant(format),
			size: fc.integer({ min: 1, max: MAX_CLIPBOARD[format] }),
		}),
	),
	fc.record({
		type: fc.constant("clipboard-data" as const),
		bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
	}),
	fc.record({ type: fc.constant("clipboard-credit" as const), total: fc.nat({ max: 0xffffffff }) }),
	fc.record({
		type: fc.constant("clipboard-end" as const),
		outcome: fc.constantFrom(...clipboardOutcomes),
	}),
);
const anyFromViewer: fc.Arbitrary<ViewerMessage> = fc.oneof(
	fc.record({
		type: fc.constant("pointer" as const),
		x: unit,
		y: unit,
		buttons: fc.integer({ min: 0, max: 31 }),
	}),
	fc.record(
		{
			type: fc.constant("wheel" as const),
			x: unit,
			y: unit,
			dx: scroll,
			dy: scroll,
			notches: fc.record({ dx: turns, dy: turns }),
		},
		{ requiredKeys: ["type", "x", "y", "dx", "dy"] },
	),
	fc.record({
		type: fc.constant("press" as const),
		code: name,
		character: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
		shortcut: fc.boolean(),
	}),
	fc.record({ type: fc.constant("key" as const), code: name, down: fc.boolean() }),
	fc.record({ type: fc.constant("button" as const), id: name, down: fc.boolean() }),
	fc.record({
		type: fc.constant("text" as const),
		text: fc.string({ unit: "binary", minLength: 1, maxLength: 1000 }),
	}),
	fc.record({
		type: fc.constant("touch" as const),
		contacts: fc.uniqueArray(contact, { maxLength: MAX_CONTACTS, selector: ({ id }) => id }),
	}),
	fc.record({ type: fc.constant("ping" as const), time }),
	fc.record({ type: fc.constant("shown" as const), shown: fc.boolean() }),
	fc.constantFrom<ViewerMessage>({ type: "heartbeat" }, { type: "release" }, { type: "clipboard-wanted" }),
	anyOfClipboard,
);
const anyFromHost: fc.Arbitrary<HostMessage> = fc.oneof(
	fc.record({ type: fc.constant("pong" as const), time, hostTime: time }),
	fc.record({ type: fc.constant("clock" as const), origin: time }),
	fc.record({
		type: fc.constant("timing" as const),
		rtpTimestamp: fc.nat({ max: 0xffffffff }),
		encode: fc.float({ noNaN: true, noDefaultInfinity: true }),
	}),
	fc.record({ type: fc.constant("other" as const), number: fc.nat({ max: 0xffff }), x: unit, y: unit }),
	fc.record(
		{
			type: fc.constant("network" as const),
			rendition: fc.constantFrom("main" as const, "small" as const),
			estimate: figure,
			queueDelay: figure,
		},
		{ requiredKeys: ["type"] },
	),
	fc.constant<HostMessage>({ type: "clipboard-copied" }),
	fc.record({
		type: fc.constant("clipboard-none" as const),
		outcome: fc.constantFrom(...clipboardOutcomes),
	}),
	anyOfClipboard,
);

describe("input messages of viewers", () => {
	it.each(fromViewers)("puts %s into exactly these bytes", (_, message, hex) => {
		expect(Buffer.from(encodeViewerMessage(message)).toString("hex")).toBe(hex.replaceAll(" ", ""));
		expect(decodeViewerMessage(bytes(hex))).toEqual(message);
	});

	it("reads back whatever it wrote", () => {
		fc.assert(
			fc.property(anyFromViewer, (message) => {
				expect(decodeViewerMessage(encodeViewerMessage(message))).toEqual(message);
			}),
		);
	});

	it("reads from the middle of a larger buffer", () => {
		const around = bytes("ffff 03 01 4b657941 ffff");
		expect(decodeViewerMessage(around.subarray(2, 8))).toEqual({ type: "key", code: "KeyA", down: true });
	});

	it("reads or refuses any bytes, and never does anything else", () => {
		const likely = fc
			.tuple(fc.integer({ min: 0, max: 30 }), fc.uint8Array({ maxLength: 100 }))
			.map(([type, rest]) => Uint8Array.of(type, ...rest));
		fc.assert(
			fc.property(fc.oneof(likely, fc.uint8Array({ maxLength: 200 })), (random) => {
				let message: ViewerMessage;
				try {
					message = decodeViewerMessage(random);
				} catch (error) {
					expect(error).toEqual(badInput);
					return;
				}
				expect(decodeViewerMessage(encodeViewerMessage(message))).toEqual(message);
			}),
			{ numRuns: 2000 },
		);
	});

	it("refuses every message that is cut short or too long by a byte, unless it is a shorter text or name", () => {
		for (const [, message, hex] of fromViewers) {
			if (["text", "key", "button", "clipboard-data"].includes(message.type)) continue;
			const whole = bytes(hex);
			for (let length = 0; length < whole.length; length++) {
				expect(() => decodeViewerMessage(whole.subarray(0, length)), hex).toThrow(badInput);
			}
			expect(() => decodeViewerMessage(Uint8Array.of(...whole, 0)), hex).toThrow(badInput);
		}
	});

	it.each([
		["NaN", "0000c07f"],
		["infinity", "0000807f"],
		["minus infinity", "000080ff"],
		["a hair below zero", "01000080"],
		["a hair above one", "0100803f"],
	])("refuses %s as a coordinate", (_, hex) => {
		expect(() => decodeViewerMessage(bytes(`01 ${hex} 00000000 00`))).toThrow(badInput);
		expect(() => decodeViewerMessage(bytes(`01 00000000 ${hex} 00`))).toThrow(badInput);
		expect(() => decodeViewerMessage(bytes(`02 ${hex} 00000000 00000000 00000000`))).toThrow(badInput);
		expect(() => decodeViewerMessage(bytes(`05 01 00 00000000 ${hex}`))).toThrow(badInput);
	});

	it.each([
		["NaN", Number.NaN],
		["infinity", Number.POSITIVE_INFINITY],
		["more than ten thousand pixels", -10_001],
	])("refuses a scroll by %s", (_, dy) => {
		expect(() => decodeViewerMessage(encodeViewerMessage({ type: "wheel", x: 0, y: 0, dx: 0, dy }))).toThrow(
			badInput,
		);
	});

	it("refuses a sixth mouse button", () => {
		expect(() => decodeViewerMessage(bytes("01 00000000 00000000 20"))).toThrow(badInput);
	});

	it("refuses more notches than anybody turns at once", () => {
		const wheel = { type: "wheel" as const, x: 0, y: 0, dx: 0, dy: 0 };
		for (const dy of [101, Number.NaN, Number.NEGATIVE_INFINITY]) {
			const written = encodeViewerMessage({ ...wheel, notches: { dx: 0, dy } });
			expect(() => decodeViewerMessage(written)).toThrow(badInput);
		}
	});

	it.each([
		["two characters", "16 00 04 4b657951 6162"],
		["no character", "16 00 04 4b657951"],
		["half of a character", "16 00 04 4b657951 c3"],
		["a character and more", "16 00 04 4b657951 f09f988061"],
		["no code", "16 00 00 61"],
		["a code longer than the message", "16 00 20 4b657951 61"],
		["a code that is too long", `16 00 21 ${"41".repeat(33)} 61`],
		["a flag that is none", "16 02 04 4b657951 61"],
	])("refuses a press with %s", (_, hex) => {
		expect(() => decodeViewerMessage(bytes(hex))).toThrow(badInput);
	});

	it("sends no press of more or less than one character", () => {
		for (const character of ["", "ab", "\ud800", "e\u0301"]) {
			const press = { type: "press" as const, code: "KeyA", character, shortcut: false };
			expect(() => encodeViewerMessage(press)).toThrow(badInput);
		}
	});

	it.each([11, 10_000])("refuses %i contacts, to send and to read", (count) => {
		const contacts = Array.from({ length: count }, (_, id) => ({ id: id % 256, x: 0, y: 0 }));
		expect(() => encodeViewerMessage({ type: "touch", contacts })).toThrow(badInput);
		const written = new Uint8Array(2 + count * 9);
		written.set([5, count % 256]);
		expect(() => decodeViewerMessage(written)).toThrow(badInput);
	});

	it("refuses two contacts with one id", () => {
		const twice = [
			{ id: 3, x: 0, y: 0 },
			{ id: 3, x: 1, y: 1 },
		];
		expect(() => decodeViewerMessage(encodeViewerMessage({ type: "touch", contacts: twice }))).toThrow(
			badInput,
		);
	});

	it("takes text of exactly 4096 bytes and no more", () => {
		const text = "é".repeat(2048);
		expect(decodeViewerMessage(encodeViewerMessage({ type: "text", text }))).toEqual({ type: "text", text });
		expect(() => encodeViewerMessage({ type: "text", text: `${text}a` })).toThrow(badInput);
		expect(() => decodeViewerMessage(new Uint8Array(4098).fill(0x61).fill(4, 0, 1))).toThrow(badInput);
	});

	it("takes a piece of a clipboard of exactly 16 KiB and no more", () => {
		const whole = new Uint8Array(MAX_INPUT_BYTES).fill(17);
		expect(decodeViewerMessage(whole)).toEqual({ type: "clipboard-data", bytes: whole.subarray(1) });
		expect(() => decodeViewerMessage(new Uint8Array(MAX_INPUT_BYTES + 1).fill(17))).toThrow(badInput);
		expect(() => decodeViewerMessage(bytes("11"))).toThrow(badInput);
	});

	it.each([
		["nothing", "10 00 00000000"],
		["more than 1 MiB of text", "10 00 01001000"],
		["more than 8 MiB of a PNG", "10 01 01008000"],
		["a format that nobody knows", "10 02 01000000"],
	])("refuses an offer of %s", (_, hex) => {
		expect(() => decodeViewerMessage(bytes(hex))).toThrow(badInput);
	});

	it("refuses an outcome that nobody knows", () => {
		expect(() => decodeViewerMessage(bytes("13 07"))).toThrow(badInput);
	});

	it("refuses a megabyte of text, to send and to read", () => {
		expect(() => encodeViewerMessage({ type: "text", text: "x".repeat(1 << 20) })).toThrow(badInput);
		expect(() => decodeViewerMessage(new Uint8Array(1 << 20).fill(0x61).fill(4, 0, 1))).toThrow(badInput);
	});

	it("refuses empty text", () => {
		expect(() => encodeViewerMessage({ type: "text", text: "" })).toThrow(badInput);
		expect(() => decodeViewerMessage(bytes("04"))).toThrow(badInput);
	});

	it("sends a lone surrogate as the replacement character, and refuses to read one", () => {
		const sent = decodeViewerMessage(encodeViewerMessage({ type: "text", text: "a\ud83d" }));
		expect(sent).toEqual({ type: "text", text: "a\ufffd" });
		expect(() => decodeViewerMessage(bytes("04 eda0bd"))).toThrow(badInput);
	});

	it("keeps a byte order mark, which a person may type", () => {
		expect(decodeViewerMessage(bytes("04 efbbbf 61"))).toEqual({ type: "text", text: "\ufeffa" });
	});

	it.each([
		["empty", ""],
		["longer than 32 characters", "K".repeat(33)],
		["with a space", "Key A"],
		["with a control character", "Key\u0000"],
		["beyond ASCII", "Taste\u00c4"],
	])("refuses a key name that is %s", (_, code) => {
		expect(() => encodeViewerMessage({ type: "key", code, down: true })).toThrow(badInput);
		expect(() => decodeViewerMessage(Uint8Array.of(3, 1, ...Buffer.from(code, "latin1")))).toThrow(badInput);
	});

	it("refuses a key that is neither down nor up", () => {
		expect(() => decodeViewerMessage(bytes("03 02 4b657941"))).toThrow(badInput);
	});

	it("refuses messages that only a host sends", () => {
		for (const [, message] of fromHosts) {
			if (message.type === "clipboard-offer" || message.type === "clipboard-end") continue;
			expect(() => decodeViewerMessage(encodeHostMessage(message))).toThrow(badInput);
		}
	});

	it("refuses a page that is neither hidden nor seen", () => {
		expect(() => decodeViewerMessage(bytes("0e 02"))).toThrow(badInput);
	});

	it("refuses a ping at no time", () => {
		expect(() => decodeViewerMessage(bytes("09 000000000000f07f"))).toThrow(badInput);
	});
});

describe("input messages of hosts", () => {
	it.each(fromHosts)("puts %s into exactly these bytes", (_, message, hex) => {
		expect(Buffer.from(encodeHostMessage(message)).toString("hex")).toBe(hex.replaceAll(" ", ""));
		expect(decodeHostMessage(bytes(hex))).toEqual(message);
	});

	it("reads back whatever it wrote", () => {
		fc.assert(
			fc.property(anyFromHost, (message) => {
				expect(decodeHostMessage(encodeHostMessage(message))).toEqual(message);
			}),
		);
	});

	it("reads or refuses any bytes, and never does anything else", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 40 }), (random) => {
				try {
					decodeHostMessage(random);
				} catch (error) {
					expect(error).toEqual(badInput);
				}
			}),
			{ numRuns: 1000 },
		);
	});

	it.each(["0d 0100 0000003f", "0d 0100 0000003f 0000c07f", "0d 0100 0000003f 0100803f"])(
		"refuses another's pointer that is cut short or off the screen: %s",
		(hex) => {
			expect(() => decodeHostMessage(bytes(hex))).toThrow(badInput);
		},
	);

	it.each([
		"0f 03 00000000 00000000",
		"0f 01 0000c07f 00000000",
		"0f 01 00000000 0000807f",
		"0f 01 00000000",
	])("refuses news of the network that makes no sense: %s", (hex) => {
		expect(() => decodeHostMessage(bytes(hex))).toThrow(badInput);
	});

	it("wraps RTP timestamps to 32 bits, also those from before the clock's origin", () => {
		const timing = encodeHostMessage({ type: "timing", rtpTimestamp: -1, encode: 0 });
		expect(decodeHostMessage(timing)).toMatchObject({ rtpTimestamp: 0xffffffff });
	});
});
