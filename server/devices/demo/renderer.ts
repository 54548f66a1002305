import { createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { clockStrip, drawClockStrip } from "./clock-strip.ts";
import { type Rectangle, rectangle } from "./geometry.ts";
import { SCALE } from "./layout.ts";
import type { PhoneScreen } from "./phone-screen.ts";

/** A frame of the screen and what differs from the one before. */
export interface Frame {
	/** RGBA, rows tightly packed; valid until the next drawing. */
	readonly pixels: Buffer;
	readonly width: number;
	readonly height: number;
	readonly changed: readonly Rectangle[];
}

/** Draws the screen into pixels, only where it changed: reading a canvas costs 6 ns a pixel. */
export class Renderer {
	readonly width: number;
	readonly height: number;
	readonly #screen: PhoneScreen;
	readonly #brush: SKRSContext2D;
	readonly #pixels: Buffer;
	#notYetShown: Rectangle[] = [];

	/** For the screen as it is held now; when it turns, a new renderer is needed. */
	constructor(screen: PhoneScreen) {
		this.#screen = screen;
		this.width = screen.size.width * SCALE;
		this.height = screen.size.height * SCALE;
		this.#brush = createCanvas(this.width, this.height).getContext("2d");
		this.#pixels = Buffer.alloc(this.width * this.height * 4);
		screen.damage.add(rectangle(0, 0, screen.size.width, screen.size.height));
	}

	/**
	 * Draws what changed since the last frame, and the clock strip for a time even when
	 * nothing did.
	 */
	draw(time: number): Frame {
		this.#update();
		drawClockStrip(this.#pixels, this.width * 4, time);
		const strip = rectangle(0, 0, clockStrip.cell * clockStrip.cells, clockStrip.cell);
		const changed = [...this.#notYetShown.splice(0), strip];
		return { pixels: this.#pixels, width: this.width, height: this.height, changed };
	}

	/** The screen as a JPEG of at most `widest` pixels across. */
	screenshot(widest: number): Uint8Array {
		this.#update();
		const scale = Math.min(1, widest / this.width);
		const card = createCanvas(Math.round(this.width * scale), Math.round(this.height * scale));
		card.getContext("2d").drawImage(this.#brush.canvas, 0, 0, card.width, card.height);
		return card.encodeSync("jpeg", 82);
	}

	#update(): void {
		const areas = this.#screen.damage.take(SCALE, this.width, this.height);
		// The first read after a painting costs 0.1 ms more, so all painting comes first.
		for (const area of areas) this.#paint(area);
		for (const area of areas) this.#read(area);
		this.#notYetShown.push(...areas);
		// Stills may be taken for hours before a frame is.
		if (this.#notYetShown.length > 32) this.#notYetShown = [rectangle(0, 0, this.width, this.height)];
	}

	#paint(area: Rectangle): void {
		const brush = this.#brush;
		brush.save();
		brush.beginPath();
		brush.rect(area.x, area.y, area.width, area.height);
		brush.clip();
		brush.scale(SCALE, SCALE);
		const points = rectangle(area.x / SCALE, area.y / SCALE, area.width / SCALE, area.height / SCALE);
		this.#screen.paint(brush, points);
		brush.restore();
	}

	#read(area: Rectangle): void {
		const { data } = this.#brush.getImageData(area.x, area.y, area.width, area.height);
		const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
		const row = area.width * 4;
		for (let y = 0; y < area.height; y++) {
			bytes.copy(this.#pixels, ((area.y + y) * this.width + area.x) * 4, y * row, (y + 1) * row);
		}
	}
}
