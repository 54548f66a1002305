import type { Brush } from "./part.ts";

/** Small pictures on the buttons. */
export type Glyph = "plus" | "drop" | "sweep";

/** Paints a glyph of 18 points around a centre. */
export function paintGlyph(brush: Brush, glyph: Glyph, x: number, y: number, colour: string): void {
	brush.save();
	brush.translate(x, y);
	brush.strokeStyle = colour;
	brush.lineWidth = 1.9;
	brush.lineCap = "round";
	brush.lineJoin = "round";
	brush.beginPath();
	outlines[glyph](brush);
	brush.stroke();
	brush.restore();
}

const outlines: Record<Glyph, (brush: Brush) => void> = {
	plus(brush) {
		brush.moveTo(-6, 0);
		brush.lineTo(6, 0);
		brush.moveTo(0, -6);
		brush.lineTo(0, 6);
	},
	drop(brush) {
		brush.moveTo(0, -7.5);
		brush.bezierCurveTo(3, -3.5, 5.6, -1.4, 5.6, 2);
		brush.arc(0, 2, 5.6, 0, Math.PI);
		brush.bezierCurveTo(-5.6, -1.4, -3, -3.5, 0, -7.5);
		brush.moveTo(-2.4, 2.4);
		brush.quadraticCurveTo(-2.2, 4.6, 0, 4.9);
	},
	sweep(brush) {
		brush.moveTo(-5, -5);
		brush.lineTo(5, 5);
		brush.moveTo(5, -5);
		brush.lineTo(-5, 5);
	},
};
