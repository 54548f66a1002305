import type { DeviceBezel, Size } from "../../../../signaling/protocol/device.ts";
import type { ChromeButton, ChromeLayout } from "./chrome-layout.ts";

/** Frames call some buttons otherwise than devices do. */
const ids = new Map([["power", "lock"]]);

/** The id of the device's button that a bezel's button is. */
export function buttonId(name: string): string {
	return ids.get(name) ?? name;
}

/** A bezel's button with the size of its picture, points. */
export interface SizedButton {
	readonly button: ChromeButton;
	readonly size: Size;
}

/** The bezel as pages are told of it; `size` is that of its picture, points. */
export function deviceBezel(
	layout: ChromeLayout,
	size: Size,
	buttons: readonly SizedButton[],
	version: string,
): DeviceBezel {
	const { insets, radius } = layout;
	return {
		...size,
		screen: {
			x: insets.left,
			y: insets.top,
			width: Math.max(0, size.width - insets.left - insets.right),
			height: Math.max(0, size.height - insets.top - insets.bottom),
		},
		radius,
		version,
		buttons: buttons.slice(0, 16).map(({ button, size: picture }) => ({
			id: buttonId(button.name),
			box: { ...buttonPlace(button, picture, size), ...picture },
			hover: { x: button.rollover.x - button.normal.x, y: button.rollover.y - button.normal.y },
			above: button.onTop,
			pressed: button.imageDown !== undefined,
		})),
	};
}

/**
 * Top left of a button's picture at rest. At the left and right, x is its middle from that side and y its upper edge. At
 * the top and bottom y is its middle from that side, and x its left edge, from the left or, trailing, from the right.
 */
function buttonPlace(button: ChromeButton, picture: Size, bezel: Size): { x: number; y: number } {
	const { anchor, trailing, normal } = button;
	switch (anchor) {
		case "left":
			return { x: normal.x - picture.width / 2, y: normal.y };
		case "right":
			return { x: bezel.width + normal.x - picture.width / 2, y: normal.y };
		case "top":
		case "bottom":
			return {
				x: normal.x + (trailing ? bezel.width : 0),
				y: normal.y + (anchor === "bottom" ? bezel.height : 0) - picture.height / 2,
			};
	}
}
