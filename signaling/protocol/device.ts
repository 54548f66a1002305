import * as v from "valibot";
import { wallTimeSchema } from "./time.ts";

/** Kinds of device that have a name and an icon on the page. A newer host may send others. */
export const deviceKinds = [
	"demo",
	"desktop",
	"x11",
	"framebuffer",
	"hxfr",
	"kvm",
	"simulator",
	"remotexpc",
	"whip",
] as const;

/** One of the buttons a device has beside its screen. */
export const deviceButtonSchema = v.object({
	/** Sent in `button` input messages. */
	id: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/)),
	/** Shown to people. */
	label: v.pipe(v.string(), v.maxLength(40)),
	/** Name of a lucide icon in kebab-case. */
	icon: v.pipe(v.string(), v.maxLength(40)),
});

/** Width and height; pixels or points, as the field's name says. */
const sizeSchema = v.object({
	width: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16384)),
	height: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16384)),
});

const place = v.pipe(v.number(), v.minValue(-1000), v.maxValue(4000));
const extent = v.pipe(v.number(), v.minValue(0), v.maxValue(4000));
const boxSchema = v.object({ x: place, y: place, width: extent, height: extent });

/** Names of a bezel's images, see `frameSchema`: `bezel`, `bare`, `mask`, `button-ID` and `button-ID-pressed`. */
export const bezelImageName = v.pipe(v.string(), v.regex(/^(bezel|bare|mask|button-[a-z][a-z0-9-]{0,31})$/));

/**
 * What is around a device's screen, in its points, as it is held upright; `bezel` is the frame of it with its buttons,
 * `bare` without them, `mask` is opaque where the screen is seen.
 */
export const bezelSchema = v.object({
	width: extent,
	height: extent,
	screen: boxSchema,
	/** Of the screen's corners. */
	radius: extent,
	/** The screen has another shape than a box with round corners, as around a notch: `mask` shows it. */
	masked: v.optional(v.boolean()),
	/** Another one means other frames. */
	version: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
	/** The device's buttons that are seen on it. */
	buttons: v.pipe(
		v.array(
			v.object({
				/** One of the device's buttons. */
				id: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,22}$/)),
				/** Where its frame is while nobody points at it; partly outside the bezel, or under it. */
				box: boxSchema,
				/** How it moves when somebody points at it. */
				hover: v.object({ x: place, y: place }),
				/** Its frame is above the bezel's. */
				above: v.boolean(),
				/** There is another frame of it while it is pressed, `button-ID-pressed`. */
				pressed: v.boolean(),
			}),
		),
		v.maxLength(16),
	),
});

/** How a device is held, as UIDeviceOrientation has it. In `landscape-left` its top is at the left. */
export const orientationSchema = v.picklist([
	"portrait",
	"landscape-left",
	"landscape-right",
	"portrait-upside-down",
]);

/** Degrees clockwise by which a frame is to be turned to be seen as its device is held. */
export const rotationSchema = v.picklist([90, 180, 270]);

/** Rules of a device that its owner chose with the device spec (`?ask=…&control=…`). */
export const policySchema = v.object({
	/** Who waits until an owner lets them in: nobody, every newcomer, or all but the first viewer. Owners never wait. */
	askFirst: v.picklist(["never", "always", "later"]),
	/** The first touch takes control while it is free; otherwise control is asked for or taken by its button. */
	touchTakes: v.boolean(),
});

/** What a page or another program may know of a device. */
export const deviceSchema = v.object({
	/** Stable and URL-safe. */
	id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)),
	name: v.pipe(v.string(), v.minLength(1), v.maxLength(80)),
	/** One of `deviceKinds`, or a kind that only a newer version knows. */
	kind: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/)),
	/** Name of the computer it runs on, where that dialled out to signaling. */
	host: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(80))),
	/**
	 * `ready`: can be opened; `live`: someone watches; `off`: it has to be switched on first; `starting`; `failed`: see
	 * `note`; `offline`: its host is gone.
	 */
	state: v.picklist(["ready", "live", "off", "starting", "failed", "offline"]),
	/** Why the state is what it is, in words for people. */
	note: v.optional(v.pipe(v.string(), v.maxLength(400))),
	/** Since when the state holds. */
	since: wallTimeSchema,
	/** Size of the frame in pixels, as it comes: before `rotation`. */
	pixels: sizeSchema,
	/**
	 * Absent: the frame comes as the device is held. Else its pixels stay with the glass however the device is held, and
	 * so do the places of input: 0..1 of the frame as it comes. Landscape-left is 270, landscape-right 90.
	 */
	rotation: v.optional(rotationSchema),
	/** Size in the device's own points, for a screen shown at its natural size. */
	points: sizeSchema,
	/** How the page bezels the screen where there is no `bezel`. */
	bezelStyle: v.picklist(["none", "phone"]),
	/** The device's own bezel. */
	bezel: v.optional(bezelSchema),
	/** How it is held now; absent: it cannot be turned, or nobody knows. */
	orientation: v.optional(orientationSchema),
	/** Absent: Porthole cannot switch it on or off. */
	power: v.optional(v.picklist(["off", "starting", "on", "stopping"])),
	/** Kinds of input the device takes. */
	inputs: v.array(v.picklist(["pointer", "wheel", "keys", "text", "touch"])),
	/** Its frames show its own pointer, so the page hides the browser's above them. Absent: no. */
	drawsPointer: v.optional(v.boolean()),
	/**
	 * What whoever has control reaches besides the screen: the computer as a user of its own, as the owner but without
	 * Porthole's secrets, or as the owner. Absent: nothing that is known here, as on a phone or in another machine.
	 */
	reach: v.optional(v.picklist(["separate-user", "without-secrets", "owner"])),
	buttons: v.pipe(v.array(deviceButtonSchema), v.maxLength(32)),
	/** What whoever has control may do with its clipboard. Absent: nothing. */
	clipboard: v.optional(
		v.object({
			/** Paste into the device. */
			in: v.boolean(),
			/** Have what is copied on the device. */
			out: v.boolean(),
			/** Images too. */
			images: v.boolean(),
			/** The modifier of the device's own shortcuts; absent: any. */
			shortcut: v.optional(v.picklist(["control", "meta"])),
		}),
	),
	policy: policySchema,
	/** How many people watch now. */
	viewers: v.pipe(v.number(), v.integer(), v.minValue(0)),
	/** Encoder and its settings in words, once known. */
	encoder: v.optional(v.pipe(v.string(), v.maxLength(80))),
});

export type DeviceKind = (typeof deviceKinds)[number];
export type DeviceButton = v.InferOutput<typeof deviceButtonSchema>;
export type DeviceDescription = v.InferOutput<typeof deviceSchema>;
export type DeviceBezel = v.InferOutput<typeof bezelSchema>;
export type Orientation = v.InferOutput<typeof orientationSchema>;
export type Rotation = v.InferOutput<typeof rotationSchema>;
export type DevicePolicy = v.InferOutput<typeof policySchema>;
export type Size = v.InferOutput<typeof sizeSchema>;
