import { font } from "../fonts.ts";
import { type Brush, Part } from "./part.ts";

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
