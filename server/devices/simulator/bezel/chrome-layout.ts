import * as v from "valibot";
import type { DeviceBezel, Size } from "../../../../signaling/protocol/device.ts";
import { simulatorError } from "../errors.ts";

const number = v.pipe(v.number(), v.minValue(-4000), v.maxValue(4000));
/** Names of PDFs in the bundle, without folder and ending. */
const image = v.pipe(v.string(), v.regex(/^[\w .+()-]{1,80}$/));
const place = v.object({ x: v.optional(number, 0), y: v.optional(number, 0) });

const slices = [
	"topLeft",
	"top",
	"topRight",
	"right",
	"bottomRight",
	"bottom",
	"bottomLeft",
	"left",
] as const;
type Slice = (typeof slices)[number];

const inputSchema = v.object({
	name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,22}$/)),
	image,
	imageDown: v.optional(image),
	imageDownDrawMode: v.optional(v.pipe(v.string(), v.maxLength(40))),
	anchor: v.optional(v.picklist(["left", "right", "top", "bottom"]), "left"),
	align: v.optional(v.pipe(v.string(), v.maxLength(40)), "leading"),
	offsets: v.optional(v.object({ normal: v.optional(place), rollover: v.optional(place) }), {}),
	onTop: v.optional(v.boolean(), false),
});
const sizing = v.optional(number, 0);
const chromeSchema = v.object({
	images: v.object({
		composite: v.optional(image),
		sizing: v.optional(
			v.object({ leftWidth: sizing, topHeight: sizing, rightWidth: sizing, bottomHeight: sizing }),
			{},
		),
		...Object.fromEntries(slices.map((name) => [name, v.optional(image)])),
	}),
	paths: v.optional(
		v.object({ simpleOutsideBorder: v.optional(v.object({ cornerRadiusX: v.optional(number, 0) })) }),
		{},
	),
	inputs: v.optional(v.pipe(v.array(v.unknown()), v.maxLength(64)), []),
});

/** One button of a bezel, points. */
interface ChromeButton {
	/** Apple's name, such as `volume-up` or `power`. */
	readonly name: string;
	readonly image: string;
	/** While it is pressed; drawn instead of `image` or over it. */
	readonly imageDown?: string;
	readonly downReplaces: boolean;
	readonly anchor: "left" | "right" | "top" | "bottom";
	readonly trailing: boolean;
	readonly normal: { readonly x: number; readonly y: number };
	/** While somebody points at it. */
	readonly rollover: { readonly x: number; readonly y: number };
	readonly onTop: boolean;
}

/** What DeviceKit's `chrome.json` says of a bezel, points. */
export interface ChromeLayout {
	/** From the bezel's edges to the screen. */
	readonly insets: {
		readonly left: number;
		readonly top: number;
		readonly right: number;
		readonly bottom: number;
	};
	/** Of the screen's corners. */
	readonly radius: number;
	/** The whole bezel as one image, */
	readonly composite?: string;
	/** or in eight pieces around the screen. */
	readonly slices?: Readonly<Record<Slice, string>>;
	readonly buttons: readonly ChromeButton[];
}

/** Reads a `chrome.json`; inputs that cannot be read are left out. Throws PortholeError `bad-answer`. */
export function readChromeLayout(text: string): ChromeLayout {
	let value: v.InferOutput<typeof chromeSchema>;
	try {
		value = v.parse(chromeSchema, JSON.parse(text));
	} catch (cause) {
		throw simulatorError("bad-answer", "A frame's chrome.json cannot be read.", cause);
	}
	const { images, paths, inputs } = value;
	const { leftWidth: left = 0, topHeight: top = 0, rightWidth = 0, bottomHeight = 0 } = images.sizing;
	const outer = paths.simpleOutsideBorder?.cornerRadiusX ?? 0;
	const pieces = images as Partial<Record<Slice, string>>;
	const complete = slices.every((name) => pieces[name] !== undefined);
	return {
		insets: { left, top, right: rightWidth, bottom: bottomHeight },
		radius: Math.max(0, outer - Math.max(left, top)),
		...(images.composite === undefined ? {} : { composite: images.composite }),
		...(complete ? { slices: pieces as Record<Slice, string> } : {}),
		buttons: inputs.flatMap((entry) => buttonOf(entry) ?? []),
	};
}

function buttonOf(entry: unknown): ChromeButton | undefined {
	const input = v.safeParse(inputSchema, entry);
	if (!input.success) return undefined;
	const { name, image, imageDown, imageDownDrawMode, anchor, align, offsets, onTop } = input.output;
	const normal = offsets.normal ?? offsets.rollover ?? { x: 0, y: 0 };
	return {
		name,
		image,
		...(imageDown === undefined ? {} : { imageDown }),
		downReplaces: imageDownDrawMode === "replace",
		anchor,
		trailing: align === "trailing",
		normal,
		rollover: offsets.rollover ?? normal,
		onTop,
	};
}

/** Bezels name some buttons otherwise than devices do. */
const ids = new Map([["power", "lock"]]);

/** The id of the device's button that a bezel's button is. */
export function buttonId(name: string): string {
	return ids.get(name) ?? name;
}

/** A bezel's button with the size of its image, points. */
export interface SizedButton {
	readonly button: ChromeButton;
	readonly size: Size;
}

/** The bezel as pages are told of it; `size` is that of its image, points. */
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
		buttons: buttons.slice(0, 16).map(({ button, size: image }) => ({
			id: buttonId(button.name),
			box: { ...buttonPlace(button, image, size), ...image },
			hover: { x: button.rollover.x - button.normal.x, y: button.rollover.y - button.normal.y },
			above: button.onTop,
			pressed: button.imageDown !== undefined,
		})),
	};
}

/**
 * Top left of a button's image at rest. At the left and right, x is its middle from that side and y its upper edge. At
 * the top and bottom y is its middle from that side, and x its left edge, from the left or, trailing, from the right.
 */
function buttonPlace(button: ChromeButton, image: Size, bezel: Size): { x: number; y: number } {
	const { anchor, trailing, normal } = button;
	switch (anchor) {
		case "left":
			return { x: normal.x - image.width / 2, y: normal.y };
		case "right":
			return { x: bezel.width + normal.x - image.width / 2, y: normal.y };
		case "top":
		case "bottom":
			return {
				x: normal.x + (trailing ? bezel.width : 0),
				y: normal.y + (anchor === "bottom" ? bezel.height : 0) - image.height / 2,
			};
	}
}
