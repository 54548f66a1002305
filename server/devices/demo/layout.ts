import { type Rectangle, rectangle } from "./geometry.ts";

/** Whether the screen is higher than wide, or wider than high. */
type ScreenShape = "portrait" | "landscape";

/** Device pixels a point. */
export const SCALE = 2;

/** Where everything is, in points, origin top left of the upright screen. */
export interface ScreenLayout {
	readonly screen: Rectangle;
	/** Black band that holds the clock strip. */
	readonly strip: Rectangle;
	readonly statusBar: Rectangle;
	/** Reaches a little below the horizon, where waves hide its end. */
	readonly sky: Rectangle;
	/** From the horizon down, some of it under the sheet. */
	readonly sea: Rectangle;
	readonly headline: Rectangle;
	/** The water that the sheet leaves open, as few small areas as will do. */
	readonly openWater: readonly Rectangle[];
	readonly sheet: Rectangle;
	/** Corner radii of the sheet: top left, top right, bottom right, bottom left. */
	readonly sheetCorners: readonly [number, number, number, number];
	readonly wavesSwitch: Rectangle;
	readonly touchCanvas: Rectangle;
	readonly textField: Rectangle;
	readonly buttons: readonly [Rectangle, Rectangle, Rectangle];
	readonly homeIndicator: Rectangle;
	/** Where the volume's level is seen, beside the buttons that change it. */
	readonly volume: Rectangle;
}

const STRIP_HEIGHT = 6;
const CORNER = 26;

/** The screen's layout; 360 by 780 points upright. */
export function layoutScreen(shape: ScreenShape): ScreenLayout {
	return shape === "portrait" ? portrait : landscape;
}

const portrait: ScreenLayout = {
	screen: rectangle(0, 0, 360, 780),
	strip: rectangle(0, 0, 360, STRIP_HEIGHT),
	statusBar: rectangle(0, STRIP_HEIGHT, 360, 38),
	sky: rectangle(0, 0, 360, 170),
	sea: rectangle(0, 164, 360, 76),
	headline: rectangle(24, 62, 312, 60),
	openWater: [
		rectangle(0, 160, 360, 54),
		rectangle(0, 214, CORNER, CORNER),
		rectangle(360 - CORNER, 214, CORNER, CORNER),
	],
	sheet: rectangle(0, 214, 360, 566),
	sheetCorners: [CORNER, CORNER, 0, 0],
	wavesSwitch: rectangle(16, 224, 328, 52),
	touchCanvas: rectangle(16, 282, 328, 322),
	textField: rectangle(16, 618, 328, 50),
	buttons: [rectangle(16, 682, 102, 52), rectangle(129, 682, 102, 52), rectangle(242, 682, 102, 52)],
	homeIndicator: rectangle(120, 760, 120, 5),
	volume: rectangle(12, 166, 44, 144),
};

const landscape: ScreenLayout = {
	screen: rectangle(0, 0, 780, 360),
	strip: rectangle(0, 0, 780, STRIP_HEIGHT),
	statusBar: rectangle(0, STRIP_HEIGHT, 292, 38),
	sky: rectangle(0, 0, 318, 252),
	sea: rectangle(0, 246, 318, 114),
	headline: rectangle(28, 64, 240, 60),
	openWater: [rectangle(0, 242, 292, 118), rectangle(292, 334, CORNER, CORNER)],
	sheet: rectangle(292, STRIP_HEIGHT, 488, 360 - STRIP_HEIGHT),
	sheetCorners: [CORNER, 0, 0, CORNER],
	wavesSwitch: rectangle(576, 20, 186, 52),
	touchCanvas: rectangle(312, 22, 250, 314),
	textField: rectangle(576, 82, 186, 50),
	buttons: [rectangle(576, 146, 186, 52), rectangle(576, 208, 186, 52), rectangle(576, 270, 186, 52)],
	homeIndicator: rectangle(330, 349, 120, 5),
	volume: rectangle(470, 14, 144, 44),
};
