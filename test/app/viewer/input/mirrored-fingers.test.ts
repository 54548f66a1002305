import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
	type FingerPair,
	MirroredFingers,
	type ModifierKeys,
} from "../../../../app/viewer/input/mirrored-fingers.ts";
import { Store } from "../../../../app/viewer/store.ts";
import type { TouchContact } from "../../../../signaling/protocol/input.ts";

let sent: TouchContact[][];
let marks: Store<FingerPair | undefined>;
let fingers: MirroredFingers;

const none: ModifierKeys = { altKey: false, shiftKey: false, ctrlKey: false, metaKey: false };
const alt = { ...none, altKey: true };
const both = { ...alt, shiftKey: true };

beforeEach(() => {
	sent = [];
	marks = new Store<FingerPair | undefined>(undefined);
	fingers = new MirroredFingers((list) => sent.push(list), marks);
});

const mouse = (x: number, y: number, keys: ModifierKeys, buttons = 0, down = false) =>
	fingers.mouse({ place: { x, y }, down, buttons, keys });
const rounded = (list: TouchContact[] | undefined) =>
	list?.map(({ id, x, y }) => [id, Math.round(x * 1000) / 1000, Math.round(y * 1000) / 1000]);

describe("a mouse as two fingers", () => {
	it("leaves the mouse alone without Alt, and with keys that mean something else", () => {
		for (const keys of [
			none,
			{ ...alt, ctrlKey: true },
			{ ...alt, metaKey: true },
			{ ...none, shiftKey: true },
		]) {
			expect(mouse(0.2, 0.3, keys, 1, true)).toBe(false);
			expect(marks.get()).toBeUndefined();
		}
		expect(sent).toEqual([]);
	});

	it("shows them before anything is pressed, also when the key comes after the mouse", () => {
		mouse(0.2, 0.3, none);
		expect(fingers.keys(alt)).toBe(true);
		expect(marks.get()).toMatchObject({
			first: { x: 0.2, y: 0.3 },
			second: { x: 0.8, y: 0.7 },
			pressed: false,
		});
		expect(fingers.keys(none)).toBe(false);
		expect(marks.get()).toBeUndefined();
		expect(sent).toEqual([]);
	});

	it("puts both down, moves both, and lifts both", () => {
		expect(mouse(0.2, 0.5, alt, 1, true)).toBe(true);
		mouse(0.4, 0.6, alt, 1);
		mouse(0.4, 0.6, alt, 0);
		expect(sent.map(rounded)).toEqual([
			[
				[0, 0.2, 0.5],
				[1, 0.8, 0.5],
			],
			[
				[0, 0.4, 0.6],
				[1, 0.6, 0.4],
			],
			[],
		]);
		expect(marks.get()?.pressed).toBe(false);
	});

	it("moves both alike with Shift, and mirrors around where that led until Alt is up", () => {
		mouse(0.3, 0.5, alt, 1, true);
		mouse(0.4, 0.6, both, 1);
		expect(rounded(sent.at(-1))).toEqual([
			[0, 0.4, 0.6],
			[1, 0.8, 0.6],
		]);
		mouse(0.5, 0.6, alt, 1);
		expect(rounded(sent.at(-1))).toEqual([
			[0, 0.5, 0.6],
			[1, 0.7, 0.6],
		]);
		mouse(0.5, 0.6, alt, 0);
		fingers.keys(none);
		fingers.keys(alt);
		expect(marks.get()?.second).toEqual({ x: 0.5, y: 0.4 });
	});

	it("lifts both with the key; the button then means nothing until it is up", () => {
		mouse(0.2, 0.5, alt, 1, true);
		fingers.keys(none);
		expect(sent.at(-1)).toEqual([]);
		expect(mouse(0.3, 0.5, none, 1)).toBe(true);
		expect(mouse(0.3, 0.5, none, 0)).toBe(true);
		expect(mouse(0.3, 0.5, none, 1, true)).toBe(false);
		expect(sent).toHaveLength(2);
	});

	it("does not take over a drag that the mouse began alone", () => {
		mouse(0.2, 0.5, none, 1, true);
		expect(mouse(0.3, 0.5, alt, 1)).toBe(false);
		expect(sent).toEqual([]);
	});

	it("shows nothing while the mouse is elsewhere, unless they are pressed", () => {
		mouse(0.2, 0.5, alt);
		fingers.leave();
		expect(marks.get()).toBeUndefined();
		expect(fingers.keys(alt)).toBe(false);
		mouse(0.2, 0.5, alt, 1, true);
		fingers.leave();
		expect(marks.get()?.pressed).toBe(true);
		fingers.forget();
		expect(marks.get()).toBeUndefined();
		expect(mouse(0.2, 0.5, none, 1)).toBe(false);
	});

	it("says nothing but none or two contacts on the screen, whatever is done, and none in the end", () => {
		const part = fc.double({ min: 0, max: 1, noNaN: true });
		const step = fc.record({
			x: part,
			y: part,
			altKey: fc.boolean(),
			shiftKey: fc.boolean(),
			pressed: fc.boolean(),
			what: fc.constantFrom("mouse", "mouse", "mouse", "keys", "leave"),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
				const said: TouchContact[][] = [];
				const pair = new MirroredFingers(
					(list) => said.push(list),
					new Store<FingerPair | undefined>(undefined),
				);
				let buttons = 0;
				for (const { x, y, altKey, shiftKey, pressed, what } of steps) {
					const keys = { ...none, altKey, shiftKey };
					if (what === "keys") pair.keys(keys);
					else if (what === "leave") pair.leave();
					else {
						const down = pressed && buttons === 0;
						buttons = pressed ? 1 : 0;
						pair.mouse({ place: { x, y }, down, buttons, keys });
					}
				}
				pair.keys(none);
				for (const list of said) {
					expect([0, 2]).toContain(list.length);
					for (const contact of list) {
						expect(Math.min(contact.x, contact.y)).toBeGreaterThanOrEqual(0);
						expect(Math.max(contact.x, contact.y)).toBeLessThanOrEqual(1);
					}
				}
				expect(said.at(-1) ?? []).toEqual([]);
			}),
		);
	});
});
