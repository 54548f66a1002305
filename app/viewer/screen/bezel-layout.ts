import type { DeviceBezel, Orientation, Size } from "../../../signaling/protocol/device.ts";

/** Degrees by which a bezel is turned to the right. */
export type BezelTurn = 0 | 90 | 180 | -90;

/** A bezel as it is held, its unit its device's point. */
export interface HeldBezel {
	readonly bezel: DeviceBezel;
	readonly turn: BezelTurn;
	/** All of it. */
	readonly size: Size;
	/** What is around the screen at each side. */
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

/** How much a picture's shape may differ from its bezel's screen. */
const SAME_SHAPE = 0.03;

/**
 * A bezel around a picture. What the device says of how it is held counts where the picture agrees: either may come
 * first. Undefined where the picture fits the bezel neither way.
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

/** A box as CSS wants it, in shares of what it lies in, so that it grows with that. */
export interface Shares {
	readonly left: string;
	readonly top: string;
	readonly width: string;
	readonly height: string;
}

/** A box of a bezel as shares of it. */
export function placeIn(bezel: Size, box: Size & { readonly x: number; readonly y: number }): Shares {
	const percent = (length: number, of: number) => `${(length / of) * 100}%`;
	return {
		left: percent(box.x, bezel.width),
		top: percent(box.y, bezel.height),
		width: percent(box.width, bezel.width),
		height: percent(box.height, bezel.height),
	};
}

/** The angle that shows a turn and is nearest to the present one, so that nothing goes the long way round. */
export function nearestAngle(present: number, turn: BezelTurn): number {
	return turn + 360 * Math.round((present - turn) / 360);
}
