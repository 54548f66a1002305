/** What a clipboard holds: UTF-8 text, or a PNG. */
export type ClipboardFormat = "text" | "image";

/** In the order of their numbers on the wire. */
export const clipboardFormats = ["text", "image"] as const satisfies readonly ClipboardFormat[];

/** Most bytes of a content. */
export const MAX_CLIPBOARD: Readonly<Record<ClipboardFormat, number>> = {
	text: 1024 * 1024,
	image: 8 * 1024 * 1024,
};

/** Longest piece of a content in one message, bytes. */
export const MAX_CLIPBOARD_PIECE = 16 * 1024;

/**
 * How far a sender may be ahead of what its receiver has taken, bytes. It is less than what either end lets wait on the
 * channel, so that input sent meanwhile is never dropped.
 */
export const CLIPBOARD_WINDOW = 48 * 1024;

/**
 * How a transfer ended, in the order of their numbers on the wire: taken; nothing there that can be given; without control,
 * or by a link to watch only; not allowed on this device; too large; another one is under way; the device failed.
 */
export const clipboardOutcomes = [
	"taken",
	"empty",
	"no-control",
	"off",
	"too-large",
	"busy",
	"failed",
] as const;

export type ClipboardOutcome = (typeof clipboardOutcomes)[number];

/** What either end says of a content on its way. Offer and data come from the sender, credit and end from the receiver. */
export type ClipboardMessage =
	| { type: "clipboard-offer"; format: ClipboardFormat; size: number }
	| { type: "clipboard-data"; bytes: Uint8Array }
	/** So many bytes may have been sent, since the offer. */
	| { type: "clipboard-credit"; total: number }
	| { type: "clipboard-end"; outcome: ClipboardOutcome };

/** A content on its way. */
export interface ClipboardBytes {
	readonly format: ClipboardFormat;
	readonly bytes: Uint8Array;
}
