import * as v from "valibot";

/** Kinds of device, as shown with an icon on the page. */
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

/** Rules of a device that its owner chose with the device spec (`?ask=…&floor=…`). */
export const policySchema = v.object({
	/** Who waits until an owner lets them in: nobody, every newcomer, or all but the first viewer. Owners never wait. */
	askFirst: v.picklist(["never", "always", "later"]),
	/** The first touch takes a free floor; otherwise control is asked for or taken by its button. */
	touchTakes: v.boolean(),
});

/** What a page or another program may know of a device. */
export const deviceSchema = v.object({
	/** Stable and URL-safe. */
	id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)),
	name: v.pipe(v.string(), v.minLength(1), v.maxLength(80)),
	kind: v.picklist(deviceKinds),
	/** Name of the computer it runs on, where that dialled out to signaling. */
	host: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(80))),
	/** `ready`: can be opened; `live`: someone watches; `starting`; `failed`: see `note`; `offline`: its host is gone. */
	state: v.picklist(["ready", "live", "starting", "failed", "offline"]),
	/** Why the state is what it is, in words for people. */
	note: v.optional(v.pipe(v.string(), v.maxLength(400))),
	/** Since when the state holds, milliseconds since the Unix epoch. */
	since: v.number(),
	/** Size of the picture in pixels, as now upright. */
	pixels: sizeSchema,
	/** Size in the device's own points, for a screen shown at its natural size. */
	points: sizeSchema,
	/** How the page frames the screen. */
	bezel: v.picklist(["none", "phone"]),
	/** Kinds of input the device takes. */
	inputs: v.array(v.picklist(["pointer", "wheel", "keys", "text", "touch"])),
	buttons: v.pipe(v.array(deviceButtonSchema), v.maxLength(32)),
	policy: policySchema,
	/** How many people watch now. */
	viewers: v.pipe(v.number(), v.integer(), v.minValue(0)),
	/** Encoder and its settings in words, once known. */
	encoder: v.optional(v.pipe(v.string(), v.maxLength(80))),
});

export type DeviceKind = (typeof deviceKinds)[number];
export type DeviceButton = v.InferOutput<typeof deviceButtonSchema>;
export type DeviceDescription = v.InferOutput<typeof deviceSchema>;
export type DevicePolicy = v.InferOutput<typeof policySchema>;
export type Size = v.InferOutput<typeof sizeSchema>;
