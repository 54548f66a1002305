import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_SOURCES, ReplayWindow, ReplayWindows } from "../../../../server/webrtc/sender/replay-window.ts";

const MAX_INDEX = 0x7fff_ffff;

describe("the replay window", () => {
	it("takes each index once, however they are ordered", () => {
		const indexes = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 100 });
		fc.assert(
			fc.property(indexes, (list) => {
				const window = new ReplayWindow();
				const taken = list.filter((index) => window.accept(index));
				expect(new Set(taken).size).toBe(taken.length);
			}),
		);
	});

	it("takes what is late by less than 32, and nothing older", () => {
		const window = new ReplayWindow();
		window.accept(1000);
		expect(window.accept(1000 - 31)).toBe(true);
		expect(window.accept(1000 - 32)).toBe(false);
		expect(window.accept(0)).toBe(false);
	});

	it("remembers within the window after any jump ahead", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 31 }), (first, jump) => {
				const window = new ReplayWindow();
				window.accept(first);
				window.accept(first + jump);
				expect(window.accept(first)).toBe(false);
			}),
		);
	});

	it("takes the highest index", () => {
		const window = new ReplayWindow();
		expect(window.accept(MAX_INDEX)).toBe(true);
		expect(window.accept(MAX_INDEX)).toBe(false);
	});
});

describe("the replay windows of a connection", () => {
	it("count each source for itself, and take no more than a few", () => {
		const windows = new ReplayWindows();
		expect([windows.accept(1, 7), windows.accept(1, 7), windows.accept(2, 7)]).toEqual([true, false, true]);
		for (let source = 3; source <= MAX_SOURCES; source++) expect(windows.accept(source, 0)).toBe(true);
		expect(windows.accept(MAX_SOURCES + 1, 0)).toBe(false);
		expect(windows.accept(2, 8)).toBe(true);
	});
});
