import type { Orientation, PictureTurn, Size } from "../../../signaling/protocol/device.ts";

/** Each orientation a quarter turn against the clock from the one before. */
const counterClockwise: readonly Orientation[] = [
	"portrait",
	"landscape-left",
	"portrait-upside-down",
	"landscape-right",
];

/** How a device is held after a quarter turn. */
export function turned(from: Orientation, way: "left" | "right"): Orientation {
	const at = counterClockwise.indexOf(from) + (way === "left" ? 1 : counterClockwise.length - 1);
	return counterClockwise[at % counterClockwise.length] ?? "portrait";
}

const turns: Readonly<Record<Orientation, PictureTurn | undefined>> = {
	portrait: undefined,
	"landscape-right": 90,
	"portrait-upside-down": 180,
	"landscape-left": 270,
};

/**
 * By how much a simulator's picture has to be turned. A framebuffer keeps the shape of its panel, and what is drawn into it
 * is turned: in landscape-left the top of it lies along the framebuffer's right edge. A picture that lies where the panel
 * stands was turned by whoever took it, as `simctl` of newer Xcodes does; upside down that cannot be told, and counts as
 * not turned.
 */
export function pictureTurnOf(
	orientation: Orientation,
	picture: Size,
	panel: Size | undefined,
): PictureTurn | undefined {
	const turn = turns[orientation];
	if (turn === undefined || turn === 180) return turn;
	const panelLies = panel !== undefined && panel.width > panel.height;
	return picture.width > picture.height === panelLies ? turn : undefined;
}
