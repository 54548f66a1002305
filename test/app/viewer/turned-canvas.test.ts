import { createCanvas } from "@napi-rs/canvas";
import { describe, expect, it } from "vitest";
import { seenPlace, type Turn, turnedSize } from "../../../app/viewer/picture-turn.ts";
import { drawTurned } from "../../../app/viewer/turned-canvas.ts";

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
		const { width, height } = turnedSize(size, turn);
		expect([canvas.width, canvas.height]).toEqual([width, height]);
		const context = canvas.getContext("2d");
		for (let y = 0; y < size.height; y++) {
			for (let x = 0; x < size.width; x++) {
				const seen = seenPlace({ x: (x + 0.5) / size.width, y: (y + 0.5) / size.height }, turn);
				const at = [Math.floor(seen.x * width), Math.floor(seen.y * height)] as const;
				expect([...context.getImageData(...at, 1, 1).data]).toEqual([x * 80, y * 60, 100, 255]);
			}
		}
	});
});
