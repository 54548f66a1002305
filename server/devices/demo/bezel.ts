import { createHash } from "node:crypto";
import { type Canvas, createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import type { DeviceBezel } from "../../../signaling/protocol/device.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { layoutScreen } from "./layout.ts";

/** How far the buttons stand out of the body, points; the bezel has room for them on both sides. */
const PROUD = 3;
/** Between the screen and the outside of the body, points. */
const RIM = 13;
const { width: screenWidth, height: screenHeight } = layoutScreen("portrait").screen;
const width = screenWidth + 2 * (RIM + PROUD);

/** What the body is drawn from, points of the bezel. */
const body = {
	box: { x: PROUD, y: 0, width: screenWidth + 2 * RIM, height: screenHeight + 2 * RIM },
	/** Of metal around the glass. */
	band: 4,
	/** Raised with every change of the drawing that these numbers do not tell of. */
	drawing: 2,
} as const;

const geometry = {
	width,
	height: body.box.height,
	screen: { x: PROUD + RIM, y: RIM, width: screenWidth, height: screenHeight },
	radius: 42,
	buttons: [sideButton("volume-up", "left", 178, 56), sideButton("volume-down", "left", 248, 56)].concat(
		sideButton("lock", "right", 206, 88),
	),
};

/** The demo's bezel: a phone with its lock at the right and its volume at the left. */
export const demoBezel: DeviceBezel = {
	...geometry,
	version: createHash("sha256").update(JSON.stringify({ geometry, body })).digest("hex").slice(0, 16),
};

/** A button that lies under the body's edge and comes out a little when it is pointed at. */
function sideButton(
	id: string,
	side: "left" | "right",
	y: number,
	height: number,
): DeviceBezel["buttons"][number] {
	const thickness = PROUD + 3;
	return {
		id,
		box: { x: side === "left" ? 0 : width - thickness, y, width: thickness, height },
		hover: { x: side === "left" ? -1.5 : 1.5, y: 0 },
		above: false,
		pressed: true,
	};
}

type Brush = SKRSContext2D;
type Button = DeviceBezel["buttons"][number];

/** Pixels a point. */
const SCALE = 2;

/** A PNG of the demo's bezel by its name. Rejects with PortholeError `no-such-bezel-image`. */
export async function drawBezelImage(name: string): Promise<Uint8Array> {
	return await canvasOf(name).encode("png");
}

function canvasOf(name: string): Canvas {
	const { width, height, screen, radius, buttons } = demoBezel;
	switch (name) {
		case "bezel":
			return drawn(width, height, (brush) => {
				for (const button of buttons) {
					brush.save();
					brush.translate(button.box.x, button.box.y);
					paintButton(brush, button, false);
					brush.restore();
				}
				paintBody(brush);
			});
		case "bare":
			return drawn(width, height, paintBody);
		case "mask":
			return drawn(screen.width, screen.height, (brush) => {
				brush.beginPath();
				brush.roundRect(0, 0, screen.width, screen.height, radius);
				brush.fill();
			});
	}
	const [, id, pressed] = /^button-(.+?)(-pressed)?$/.exec(name) ?? [];
	const button = buttons.find((candidate) => candidate.id === id);
	if (!button) throw new PortholeError("no-such-bezel-image", `The demo's bezel has no image ${name}.`);
	const { box } = button;
	return drawn(box.width, box.height, (brush) => paintButton(brush, button, pressed !== undefined));
}

function drawn(width: number, height: number, paint: (brush: Brush) => void): Canvas {
	const canvas = createCanvas(Math.ceil(width * SCALE), Math.ceil(height * SCALE));
	const brush = canvas.getContext("2d");
	brush.scale(SCALE, SCALE);
	paint(brush);
	return canvas;
}

/** Metal around black glass, with a hole where the screen is. Few and plain colours: soft edges are most of the PNG. */
function paintBody(brush: Brush): void {
	const { screen, radius } = demoBezel;
	const outer = radius + screen.y;
	const rings = [
		["#858a93", 0],
		["#5d6169", 1],
		["#060607", body.band],
	] as const;
	for (const [colour, by] of rings) {
		brush.fillStyle = colour;
		inset(brush, by, outer);
	}
	brush.globalCompositeOperation = "destination-out";
	fillRound(brush, screen.x, screen.y, screen.width, screen.height, radius);
	brush.globalCompositeOperation = "source-over";
}

function paintButton(brush: Brush, { box, id }: Button, pressed: boolean): void {
	const left = id.startsWith("volume");
	const metal = brush.createLinearGradient(left ? 0 : box.width, 0, left ? box.width : 0, 0);
	metal.addColorStop(0, pressed ? "#4a4d54" : "#8a8f98");
	metal.addColorStop(0.5, pressed ? "#33363b" : "#5c6068");
	metal.addColorStop(1, "#2a2c30");
	brush.fillStyle = metal;
	// A pressed button has gone in by half of what it stands out.
	const by = pressed ? 1.5 : 0;
	fillRound(brush, left ? by : -by, 0, box.width, box.height, 1.8);
}

function inset(brush: Brush, by: number, radius: number): void {
	const { x, y, width, height } = body.box;
	fillRound(brush, x + by, y + by, width - 2 * by, height - 2 * by, radius - by);
}

function fillRound(brush: Brush, x: number, y: number, width: number, height: number, radius: number): void {
	brush.beginPath();
	brush.roundRect(x, y, width, height, radius);
	brush.fill();
}
