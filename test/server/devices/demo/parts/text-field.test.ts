import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	EditableText,
	MAX_CHARACTERS,
	visibleText,
} from "../../../../../server/devices/demo/parts/text-field.ts";

const typed = fc.string({ unit: "grapheme", maxLength: 20 });
const action = fc.oneof(
	typed.map((text) => ({ type: "insert" as const, text })),
	fc.constantFrom({ type: "backspace" as const }, { type: "remove" as const }, { type: "clear" as const }),
	fc.integer({ min: -5, max: 5 }).map((by) => ({ type: "move" as const, by })),
);

function apply(
	line: EditableText,
	step: typeof action extends fc.Arbitrary<infer Step> ? Step : never,
): void {
	if (step.type === "insert") line.insert(step.text);
	else if (step.type === "move") line.move(step.by);
	else line[step.type]();
}

/** Every character is 10 wide, the ellipsis too. */
const measure = (text: string) => 10 * [...new Intl.Segmenter().segment(text)].length;

describe("editable text", () => {
	it("inserts, moves and removes by whole characters", () => {
		const line = new EditableText();
		line.insert("Grüße 👩‍👩‍👧‍👦!");
		expect(line.caret).toBe(8);
		line.backspace();
		line.backspace();
		expect(line.text).toBe("Grüße ");
		line.placeCaret(2);
		line.insert("X");
		line.remove();
		expect(line.text).toBe("GrXße ");
		expect(line.caret).toBe(3);
	});

	it("joins a combining mark to what stands before the caret", () => {
		const line = new EditableText();
		line.insert("cafe");
		line.insert("\u0301");
		expect(line.caret).toBe(4);
		line.backspace();
		expect(line.text).toBe("caf");
	});

	it("makes one line of several and drops control characters", () => {
		const line = new EditableText();
		line.insert("a\r\nb\tc\u0000\u001b\u007fd");
		expect(line.text).toBe("a b cd");
	});

	it("drops what is typed beyond its limit, and keeps what was there", () => {
		const line = new EditableText();
		line.insert("z");
		line.placeCaret(0);
		line.insert("a".repeat(100_000));
		expect(line.characters).toHaveLength(MAX_CHARACTERS);
		expect(line.text.endsWith("az")).toBe(true);
	});

	it("keeps its caret on a character's edge and its text whole, whatever is done", () => {
		fc.assert(
			fc.property(fc.array(action, { maxLength: 40 }), (steps) => {
				const line = new EditableText();
				for (const step of steps) {
					apply(line, step);
					expect(line.caret).toBeGreaterThanOrEqual(0);
					expect(line.caret).toBeLessThanOrEqual(line.characters.length);
					expect(line.characters.join("")).toBe(line.text);
					expect(line.text).not.toMatch(/\p{Cc}/u);
				}
			}),
		);
	});

	it("takes back with Backspace what was typed at the end", () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 30 }), (text) => {
				const line = new EditableText();
				line.insert("kept:");
				const before = line.characters.length;
				line.insert(text);
				while (line.characters.length > before) line.backspace();
				expect(line.characters.length).toBeLessThanOrEqual(before);
			}),
		);
	});
});

describe("visible text", () => {
	const lineOf = (text: string, caret: number) => ({ characters: [...text], caret });

	it("is the whole line where it fits", () => {
		expect(visibleText(lineOf("hello", 2), 50, measure)).toEqual({
			text: "hello",
			beforeCaret: "he",
			from: 0,
		});
	});

	it("leaves the beginning out when the caret is at the end", () => {
		expect(visibleText(lineOf("hello world", 11), 60, measure)).toEqual({
			text: "…world",
			beforeCaret: "…world",
			from: 6,
		});
	});

	it("leaves the end out when the caret is at the beginning", () => {
		expect(visibleText(lineOf("hello world", 0), 60, measure)).toEqual({
			text: "hello ",
			beforeCaret: "",
			from: 0,
		});
	});

	it("always fits, always shows the caret, and shows a piece of the line as it is", () => {
		const characters = fc.array(fc.constantFrom("a", "ß", "你", "🙂", " "), { maxLength: 60 });
		fc.assert(
			fc.property(characters, fc.nat(60), fc.integer({ min: 20, max: 300 }), (line, at, width) => {
				const caret = Math.min(at, line.length);
				const shown = visibleText({ characters: line, caret }, width, measure);
				expect(measure(shown.text)).toBeLessThanOrEqual(width);
				expect(shown.text.startsWith(shown.beforeCaret)).toBe(true);
				const mark = shown.from > 0 ? "…" : "";
				expect(shown.beforeCaret).toBe(mark + line.slice(shown.from, caret).join(""));
				expect(line.slice(shown.from).join("").startsWith(shown.text.slice(mark.length))).toBe(true);
			}),
		);
	});
});
