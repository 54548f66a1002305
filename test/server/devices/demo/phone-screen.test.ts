import { beforeEach, describe, expect, it } from "vitest";
import type { Rectangle } from "../../../../server/devices/demo/geometry.ts";
import { layoutScreen } from "../../../../server/devices/demo/layout.ts";
import { PhoneScreen } from "../../../../server/devices/demo/phone-screen.ts";

let screen: PhoneScreen;
let now: number;

beforeEach(() => {
	screen = new PhoneScreen(() => now);
	now = Date.UTC(2026, 10, 20, 9, 41);
	screen.advance(now);
	screen.damage.take(2, 720, 1560);
});

function middleOf(area: Rectangle): { x: number; y: number } {
	const { width, height } = screen.size;
	return { x: (area.x + area.width / 2) / width, y: (area.y + area.height / 2) / height };
}

function tap(area: Rectangle, id = 0): void {
	screen.touch([{ id, ...middleOf(area) }]);
	screen.touch([]);
}

function pass(ms: number): void {
	for (let left = ms; left > 0; left -= 16) {
		now += Math.min(16, left);
		screen.advance(now);
	}
}

const portrait = layoutScreen("portrait");

describe("the demo's screen", () => {
	it("counts taps on its counter, of fingers and of the mouse", () => {
		tap(portrait.buttons[0]);
		tap(portrait.buttons[0], 9);
		const { x, y } = middleOf(portrait.buttons[0]);
		screen.pointer(x, y, true);
		expect(screen.counted).toBe(2);
		screen.pointer(x, y, false);
		expect(screen.counted).toBe(3);
	});

	it("does not count a finger that slid off, nor one that slid on", () => {
		const button = middleOf(portrait.buttons[0]);
		const canvas = middleOf(portrait.touchCanvas);
		screen.touch([{ id: 0, ...button }]);
		screen.touch([{ id: 0, ...canvas }]);
		screen.touch([]);
		screen.touch([{ id: 0, ...canvas }]);
		screen.touch([{ id: 0, ...button }]);
		screen.touch([]);
		expect(screen.counted).toBe(0);
	});

	it("switches its waves off and on", () => {
		expect(screen.busy).toBe(true);
		tap(portrait.wavesSwitch);
		pass(2000);
		expect(screen.wavesRunning).toBe(false);
		expect(screen.busy).toBe(false);
		tap(portrait.wavesSwitch);
		expect(screen.busy).toBe(true);
	});

	it("changes nothing while nothing moves", () => {
		tap(portrait.wavesSwitch);
		pass(2000);
		screen.damage.take(2, 720, 1560);
		pass(5000);
		expect(screen.damage.empty).toBe(true);
	});

	it("redraws only the sea while only the sea moves", () => {
		screen.advance(now + 16);
		const changed = screen.damage.take(2, 720, 1560);
		const pixels = changed.reduce((sum, area) => sum + area.width * area.height, 0);
		expect(pixels).toBeGreaterThan(0);
		expect(pixels).toBeLessThan(0.1 * 720 * 1560);
	});

	it("lets trails fade, and is at rest afterwards", () => {
		tap(portrait.wavesSwitch);
		pass(2000);
		const { x, y } = middleOf(portrait.touchCanvas);
		screen.touch([{ id: 2, x, y }]);
		screen.touch([{ id: 2, x: x + 0.1, y }]);
		screen.touch([]);
		expect(screen.busy).toBe(true);
		pass(1200);
		expect(screen.busy).toBe(false);
	});

	it("shows what is typed, and puts it into the headline with Enter", () => {
		screen.insert("Grüße, 世界");
		expect(screen.text).toBe("Grüße, 世界");
		screen.edit({ type: "backspace" });
		expect(screen.text).toBe("Grüße, 世");
		screen.edit({ type: "enter" });
		expect(screen.text).toBe("");
		expect(screen.headline).toBe("Grüße, 世");
	});

	it("clears text, count and trails with its third button", () => {
		tap(portrait.buttons[0]);
		screen.insert("hello");
		tap(portrait.buttons[2]);
		expect([screen.counted, screen.text]).toEqual([0, ""]);
	});

	it("keeps its place and turns its size when it is rotated", () => {
		screen.insert("hello");
		screen.rotate();
		expect(screen.size).toEqual({ width: 780, height: 360 });
		tap(layoutScreen("landscape").buttons[0]);
		expect([screen.counted, screen.text]).toEqual([1, "hello"]);
		screen.rotate();
		expect(screen.size).toEqual({ width: 360, height: 780 });
	});

	it("forgets fingers when it is rotated, so that none acts on what came under it", () => {
		const { x, y } = middleOf(portrait.buttons[0]);
		screen.touch([{ id: 0, x, y }]);
		screen.rotate();
		screen.touch([]);
		expect(screen.counted).toBe(0);
	});

	it("sleeps when locked, takes no text, and wakes with a touch that does nothing else", () => {
		screen.lock();
		expect([screen.asleep, screen.busy]).toEqual([true, false]);
		screen.insert("lost");
		tap(portrait.buttons[0]);
		expect([screen.asleep, screen.text, screen.counted]).toEqual([false, "", 0]);
		tap(portrait.buttons[0]);
		expect(screen.counted).toBe(1);
	});

	it("is as new after Home, but held as it was", () => {
		screen.rotate();
		screen.insert("x");
		screen.edit({ type: "enter" });
		screen.insert("y");
		tap(layoutScreen("landscape").buttons[0]);
		tap(layoutScreen("landscape").wavesSwitch);
		screen.lock();
		screen.home();
		expect(screen.asleep).toBe(false);
		expect([screen.text, screen.counted, screen.wavesRunning]).toEqual(["", 0, true]);
		expect(screen.headline).toBe(new PhoneScreen(() => now).headline);
		expect(screen.orientation).toBe("landscape-right");
	});

	it("takes ten fingers and a mouse at once", () => {
		const fingers = Array.from({ length: 10 }, (_, id) => ({ id, x: id / 10, y: 0.5 }));
		screen.touch(fingers);
		screen.pointer(0.5, 0.6, true);
		expect(screen.contacts).toBe(11);
		screen.touch(fingers.slice(3));
		expect(screen.contacts).toBe(8);
		screen.pointer(0.5, 0.6, false);
		expect(screen.contacts).toBe(7);
	});
});
