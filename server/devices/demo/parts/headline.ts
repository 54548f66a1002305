import { font } from "../fonts.ts";
import { type Brush, Part } from "./part.ts";

const INVITATION = "Live. Touch it, type on it.";

/** Title over the sky, and below it what was typed last. */
export class Headline extends Part {
	#line = INVITATION;

	/** Shows a typed line; an empty one brings the invitation back. */
	say(line: string): void {
		this.#line = line.trim() || INVITATION;
		this.changed();
	}

	get line(): string {
		return this.#line;
	}

	paint(brush: Brush): void {
		const { x, y, width } = this.bounds;
		brush.textBaseline = "alphabetic";
		brush.fillStyle = "#ffffff";
		brush.font = font(700, 29);
		brush.letterSpacing = "-0.6px";
		brush.fillText("Demo phone", x, y + 28);
		brush.letterSpacing = "0px";
		brush.font = font(500, 15);
		brush.fillStyle = "rgba(255, 255, 255, 0.88)";
		brush.fillText(this.#shortened(brush, width), x, y + 53);
	}

	#shortened(brush: Brush, width: number): string {
		if (brush.measureText(this.#line).width <= width) return this.#line;
		const characters = Array.from(new Intl.Segmenter().segment(this.#line), (part) => part.segment);
		while (characters.length > 0 && brush.measureText(`${characters.join("")}…`).width > width)
			characters.pop();
		return `${characters.join("")}…`;
	}
}
