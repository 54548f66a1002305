import { paper } from "../palette.ts";
import { type Rectangle, rectangle } from "../rectangle.ts";
import { type Brush, Part } from "./part.ts";

/** The paper that carries the controls. */
export class Sheet extends Part {
	corners: readonly [number, number, number, number] = [0, 0, 0, 0];
	homeIndicator: Rectangle = rectangle(0, 0, 0, 0);

	paint(brush: Brush): void {
		const { x, y, width, height } = this.bounds;
		brush.fillStyle = paper.sheet;
		brush.beginPath();
		brush.roundRect(x, y, width, height, [...this.corners]);
		brush.fill();
		const bar = this.homeIndicator;
		brush.fillStyle = paper.ink;
		brush.beginPath();
		brush.roundRect(bar.x, bar.y, bar.width, bar.height, bar.height / 2);
		brush.fill();
	}
}
