import { describe, expect, it } from "vitest";
import { InputSender } from "../../../../app/viewer/input/input-sender.ts";
import type { FingerPair } from "../../../../app/viewer/input/mirrored-fingers.ts";
import { attachPointer, notchesOf, scrollOf } from "../../../../app/viewer/input/pointer.ts";
import type { Turn } from "../../../../app/viewer/screen/frame-rotation.ts";
import { ViewZoom } from "../../../../app/viewer/screen/view-zoom.ts";
import { Store } from "../../../../app/viewer/store.ts";
import type { DeviceDescription } from "../../../../signaling/protocol/device.ts";
import type { ViewerMessage } from "../../../../signaling/protocol/input.ts";
import { describeDevice } from "../../../support/signaling-harness.ts";

/** A screen of 200 × 100 CSS pixels at 10, 20 of the window. */
class Screen extends EventTarget {
	readonly captured: number[] = [];

	setPointerCapture(id: number): void {
		this.captured.push(id);
	}

	getBoundingClientRect() {
		return { left: 10, top: 20, width: 200, height: 100, right: 210, bottom: 120 };
	}

	/** Whether the browser would still have acted on it itself. */
	fire(type: string, fields: object = {}): boolean {
		const at = { clientX: 110, clientY: 70, buttons: 0, pointerId: 1, pointerType: "mouse" };
		return this.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), at, fields));
	}
}

function setUp(inputs: DeviceDescription["inputs"], { through = true, turn = 0 as Turn } = {}) {
	const sent: ViewerMessage[] = [];
	const screen = new Screen();
	const keys = new EventTarget();
	let presses = 0;
	const detach = attachPointer(screen as unknown as HTMLElement, {
		input: new InputSender(
			(message) => sent.push(message) > 0,
			() => () => {},
		),
		zoom: new ViewZoom(),
		fingers: new Store<FingerPair | undefined>(undefined),
		keys,
		device: () => describeDevice("demo", { inputs }),
		turn: () => turn,
		pixels: () => ({ width: 400, height: 200 }),
		pixelRatio: () => 1,
		touchThrough: () => through,
		onPress: () => presses++,
	});
	return { sent, screen, detach, presses: () => presses };
}

describe("attachPointer", () => {
	it("tells where the mouse is and which buttons it holds, and keeps it while it drags outside", () => {
		const { sent, screen, presses } = setUp(["pointer"]);
		screen.fire("pointermove");
		screen.fire("pointerdown", { buttons: 1 });
		screen.fire("pointermove", { clientX: 500, clientY: 45, buttons: 5 });
		screen.fire("pointerup", { clientX: 500, clientY: 45 });
		expect(sent).toEqual([
			{ type: "pointer", x: 0.5, y: 0.5, buttons: 0 },
			{ type: "pointer", x: 0.5, y: 0.5, buttons: 1 },
			{ type: "pointer", x: 1, y: 0.25, buttons: 5 },
			{ type: "pointer", x: 1, y: 0.25, buttons: 0 },
		]);
		expect(screen.captured).toEqual([1]);
		expect(presses()).toBe(1);
	});

	it("leaves out buttons that devices do not know, and lets go when the browser takes the pointer away", () => {
		const { sent, screen } = setUp(["pointer"]);
		screen.fire("pointerdown", { buttons: 32 + 2 });
		screen.fire("pointercancel", { buttons: 2 });
		expect(sent.map((message) => message.type === "pointer" && message.buttons)).toEqual([2, 0]);
	});

	it("has all five buttons for the device, and none for the browser", () => {
		const { sent, screen } = setUp(["pointer"]);
		screen.fire("pointerdown", { buttons: 31 });
		expect(sent).toEqual([{ type: "pointer", x: 0.5, y: 0.5, buttons: 31 }]);
		for (const type of ["mousedown", "mouseup", "auxclick", "contextmenu"]) {
			for (const button of [1, 2, 3, 4]) expect(screen.fire(type, { button })).toBe(false);
		}
	});

	it("makes a finger of the mouse on a device that only knows touch", () => {
		const { sent, screen } = setUp(["touch"]);
		screen.fire("pointermove");
		screen.fire("pointerdown", { buttons: 1 });
		screen.fire("pointerup");
		screen.fire("pointermove");
		expect(sent).toEqual([
			{ type: "touch", contacts: [{ id: 0, x: 0.5, y: 0.5 }] },
			{ type: "touch", contacts: [] },
		]);
	});

	it("sends fingers as contacts, without taking the keyboard", () => {
		const { sent, screen, presses } = setUp(["pointer", "touch"]);
		const touch = { pointerType: "touch" };
		screen.fire("pointerdown", { ...touch, pointerId: 4 });
		screen.fire("pointerdown", { ...touch, pointerId: 5, clientX: 60 });
		screen.fire("pointerup", { ...touch, pointerId: 4 });
		expect(sent.map((message) => message.type === "touch" && message.contacts.map(({ id }) => id))).toEqual([
			[0],
			[0, 1],
			[1],
		]);
		expect(presses()).toBe(0);
	});

	it("sends a finger as it is to a device that knows no touch, for the host to convert", () => {
		const { sent, screen } = setUp(["pointer"]);
		screen.fire("pointerdown", { pointerType: "touch" });
		screen.fire("pointerup", { pointerType: "touch" });
		expect(sent).toEqual([
			{ type: "touch", contacts: [{ id: 0, x: 0.5, y: 0.5 }] },
			{ type: "touch", contacts: [] },
		]);
	});

	it("scrolls the device, in its own pixels, instead of the page", () => {
		const { sent, screen } = setUp(["wheel"]);
		expect(screen.fire("wheel", { deltaX: 0, deltaY: 30, deltaMode: 0, shiftKey: false })).toBe(false);
		expect(sent).toEqual([{ type: "wheel", x: 0.5, y: 0.5, dx: 0, dy: 60 }]);
	});

	it("lets the page scroll where the device cannot", () => {
		const { sent, screen } = setUp(["touch"]);
		expect(screen.fire("wheel", { deltaX: 0, deltaY: 30, deltaMode: 0, shiftKey: false })).toBe(true);
		expect(sent).toEqual([]);
	});

	it.each([
		// A quarter of the way from the left, at the upper edge.
		[90, { x: 0, y: 0.75 }, { dx: 60, dy: 0 }],
		[180, { x: 0.75, y: 1 }, { dx: 0, dy: -60 }],
		[270, { x: 1, y: 0.25 }, { dx: -60, dy: 0 }],
	] as const)("finds the place and the way in a picture that is turned by %i degrees", (turn, at, way) => {
		const upper = { clientX: 60, clientY: 20 };
		const pointer = setUp(["pointer", "wheel"], { turn });
		pointer.screen.fire("pointermove", upper);
		pointer.screen.fire("wheel", { ...upper, deltaX: 0, deltaY: 30, deltaMode: 0, shiftKey: false });
		expect(pointer.sent).toEqual([
			{ type: "pointer", ...at, buttons: 0 },
			{ type: "wheel", ...at, ...way },
		]);
		const touch = setUp(["touch"], { turn });
		touch.screen.fire("pointerdown", { ...upper, pointerType: "touch" });
		expect(touch.sent).toEqual([{ type: "touch", contacts: [{ id: 0, ...at }] }]);
	});

	it("keeps the browser's own menu and drags away", () => {
		const { screen } = setUp(["pointer"]);
		for (const type of ["contextmenu", "mousedown", "dragstart"]) expect(screen.fire(type)).toBe(false);
	});

	it("stops when detached", () => {
		const { sent, screen, detach } = setUp(["pointer"]);
		detach();
		screen.fire("pointerdown", { buttons: 1 });
		expect(sent).toEqual([]);
	});
});

const shown = { width: 640, height: 360 };
const pixels = { width: 1280, height: 720 };
const still = { deltaX: 0, deltaY: 0, deltaMode: 0, shiftKey: false };

describe("scrollOf", () => {
	it("scales CSS pixels as the screen is scaled", () => {
		expect(scrollOf({ ...still, deltaX: 10, deltaY: -50 }, shown, pixels)).toEqual({ dx: 20, dy: -100 });
	});

	it("turns lines and pages into pixels", () => {
		expect(scrollOf({ ...still, deltaY: 3, deltaMode: 1 }, shown, shown)).toEqual({ dx: 0, dy: 120 });
		expect(scrollOf({ ...still, deltaY: 1, deltaMode: 2 }, shown, pixels)).toEqual({ dx: 0, dy: 720 });
	});

	it("turns a wheel sideways with Shift, unless the browser already did", () => {
		expect(scrollOf({ ...still, deltaY: 5, shiftKey: true }, shown, shown)).toEqual({ dx: 5, dy: 0 });
		expect(scrollOf({ ...still, deltaX: 5, deltaY: 1, shiftKey: true }, shown, shown)).toEqual({
			dx: 5,
			dy: 1,
		});
	});

	it("never scrolls further than one message may", () => {
		expect(scrollOf({ ...still, deltaY: -1e9 }, shown, pixels)).toEqual({ dx: 0, dy: -10_000 });
	});

	it("takes a screen that is not laid out yet", () => {
		expect(scrollOf({ ...still, deltaY: 7 }, { width: 0, height: 0 }, pixels)).toEqual({ dx: 0, dy: 7 });
	});
});

describe("notchesOf", () => {
	const notches = (event: object, pixelRatio = 1) => notchesOf({ ...still, ...event }, pixelRatio);

	it.each([53, 100, 120])("takes %i pixels for a notch, and twice as many for two", (deltaY) => {
		expect(notches({ deltaY })).toEqual({ dx: 0, dy: 1 });
		expect(notches({ deltaY: -2 * deltaY })).toEqual({ dx: 0, dy: -2 });
		expect(notches({ deltaX: deltaY })).toEqual({ dx: 1, dy: 0 });
		expect(notches({ deltaY, shiftKey: true })).toEqual({ dx: 1, dy: 0 });
	});

	it("takes a notch for one on a zoomed page and a scaled screen", () => {
		expect(notches({ deltaY: 80 }, 1.25)).toEqual({ dx: 0, dy: 1 });
		expect(notches({ deltaY: 90.909_09 }, 1.1)).toEqual({ dx: 0, dy: 1 });
	});

	it("believes what the browser counts where the user has changed how far a notch scrolls", () => {
		expect(notches({ deltaY: 57, wheelDeltaY: -120 })).toEqual({ dx: 0, dy: 1 });
		expect(notches({ deltaY: -171, wheelDeltaY: 360 })).toEqual({ dx: 0, dy: -3 });
	});

	it("takes three lines for a notch", () => {
		expect(notches({ deltaY: 3, deltaMode: 1 })).toEqual({ dx: 0, dy: 1 });
		expect(notches({ deltaY: 1, deltaMode: 1 })?.dy).toBeCloseTo(1 / 3);
	});

	it("leaves pixels of touch pads, pages and nothing at all alone", () => {
		expect(notches({ deltaY: 40, wheelDeltaY: -120 })).toBeUndefined();
		expect(notches({ deltaY: 7 })).toBeUndefined();
		expect(notches({ deltaY: 1, wheelDeltaY: -120 })).toBeUndefined();
		expect(notches({ deltaX: 100, deltaY: 7 })).toBeUndefined();
		expect(notches({ deltaY: 1, deltaMode: 2 })).toBeUndefined();
		expect(notches({})).toBeUndefined();
	});
});
