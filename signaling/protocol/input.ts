import type { ClipboardMessage, ClipboardOutcome } from "./clipboard.ts";

/**
 * Messages on a viewer's data channel, little-endian, one message a frame. The viewer sends whole states where it can
 * (held buttons, all contacts), so that the host can work out what was released.
 *
 * | type | fields after the type byte | meaning |
 * |---|---|---|
 * | 1 pointer | f32 x, f32 y, u8 buttons | position 0..1 and the set of held buttons (DOM `buttons`, five bits) |
 * | 2 wheel | f32 x, f32 y, f32 dx, f32 dy | scroll in device pixels, right and down positive |
 * | 3 key | u8 down, ASCII code | DOM `KeyboardEvent.code`, 1..32 characters |
 * | 4 text | UTF-8 | 1..4096 bytes |
 * | 5 touch | u8 n, n × (u8 id, f32 x, f32 y) | all contacts now down, 0..10 |
 * | 6 button | u8 down, ASCII id | one of the device's buttons, 1..32 characters |
 * | 7 heartbeat | – | at least every 100 ms while anything is held |
 * | 8 release | – | lets go of everything this viewer holds |
 * | 9 ping | f64 time | viewer's clock, ms |
 * | 10 pong | f64 time, f64 host time | answer to ping; host's clock, ms since the Unix epoch |
 * | 11 clock | f64 origin | `rtp timestamp = (capture time - origin) * 90 mod 2^32` |
 * | 12 timing | u32 rtp timestamp, f32 encode ms | what one frame cost on the host, a few times a second |
 * | 13 other | u16 number, f32 x, f32 y | where another viewer's pointer is (host to viewer) |
 * | 14 shown | u8 shown | whether the viewer's page is seen: a hidden one gets no frames, one that never says is shown |
 * | 15 network | u8 rendition, f32 estimate, f32 delay | what the viewer gets and its path carries, see below |
 * | 16 clipboard offer | u8 format, u32 size | a content of so many bytes follows; 0 text, 1 PNG |
 * | 17 clipboard data | bytes | its next 1..16384 bytes |
 * | 18 clipboard credit | u32 total | so many of them may have been sent |
 * | 19 clipboard end | u8 outcome | the receiver has all of it, or wants no more, see `clipboardOutcomes` |
 * | 20 clipboard wanted | – | what is on the device's clipboard? (viewer to host) |
 * | 21 clipboard copied | – | something was copied on the device (host to viewer) |
 * | 22 press | u8 shortcut, u8 n, n × ASCII code, UTF-8 character | a key that goes down and gives this character where it is pressed; `key` releases it |
 * | 23 notches | f32 x, f32 y, f32 dx, f32 dy, f32 across, f32 down | as `wheel`, of a wheel with notches, and how many it turned |
 * | 24 clipboard none | u8 outcome | why the device's clipboard, or the rest of it, does not come (host to viewer) |
 *
 * In `network` the rendition is 0 for nothing, 1 for `main`, 2 for `small`; the estimate is in bits per second, the
 * delay that queues on the path add in ms; a negative figure is not known.
 */
export type ViewerMessage =
	| { type: "pointer"; x: number; y: number; buttons: number }
	| { type: "wheel"; x: number; y: number; dx: number; dy: number; notches?: Notches }
	| { type: "key"; code: string; down: boolean }
	| ({ type: "press" } & CharacterKey)
	| { type: "text"; text: string }
	| { type: "touch"; contacts: TouchContact[] }
	| { type: "button"; id: string; down: boolean }
	| { type: "heartbeat" }
	| { type: "release" }
	| { type: "ping"; time: number }
	| { type: "shown"; shown: boolean }
	| { type: "clipboard-wanted" }
	| ClipboardMessage;

/** What the host says on the same channel. */
export type HostMessage =
	| { type: "pong"; time: number; hostTime: number }
	| { type: "clock"; origin: number }
	| { type: "timing"; rtpTimestamp: number; encode: number }
	| { type: "other"; number: number; x: number; y: number }
	| { type: "network"; rendition?: "main" | "small"; estimate?: number; queueDelay?: number }
	| { type: "clipboard-copied" }
	| { type: "clipboard-none"; outcome: ClipboardOutcome }
	| ClipboardMessage;

/** How far a wheel with notches turned; a part of one is a fine wheel's. Right and down are positive. */
export interface Notches {
	dx: number;
	dy: number;
}

/** A key that gives a character on the keyboard that it is pressed on. */
export interface CharacterKey {
	/** Where it is: DOM `KeyboardEvent.code`. */
	code: string;
	/** What it gives there, with Shift, AltGr and the locks of that keyboard: one code point. */
	character: string;
	/** Another modifier is held, so that it is a command instead of writing. */
	shortcut: boolean;
}

/** One finger; `id` is the viewer's own, 0..255. */
export interface TouchContact {
	id: number;
	x: number;
	y: number;
}
