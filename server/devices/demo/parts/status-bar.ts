import { font } from "../fonts.ts";
import { rectangle } from "../rectangle.ts";
import { type Brush, Part } from "./part.ts";

/** Clock and the little signs at the top. */
export class StatusBar extends Part {
	#time = "";

	/** Shows a time of day; true when it reads differently from before. */
	show(now: number): boolean {
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
