import { type Canvas, createCanvas, ImageData, type SKRSContext2D } from "@napi-rs/canvas";
import type { DeviceBezel, Size } from "../../../../signaling/protocol/device.ts";
import type { Pixels, SimulatorAddon } from "../../../native/addon.ts";
import { withNativeErrors } from "../../native-errors.ts";
import { simulatorError } from "../errors.ts";
import { buttonId, type ChromeLayout } from "./chrome-layout.ts";

/** A PNG of a bezel is at most so long, bytes. */
export const MAX_IMAGE_BYTES = 512 * 1024;

/** Pixels a point, sharpest first: the first one whose PNG is small enough is used. */
const SCALES = [2, 1.5, 1] as const;

export interface BezelImageParts {
	readonly layout: ChromeLayout;
	readonly bezel: DeviceBezel;
	/** Draws a PDF of the bezel's bundle. Throws PortholeError. */
	readonly draw: (image: string, scale: number) => Canvas;
	/** Draws what is opaque where the screen is seen; absent: the device type has no mask. */
	readonly drawMask?: (scale: number) => Canvas;
}

/** An image of the bezel as a PNG of at most 512 KiB, by its name. Throws PortholeError `no-such-bezel-image`. */
export function bezelImage(parts: BezelImageParts, name: string): Uint8Array {
	for (const scale of SCALES) {
		const png = drawn(parts, name, scale).encodeSync("png");
		if (png.length <= MAX_IMAGE_BYTES) return png;
	}
	throw simulatorError("no-such-bezel-image", `The image ${name} of this bezel is too large.`);
}

/** Size of a bezel's images, points: of its one image, or of its pieces around a screen of `screen` points. */
export function bezelSize(
	layout: ChromeLayout,
	draw: BezelImageParts["draw"],
	screen: Size | undefined,
): Size | undefined {
	if (layout.composite !== undefined) {
		const { width, height } = draw(layout.composite, 1);
		return { width, height };
	}
	if (!layout.slices || !screen) return undefined;
	const { left, top, right, bottom } = layout.insets;
	return { width: left + screen.width + right, height: top + screen.height + bottom };
}

function drawn(parts: BezelImageParts, name: string, scale: number): Canvas {
	const { bezel } = parts;
	if (name === "bare" || name === "bezel") {
		const canvas = createCanvas(Math.ceil(bezel.width * scale), Math.ceil(bezel.height * scale));
		const context = canvas.getContext("2d");
		const withButtons = name === "bezel";
		if (withButtons) drawButtons(parts, context, scale, false);
		drawBody(parts, context, scale);
		if (withButtons) drawButtons(parts, context, scale, true);
		return canvas;
	}
	if (name === "mask") return drawnMask(parts, scale);
	const [, id, pressed] = /^button-(.+?)(-pressed)?$/.exec(name) ?? [];
	const button = parts.layout.buttons.find((one) => buttonId(one.name) === id);
	const known = bezel.buttons.some((one) => one.id === id);
	if (!button || !known || (pressed && button.imageDown === undefined))
		throw simulatorError("no-such-bezel-image", `This device's bezel has no image "${name}".`);
	if (!pressed || button.imageDown === undefined) return parts.draw(button.image, scale);
	const down = parts.draw(button.imageDown, scale);
	if (button.downReplaces) return down;
	const rest = parts.draw(button.image, scale);
	rest.getContext("2d").drawImage(down, 0, 0);
	return rest;
}

function drawnMask({ bezel, drawMask }: BezelImageParts, scale: number): Canvas {
	const { width, height } = bezel.screen;
	const canvas = createCanvas(Math.max(1, Math.ceil(width * scale)), Math.max(1, Math.ceil(height * scale)));
	const context = canvas.getContext("2d");
	if (drawMask) {
		context.drawImage(drawMask(scale), 0, 0, canvas.width, canvas.height);
		return canvas;
	}
	context.beginPath();
	context.roundRect(0, 0, canvas.width, canvas.height, bezel.radius * scale);
	context.fill();
	return canvas;
}

function drawButtons(parts: BezelImageParts, context: SKRSContext2D, scale: number, above: boolean): void {
	for (const { id, box, above: isAbove } of parts.bezel.buttons) {
		const button = parts.layout.buttons.find((one) => buttonId(one.name) === id);
		if (!button || isAbove !== above) continue;
		context.drawImage(
			parts.draw(button.image, scale),
			box.x * scale,
			box.y * scale,
			box.width * scale,
			box.height * scale,
		);
	}
}

/** The one image, or its pieces: corners as they are, edges stretched between them. */
function drawBody({ layout, bezel, draw }: BezelImageParts, context: SKRSContext2D, scale: number): void {
	const [width, height] = [bezel.width * scale, bezel.height * scale];
	if (layout.composite !== undefined) {
		context.drawImage(draw(layout.composite, scale), 0, 0, width, height);
		return;
	}
	if (!layout.slices) return;
	const piece = (name: keyof typeof layout.slices) => draw(layout.slices?.[name] ?? "", scale);
	const [topLeft, topRight] = [piece("topLeft"), piece("topRight")];
	const [bottomLeft, bottomRight] = [piece("bottomLeft"), piece("bottomRight")];
	const [top, right, bottom, left] = [piece("top"), piece("right"), piece("bottom"), piece("left")];
	context.drawImage(topLeft, 0, 0);
	context.drawImage(topRight, width - topRight.width, 0);
	context.drawImage(bottomLeft, 0, height - bottomLeft.height);
	context.drawImage(bottomRight, width - bottomRight.width, height - bottomRight.height);
	const across = width - topLeft.width - topRight.width;
	const under = width - bottomLeft.width - bottomRight.width;
	context.drawImage(top, topLeft.width, 0, across, top.height);
	context.drawImage(bottom, bottomLeft.width, height - bottom.height, under, bottom.height);
	const downLeft = height - topLeft.height - bottomLeft.height;
	const downRight = height - topRight.height - bottomRight.height;
	context.drawImage(left, 0, topLeft.height, left.width, downLeft);
	context.drawImage(right, width - right.width, topRight.height, right.width, downRight);
}

/** Largest side of an image, pixels. */
const MAX_SIDE = 8192;

/** Draws the first page of a PDF, in pixels a point. Throws PortholeError `unreadable-pdf`. */
export function drawPdf(renderPdf: SimulatorAddon["renderPdf"], path: string, scale: number): Canvas {
	return canvasOf(withNativeErrors(() => renderPdf(path, scale)));
}

/** RGBA with premultiplied alpha, as renderers give it, on a canvas. */
function canvasOf({ width, height, data }: Pixels): Canvas {
	const [columns, rows] = [Math.min(width, MAX_SIDE), Math.min(height, MAX_SIDE)];
	const straight = new Uint8ClampedArray(columns * rows * 4);
	for (let row = 0; row < rows; row++) {
		for (let column = 0; column < columns; column++) {
			const from = (row * width + column) * 4;
			const to = (row * columns + column) * 4;
			const alpha = data[from + 3] ?? 0;
			if (alpha === 0) continue;
			for (let channel = 0; channel < 3; channel++)
				straight[to + channel] = ((data[from + channel] ?? 0) * 255) / alpha;
			straight[to + 3] = alpha;
		}
	}
	const canvas = createCanvas(columns, rows);
	canvas.getContext("2d").putImageData(new ImageData(straight, columns, rows), 0, 0);
	return canvas;
}
