import { font } from "../fonts.ts";
import { type Brush, Part } from "./part.ts";

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
