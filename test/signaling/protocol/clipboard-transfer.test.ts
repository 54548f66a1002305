import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	CLIPBOARD_WINDOW,
	type ClipboardBytes,
	type ClipboardMessage,
	MAX_CLIPBOARD,
} from "../../../signaling/protocol/clipboard.ts";
import { ClipboardReceiving, ClipboardSending } from "../../../signaling/protocol/clipboard-transfer.ts";

/** Sends a content, and gives credit whenever `grants` says so; messages on their way wait in `wire`. */
function transfer(bytes: Uint8Array, grants: () => boolean = () => true) {
	const wire: ClipboardMessage[] = [];
	const sending = new ClipboardSending({ format: "image", bytes }, (message) => wire.push(message) > 0);
	sending.start();
	const offer = wire.shift();
	if (offer?.type !== "clipboard-offer") throw new Error("nothing was offered");
	const receiving = new ClipboardReceiving(offer.format, offer.size);
	let ahead = 0;
	while (!receiving.content) {
		const waiting = wire.reduce(
			(sum, one) => sum + (one.type === "clipboard-data" ? one.bytes.length : 0),
			0,
		);
		ahead = Math.max(ahead, waiting);
		const message = wire.shift();
		if (message?.type === "clipboard-data") expect(receiving.add(message.bytes)).toBe(true);
		const { credit } = receiving;
		if (credit === undefined || (wire.length > 0 && !grants())) continue;
		receiving.grant(credit);
		sending.credit(credit);
	}
	return { content: receiving.content, ahead, complete: sending.complete };
}

describe("a clipboard on its way", () => {
	it("arrives as it was, and is never far ahead of what was taken", () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 300_000 }), fc.infiniteStream(fc.boolean()), (size, grants) => {
				const bytes = Uint8Array.from({ length: size }, (_, at) => at % 251);
				const { content, ahead, complete } = transfer(bytes, () => grants.next().value);
				expect(Buffer.from(content.bytes).equals(bytes)).toBe(true);
				expect(ahead).toBeLessThanOrEqual(CLIPBOARD_WINDOW);
				expect(complete).toBe(true);
			}),
			{ numRuns: 30 },
		);
	});

	it("needs no credit up to 48 KiB, so that a key may follow at once", () => {
		const sent: ClipboardMessage[] = [];
		const bytes = new Uint8Array(CLIPBOARD_WINDOW);
		const sending = new ClipboardSending({ format: "text", bytes }, (message) => sent.push(message) > 0);
		expect(sending.start()).toBe(true);
		expect(sending.complete).toBe(true);
		expect(sent.map(({ type }) => type)).toEqual([
			"clipboard-offer",
			"clipboard-data",
			"clipboard-data",
			"clipboard-data",
		]);
	});

	it("is not begun when it is too large", () => {
		const content = (format: ClipboardBytes["format"]): ClipboardBytes => ({
			format,
			bytes: new Uint8Array(MAX_CLIPBOARD[format] + 1),
		});
		for (const format of ["text", "image"] as const) {
			expect(() => new ClipboardSending(content(format), () => true)).toThrow(
				expect.objectContaining({ code: "clipboard-too-large" }),
			);
		}
	});

	it("ends when a message of it is dropped", () => {
		let room = 2;
		const sending = new ClipboardSending({ format: "text", bytes: new Uint8Array(40_000) }, () => room-- > 0);
		expect(sending.start()).toBe(false);
		expect(sending.complete).toBe(false);
	});

	it("is refused where more comes than was offered, or than may come", () => {
		expect(new ClipboardReceiving("text", 10).add(new Uint8Array(11))).toBe(false);
		const receiving = new ClipboardReceiving("image", 100_000);
		expect(receiving.add(new Uint8Array(CLIPBOARD_WINDOW))).toBe(true);
		expect(receiving.add(new Uint8Array(1))).toBe(false);
	});
});
