import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockStrip, readClockStrip } from "../../../../server/devices/demo/clock-strip.ts";
import { layoutScreen } from "../../../../server/devices/demo/layout.ts";
import { PhoneScreen } from "../../../../server/devices/demo/phone-screen.ts";
import { type Frame, Renderer } from "../../../../server/devices/demo/renderer.ts";

const START = Date.UTC(2026, 10, 20, 9, 41);

/** Red, green and blue at a place in points. */
function colourAt(frame: Frame, x: number, y: number): number[] {
	const at = (Math.round(y * 2) * frame.width + Math.round(x * 2)) * 4;
	return [...frame.pixels.subarray(at, at + 3)];
}

function readStrip(frame: Frame): number | undefined {
	const luma = Array.from({ length: clockStrip.cells }, (_, cell) => {
		return colourAt(frame, (cell + 0.5) * (clockStrip.cell / 2), clockStrip.cell / 4)[1] ?? 0;
	});
	return readClockStrip(luma);
}

function start(): { screen: PhoneScreen; renderer: Renderer } {
	const screen = new PhoneScreen(() => START);
	screen.advance(START);
	return { screen, renderer: new Renderer(screen) };
}

describe("renderer", { timeout: 30_000 }, () => {
	it("draws the whole screen first, and then only what changed and the clock strip", () => {
		const { screen, renderer } = start();
		const first = renderer.draw(START);
		expect([first.width, first.height]).toEqual([720, 1560]);
		expect(first.changed[0]).toEqual({ x: 0, y: 0, width: 720, height: 1560 });
		const strip = { x: 0, y: 0, width: 624, height: 12 };
		expect(renderer.draw(START + 1).changed).toEqual([strip]);
		screen.insert("a");
		expect(renderer.draw(START + 2).changed).toEqual([{ x: 32, y: 1236, width: 656, height: 100 }, strip]);
	});

	it("shows the time of each picture in its clock strip, upright, turned and asleep", () => {
		const { screen, renderer } = start();
		expect(readStrip(renderer.draw(START + 123))).toBe((START + 123) % clockStrip.modulus);
		screen.lock();
		expect(readStrip(renderer.draw(START + 456))).toBe((START + 456) % clockStrip.modulus);
		screen.rotate();
		const turned = new Renderer(screen).draw(START + 789);
		expect([turned.width, turned.height]).toEqual([1560, 720]);
		expect(readStrip(turned)).toBe((START + 789) % clockStrip.modulus);
	});

	it("draws a ring in a contact's colour where the contact is", () => {
		const { screen, renderer } = start();
		expect(colourAt(renderer.draw(START), 181, 501)).toEqual([255, 255, 255]);
		screen.touch([{ id: 0, x: 181 / 360, y: 501 / 780 }]);
		expect(colourAt(renderer.draw(START), 181, 501)).toEqual([229, 72, 77]);
		screen.touch([{ id: 1, x: 181 / 360, y: 501 / 780 }]);
		expect(colourAt(renderer.draw(START), 181, 501)).toEqual([11, 132, 216]);
	});

	it("changes a button's look while it is pressed, and the whole scene's with the colour button", () => {
		const { screen, renderer } = start();
		const { x, y } = layoutScreen("portrait").buttons[1];
		const inside = [x + 20, y + 10] as const;
		const rest = colourAt(renderer.draw(START), ...inside);
		screen.touch([{ id: 0, x: (x + 60) / 360, y: (y + 40) / 780 }]);
		const pressed = colourAt(renderer.draw(START), ...inside);
		screen.touch([]);
		const released = colourAt(renderer.draw(START), ...inside);
		expect(pressed).not.toEqual(rest);
		expect(released).not.toEqual(rest);
		expect(released).not.toEqual(pressed);
	});

	it("is next to black while asleep", () => {
		const { screen, renderer } = start();
		screen.lock();
		const { pixels } = renderer.draw(START);
		let sum = 0;
		for (let at = 720 * 4 * 14; at < pixels.length; at += 4) sum += pixels[at] ?? 0;
		expect(sum / (720 * 1546)).toBeLessThan(3);
	});

	it("makes a JPEG no wider than asked for, and hides nothing from the next picture by that", () => {
		const { screen, renderer } = start();
		renderer.draw(START);
		screen.insert("seen by the screenshot first");
		const jpeg = renderer.screenshot(180);
		expect([...jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8]);
		expect(renderer.draw(START).changed).toHaveLength(2);
	});

	it("draws piece by piece exactly what it would draw at once", () => {
		const place = fc.record({
			x: fc.double({ min: 0, max: 1, noNaN: true }),
			y: fc.double({ min: 0, max: 1, noNaN: true }),
		});
		const contacts = fc.uniqueArray(fc.tuple(fc.nat(9), place), { maxLength: 3, selector: ([id]) => id });
		const action = fc.oneof(
			contacts.map((all) => (screen: PhoneScreen) => screen.touch(all.map(([id, at]) => ({ id, ...at })))),
			place.map(
				({ x, y }) =>
					(screen: PhoneScreen) =>
						screen.pointer(x, y, true),
			),
			fc.string({ maxLength: 8 }).map((text) => (screen: PhoneScreen) => screen.insert(text)),
			fc.integer({ min: -40, max: 40 }).map((by) => (screen: PhoneScreen) => screen.wheel(by, -by)),
			fc.constantFrom(
				(screen: PhoneScreen) => screen.lock(),
				(screen: PhoneScreen) => screen.edit({ type: "enter" }),
				(screen: PhoneScreen) => screen.edit({ type: "backspace" }),
			),
		);
		fc.assert(
			fc.property(fc.array(fc.tuple(action, fc.nat(200)), { minLength: 1, maxLength: 8 }), (steps) => {
				const often = start();
				const once = start();
				let now = START;
				for (const [act, pause] of steps) {
					now += pause;
					for (const { screen } of [often, once]) {
						act(screen);
						screen.advance(now);
					}
					often.renderer.draw(now);
				}
				const left = often.renderer.draw(now).pixels;
				const right = once.renderer.draw(now).pixels;
				expect(differingPixels(left, right)).toBeLessThanOrEqual(12);
			}),
			{ numRuns: 25 },
		);
	}, 60_000);
});

/** How many pixels differ by more than a curve's edge does when it is drawn in two pieces. */
function differingPixels(left: Buffer, right: Buffer): number {
	let count = 0;
	for (let at = 0; at < left.length; at += 4) {
		for (let channel = 0; channel < 3; channel++) {
			if (Math.abs((left[at + channel] ?? 0) - (right[at + channel] ?? 0)) > 24) {
				count++;
				break;
			}
		}
	}
	return count;
}
