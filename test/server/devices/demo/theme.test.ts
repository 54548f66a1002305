import { createCanvas } from "@napi-rs/canvas";
import { describe, expect, it } from "vitest";
import { font } from "../../../../server/devices/demo/theme.ts";

/** A text as the screen draws it in black: RGBA. */
function draw(text: string): Uint8ClampedArray {
	const canvas = createCanvas(60, 40);
	const brush = canvas.getContext("2d");
	brush.font = font(400, 24);
	brush.fillText(text, 4, 30);
	return brush.getImageData(0, 0, 60, 40).data;
}

describe("the screen's type face", () => {
	it.each([
		["Hangul", "한", "글"],
		["Han", "語", "文"],
		["kana", "あ", "ん"],
		["Cyrillic", "ж", "ш"],
		["Greek", "ω", "λ"],
		["emoji", "🎉", "👍"],
	])("has a glyph of its own for each character: %s", (_script, one, other) => {
		// What no font has is drawn as one and the same box.
		const nothing = draw("\u{10ffff}");
		expect(draw(one)).not.toEqual(draw(other));
		expect(draw(one)).not.toEqual(nothing);
	});

	it("draws emoji in colour", () => {
		const pixels = draw("🎉");
		const coloured = Array.from({ length: pixels.length / 4 }, (_, index) => index * 4).filter(
			(at) => (pixels[at + 3] ?? 0) > 200 && pixels[at] !== pixels[at + 2],
		);
		expect(coloured.length).toBeGreaterThan(20);
	});
});
