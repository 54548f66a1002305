import { createCanvas } from "@napi-rs/canvas";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	drawTurned,
	inverse,
	rotatedSize,
	rotationOf,
	screenshotRotation,
	type Turn,
	toFrameMovement,
	toFramePlace,
	toPagePlace,
	turnedStyle,
	upperEdge,
} from "../../../../app/viewer/screen/frame-rotation.ts";
import type { Place } from "../../../../app/viewer/screen/geometry.ts";

const turns: readonly Turn[] = [0, 90, 180, 270];
const aTurn = fc.constantFrom<Turn>(...turns);
const part = fc.double({ min: 0, max: 1, noNaN: true });
const aPlace: fc.Arbitrary<Place> = fc.record({ x: part, y: part });
const side = fc.integer({ min: 1, max: 16384 });
const aSize = fc.record({ width: side, height: side });
const near = ({ x, y }: Place) => ({ x: expect.closeTo(x, 10), y: expect.closeTo(y, 10) });
const upright = { width: 1206, height: 2622 };
const lying = { width: 2622, height: 1206 };

describe("a place of a turned picture", () => {
	it("goes clockwise: the upper left corner is seen at the upper right, the lower right, the lower left", () => {
		expect(turns.map((turn) => toPagePlace({ x: 0, y: 0 }, turn))).toEqual([
			{ x: 0, y: 0 },
			{ x: 1, y: 0 },
			{ x: 1, y: 1 },
			{ x: 0, y: 1 },
		]);
	});

	it("is found again where it is seen, whichever turn", () => {
		fc.assert(
			fc.property(aPlace, aTurn, (place, turn) => {
				expect(toFramePlace(toPagePlace(place, turn), turn)).toEqual(near(place));
				expect(toPagePlace(toFramePlace(place, turn), turn)).toEqual(near(place));
			}),
		);
	});

	it("stays within the picture", () => {
		fc.assert(
			fc.property(aPlace, aTurn, (place, turn) => {
				for (const value of Object.values(toPagePlace(place, turn))) {
					expect(value).toBeGreaterThanOrEqual(0);
					expect(value).toBeLessThanOrEqual(1);
				}
			}),
		);
	});

	it("makes four quarters a whole", () => {
		fc.assert(
			fc.property(aPlace, (place) => {
				const whole = [1, 2, 3, 4].reduce((at) => toPagePlace(at, 90), place);
				expect(whole).toEqual(near(place));
			}),
		);
	});
});

describe("a way on a turned picture", () => {
	it("leads where the place does", () => {
		fc.assert(
			fc.property(aPlace, aPlace, aTurn, (from, to, turn) => {
				const way = toFrameMovement({ dx: to.x - from.x, dy: to.y - from.y }, turn);
				const [start, end] = [toFramePlace(from, turn), toFramePlace(to, turn)];
				expect({ x: start.x + way.dx, y: start.y + way.dy }).toEqual(near(end));
			}),
		);
	});

	it("has no negative nought, whichever turn", () => {
		for (const turn of turns) expect(toFrameMovement({ dx: 0, dy: 0 }, turn)).toEqual({ dx: 0, dy: 0 });
	});
});

describe("a size and an edge", () => {
	it("turn with the picture and back", () => {
		fc.assert(
			fc.property(aSize, aTurn, (size, turn) => {
				expect(rotatedSize(rotatedSize(size, turn), inverse(turn))).toEqual(size);
			}),
		);
		expect(turns.map((turn) => rotatedSize(upright, turn))).toEqual([upright, lying, upright, lying]);
	});

	it("is the upper one where its middle is seen at the top", () => {
		const middles = {
			top: { x: 0.5, y: 0 },
			left: { x: 0, y: 0.5 },
			bottom: { x: 0.5, y: 1 },
			right: { x: 1, y: 0.5 },
		};
		for (const turn of turns) expect(toPagePlace(middles[upperEdge(turn)], turn)).toEqual(middles.top);
	});

	it("keeps a picture that is not turned free of transforms, which would blur it", () => {
		expect(turnedStyle(0)).toEqual({ width: "100%", height: "100%" });
	});
});

describe("by how much a picture is turned", () => {
	it("is what the device says", () => {
		expect(rotationOf(upright, { pixels: upright })).toBe(0);
		for (const rotation of [90, 180, 270] as const) {
			expect(rotationOf(upright, { pixels: upright, rotation })).toBe(rotation);
			expect(rotationOf({ width: 480, height: 1043 }, { pixels: upright, rotation })).toBe(rotation);
		}
	});

	it("is taken back from a screenshot that comes as the device is held, since all of them are turned after that", () => {
		expect(screenshotRotation(upright, { pixels: upright, rotation: 270 })).toBe(0);
		expect(screenshotRotation(lying, { pixels: upright, rotation: 270 })).toBe(90);
		expect(screenshotRotation(lying, { pixels: upright, rotation: 90 })).toBe(270);
		expect(screenshotRotation(lying, { pixels: upright })).toBe(0);
	});

	it("is nothing where the picture lies already", () => {
		expect(rotationOf(lying, { pixels: upright, rotation: 270 })).toBe(0);
		expect(rotationOf(lying, { pixels: upright, rotation: 180 })).toBe(180);
	});
});

it("with 270, as in landscape-left, the device's top is seen at the left", () => {
	expect(toPagePlace({ x: 0.5, y: 0 }, 270)).toEqual({ x: 0, y: 0.5 });
});

const size = { width: 3, height: 4 };

/** A picture in which every pixel has a colour of its own. */
function colourful() {
	const canvas = createCanvas(size.width, size.height);
	const context = canvas.getContext("2d");
	for (let y = 0; y < size.height; y++) {
		for (let x = 0; x < size.width; x++) {
			context.fillStyle = `rgb(${x * 80}, ${y * 60}, 100)`;
			context.fillRect(x, y, 1, 1);
		}
	}
	return canvas;
}

describe("a picture drawn on a canvas", () => {
	it.each<Turn>([0, 90, 180, 270])("turned by %i degrees has every pixel where it is to be seen", (turn) => {
		const canvas = createCanvas(1, 1);
		const picture = colourful() as unknown as CanvasImageSource;
		drawTurned(canvas as unknown as HTMLCanvasElement, picture, size, turn);
		const { width, height } = rotatedSize(size, turn);
		expect([canvas.width, canvas.height]).toEqual([width, height]);
		const context = canvas.getContext("2d");
		for (let y = 0; y < size.height; y++) {
			for (let x = 0; x < size.width; x++) {
				const seen = toPagePlace({ x: (x + 0.5) / size.width, y: (y + 0.5) / size.height }, turn);
				const at = [Math.floor(seen.x * width), Math.floor(seen.y * height)] as const;
				expect([...context.getImageData(...at, 1, 1).data]).toEqual([x * 80, y * 60, 100, 255]);
			}
		}
	});
});
