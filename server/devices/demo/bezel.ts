import { createHash } from "node:crypto";
import type { DeviceBezel } from "../../../signaling/protocol/device.ts";
import { layoutScreen } from "./layout.ts";

/** How far the buttons stand out of the body, points; the bezel has room for them on both sides. */
const PROUD = 3;
/** Between the screen and the outside of the body, points. */
const RIM = 13;
const { width: screenWidth, height: screenHeight } = layoutScreen("portrait").screen;
const width = screenWidth + 2 * (RIM + PROUD);

/** What the body is drawn from, points of the bezel. */
export const body = {
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
