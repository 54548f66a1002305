import type { DeviceBezel, Orientation, Size } from "../../../signaling/protocol/device.ts";

/** Degrees clockwise by which a bezel is turned. */
export type BezelTurn = 0 | 90 | 180 | -90;

/** A bezel as the device is held, in points of the device. */
export interface HeldBezel {
	readonly bezel: DeviceBezel;
	readonly turn: BezelTurn;
	/** Outer size. */
	readonly size: Size;
	/** Thickness at each side of the screen. */
	readonly around: Around;
}

/** Lengths at the four sides. */
interface Around {
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
	readonly left: number;
}

const turns: Readonly<Record<Orientation, BezelTurn>> = {
	portrait: 0,
	"landscape-right": 90,
	"portrait-upside-down": 180,
	"landscape-left": -90,
};

/** How much a frame's aspect ratio may differ from that of the bezel's screen. */
const SAME_SHAPE = 0.03;

/**
 * Turns a bezel to fit a frame. The device's own orientation counts if the frame's shape agrees with it, since either may
 * arrive first. Undefined if the frame fits the bezel neither way.
 */
export function holdBezel(
	bezel: DeviceBezel,
	orientation: Orientation | undefined,
	picture: Size,
): HeldBezel | undefined {
	const said = turns[orientation ?? "portrait"];
	const { screen } = bezel;
	const lying = said === 90 || said === -90;
	const fitsUpright = isLike(picture, screen);
	const fitsTurned = isLike(picture, { width: screen.height, height: screen.width });
	if (lying ? fitsTurned : fitsUpright) return turned(bezel, said);
	if (fitsUpright) return turned(bezel, 0);
	return fitsTurned ? turned(bezel, 90) : undefined;
}

function isLike(a: Size, b: Size): boolean {
	return Math.abs((a.width * b.height) / (a.height * b.width) - 1) < SAME_SHAPE;
}

function turned(bezel: DeviceBezel, turn: BezelTurn): HeldBezel {
	const { screen, width, height } = bezel;
	const top = screen.y;
	const left = screen.x;
	const right = width - screen.x - screen.width;
	const bottom = height - screen.y - screen.height;
	const upright = { width, height };
	const lying = { width: height, height: width };
	switch (turn) {
		case 0:
			return { bezel, turn, size: upright, around: { top, right, bottom, left } };
		case 90:
			return { bezel, turn, size: lying, around: { top: left, right: top, bottom: right, left: bottom } };
		case 180:
			return { bezel, turn, size: upright, around: { top: bottom, right: left, bottom: top, left: right } };
		case -90:
			return { bezel, turn, size: lying, around: { top: right, right: bottom, bottom: left, left: top } };
	}
}

/** How much of a bezel's width and height is screen, 0..1. */
export function screenShare({ size, around }: HeldBezel): Size {
	return {
		width: 1 - (around.left + around.right) / size.width,
		height: 1 - (around.top + around.bottom) / size.height,
	};
}

/** A box in CSS percentages of its container, so that it scales along. */
export interface Shares {
	readonly left: string;
	readonly top: string;
	readonly width: string;
	readonly height: string;
}

/** A box within a bezel as percentages of the bezel. */
export function placeIn(bezel: Size, box: Size & { readonly x: number; readonly y: number }): Shares {
	const percent = (length: number, of: number) => `${(length / of) * 100}%`;
	return {
		left: percent(box.x, bezel.width),
		top: percent(box.y, bezel.height),
		width: percent(box.width, bezel.width),
		height: percent(box.height, bezel.height),
	};
}

/** The angle for a turn that is nearest to the present one, so that an animation takes the short way. */
export function nearestAngle(present: number, turn: BezelTurn): number {
	return turn + 360 * Math.round((present - turn) / 360);
}
