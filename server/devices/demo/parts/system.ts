import type { MonotonicTime, WallTime } from "../../../../signaling/protocol/time.ts";
import { rectangle } from "../geometry.ts";
import { font } from "../theme.ts";
import { type Brush, Part } from "./part.ts";

/** Clock and the little signs at the top. */
export class StatusBar extends Part {
	#time = "";

	/** Shows a time of day; true when it reads differently from before. */
	show(now: WallTime): boolean {
		const date = new Date(now);
		const time = `${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;
		if (time === this.#time) return false;
		this.#time = time;
		this.changed();
		return true;
	}

	get time(): string {
		return this.#time;
	}

	paint(brush: Brush): void {
		const { x, y, width, height } = this.bounds;
		const middle = y + height / 2 + 3;
		brush.fillStyle = "#ffffff";
		brush.font = font(600, 15.5);
		brush.fontVariantNumeric = "tabular-nums";
		brush.textBaseline = "alphabetic";
		brush.fillText(this.#time, x + 28, middle + 5.5);
		const right = x + width - 26;
		paintBattery(brush, right - 26, middle);
		paintWireless(brush, right - 42, middle + 5);
		paintSignal(brush, right - 74, middle + 5.5);
	}
}

function paintSignal(brush: Brush, x: number, bottom: number): void {
	for (const [index, height] of [4, 6.2, 8.6, 11].entries()) {
		const bar = rectangle(x + index * 4.6, bottom - height, 3.1, height);
		brush.beginPath();
		brush.roundRect(bar.x, bar.y, bar.width, bar.height, 1);
		brush.fill();
	}
}

function paintWireless(brush: Brush, x: number, bottom: number): void {
	brush.strokeStyle = "#ffffff";
	brush.lineCap = "butt";
	brush.lineWidth = 2;
	for (const radius of [5.4, 9.2]) {
		brush.beginPath();
		brush.arc(x, bottom, radius, Math.PI * 1.25, Math.PI * 1.75);
		brush.stroke();
	}
	brush.beginPath();
	brush.moveTo(x, bottom + 0.5);
	brush.arc(x, bottom, 3, Math.PI * 1.25, Math.PI * 1.75);
	brush.closePath();
	brush.fill();
}

function paintBattery(brush: Brush, x: number, middle: number): void {
	brush.strokeStyle = "rgba(255, 255, 255, 0.55)";
	brush.lineWidth = 1;
	brush.beginPath();
	brush.roundRect(x + 0.5, middle - 5.5, 22, 11, 3.4);
	brush.stroke();
	brush.beginPath();
	brush.roundRect(x + 2.2, middle - 3.8, 15.6, 7.6, 2);
	brush.fill();
	brush.fillStyle = "rgba(255, 255, 255, 0.55)";
	brush.beginPath();
	brush.roundRect(x + 23.8, middle - 2, 1.6, 4, 0.8);
	brush.fill();
	brush.fillStyle = "#ffffff";
}

/** What is seen while the device sleeps: next to nothing. */
export class LockScreen extends Part {
	#time = "";

	/** The time of day to show; drawn again when it is seen now. */
	tell(time: string, seen: boolean): void {
		this.#time = time;
		if (seen) this.changed();
	}

	paint(brush: Brush): void {
		const { x, y, width, height } = this.bounds;
		brush.fillStyle = "#000000";
		brush.fillRect(x, y, width, height);
		const middle = x + width / 2;
		brush.textAlign = "center";
		brush.textBaseline = "alphabetic";
		brush.fillStyle = "#8b8e99";
		brush.font = font(600, 64);
		brush.letterSpacing = "-2px";
		brush.fillText(this.#time, middle, y + height * 0.34);
		brush.letterSpacing = "0px";
		brush.font = font(400, 15);
		brush.fillText("Asleep. Touch to wake.", middle, y + height * 0.34 + 34);
	}
}

/** What is seen while the device starts. */
export class BootScreen extends Part {
	paint(brush: Brush): void {
		const { x, y, width, height } = this.bounds;
		const middle = { x: x + width / 2, y: y + height / 2 };
		brush.fillStyle = "#05060a";
		brush.fillRect(x, y, width, height);
		brush.strokeStyle = "#e8eaf0";
		brush.lineWidth = 6;
		brush.beginPath();
		brush.arc(middle.x, middle.y - 24, 34, 0, 2 * Math.PI);
		brush.stroke();
		brush.lineWidth = 3;
		brush.beginPath();
		brush.moveTo(middle.x - 30, middle.y - 18);
		brush.bezierCurveTo(
			middle.x - 12,
			middle.y - 34,
			middle.x + 10,
			middle.y - 2,
			middle.x + 30,
			middle.y - 20,
		);
		brush.stroke();
		brush.textAlign = "center";
		brush.textBaseline = "alphabetic";
		brush.fillStyle = "#9aa0ac";
		brush.font = font(500, 15);
		brush.fillText("Starting…", middle.x, middle.y + 52);
	}
}

/** From silence to the loudest. */
const VOLUME_STEPS = 16;
/** How long the level is seen after a change, ms. */
const VOLUME_SEEN = 1_500;

/** Dark around the level, points. */
const EDGE = 5;

/** How loud the phone would be; seen for a moment after each change. */
export class VolumeLevel extends Part {
	#level = VOLUME_STEPS / 2;
	#now = 0;
	#until = 0;

	get level(): number {
		return this.#level;
	}

	/** It will disappear by itself. */
	get busy(): boolean {
		return this.#until > 0;
	}

	change(by: number): void {
		this.#level = Math.min(VOLUME_STEPS, Math.max(0, this.#level + by));
		this.#until = this.#now + VOLUME_SEEN;
		this.changed();
	}

	advance(now: MonotonicTime): void {
		this.#now = now;
		if (this.#until === 0 || now < this.#until) return;
		this.#until = 0;
		this.changed();
	}

	paint(brush: Brush): void {
		if (this.#until === 0) return;
		const { bounds } = this;
		brush.fillStyle = "#16181f";
		brush.beginPath();
		brush.roundRect(bounds.x, bounds.y, bounds.width, bounds.height, 16);
		brush.fill();
		const { x, y, width, height } = rectangle(
			bounds.x + EDGE,
			bounds.y + EDGE,
			bounds.width - 2 * EDGE,
			bounds.height - 2 * EDGE,
		);
		const share = this.#level / VOLUME_STEPS;
		const filled =
			height > width
				? rectangle(x, y + height * (1 - share), width, height * share)
				: rectangle(x, y, width * share, height);
		brush.beginPath();
		brush.roundRect(x, y, width, height, 11);
		brush.clip();
		brush.fillStyle = "#4a4e58";
		brush.fillRect(x, y, width, height);
		brush.fillStyle = "#ffffff";
		brush.fillRect(filled.x, filled.y, filled.width, filled.height);
	}
}
