import type { Gesture } from "./gesture.ts";
import { gestureOf, readObject } from "./gesture-reader.ts";

/** How a stream is made; clients change it while it runs. */
export interface StreamSettings {
	/** Bits per second; of no effect on MJPEG. */
	readonly bitrate: number;
	/** Upper bound, pictures per second. */
	readonly frameRate: number;
	/** Whole divisor of width and height, 1..4. */
	readonly scale: number;
}

export const DEFAULT_SETTINGS: StreamSettings = { bitrate: 8_000_000, frameRate: 60, scale: 1 };

/** What is outside is put on the bound. */
const BITRATES = [100_000, 100_000_000] as const;
const FRAME_RATES = [1, 120] as const;
const SCALES = [1, 4] as const;

/** What the text of a stream's client asks for. */
export type StreamMessage =
	/** The tree of what is on the screen, or what is at a place, in device points. */
	| { readonly type: "describe-ui"; readonly at?: { readonly x: number; readonly y: number } }
	| { readonly type: "settings"; readonly settings: StreamSettings }
	| { readonly type: "keyframe" }
	/** A JPEG of the screen as it is. */
	| { readonly type: "snapshot" }
	| { readonly type: "gesture"; readonly gesture: Gesture }
	/** Nothing that is known; clients are not told. */
	| { readonly type: "dropped"; readonly error: string };

/**
 * Reads a message of a stream's WebSocket in Baguette's order: the screen's tree, the stream's settings, its verbs, and
 * gestures. A setting that changes nothing falls through to the gestures, where it is dropped. Never throws.
 */
export function readStreamMessage(message: string, settings: StreamSettings): StreamMessage {
	const fields = readObject(message);
	if (!fields) return { type: "dropped", error: "invalid JSON" };
	const values = new Map<string, unknown>(Object.entries(fields));
	const kind = values.get("type");
	if (kind === "describe_ui") {
		const x = numberOf(values.get("x"));
		const y = numberOf(values.get("y"));
		return { type: "describe-ui", ...(x !== undefined && y !== undefined && { at: { x, y } }) };
	}
	const changed = changedSettings(kind, values, settings);
	if (changed) return { type: "settings", settings: changed };
	if (kind === "force_idr") return { type: "keyframe" };
	if (kind === "snapshot") return { type: "snapshot" };
	const { gesture, error } = gestureOf(fields);
	return gesture ? { type: "gesture", gesture } : { type: "dropped", error };
}

const VERBS = new Set(["set_bitrate", "set_fps", "set_scale", "force_idr", "snapshot"]);

/**
 * The message for a WebSocket that a line on stdin stands for, where the key is `cmd`. Undefined for what is not known
 * there: gestures have a command of their own.
 */
export function messageOfCommand(line: string): string | undefined {
	const fields = readObject(line);
	if (!fields) return undefined;
	const { cmd, ...rest } = fields as { cmd?: unknown };
	return typeof cmd === "string" && VERBS.has(cmd) ? JSON.stringify({ ...rest, type: cmd }) : undefined;
}

/** Settings as options and query strings give them, within their bounds; what is no number is as in `absent`. */
export function settingsWithin(
	wanted: { bitrate?: unknown; frameRate?: unknown; scale?: unknown },
	absent: StreamSettings = DEFAULT_SETTINGS,
): StreamSettings {
	return {
		bitrate: within(wanted.bitrate, BITRATES) ?? absent.bitrate,
		frameRate: within(wanted.frameRate, FRAME_RATES) ?? absent.frameRate,
		scale: within(wanted.scale, SCALES) ?? absent.scale,
	};
}

function changedSettings(
	kind: unknown,
	values: ReadonlyMap<string, unknown>,
	now: StreamSettings,
): StreamSettings | undefined {
	const wanted =
		kind === "set_bitrate"
			? { bitrate: values.get("bps") }
			: kind === "set_fps"
				? { frameRate: values.get("fps") }
				: kind === "set_scale"
					? { scale: values.get("scale") }
					: {};
	const next = settingsWithin(wanted, now);
	const same = next.bitrate === now.bitrate && next.frameRate === now.frameRate && next.scale === now.scale;
	return same ? undefined : next;
}

/** Fractions are cut off, as Baguette does. */
function within(value: unknown, [min, max]: readonly [number, number]): number | undefined {
	const number = numberOf(value);
	return number === undefined ? undefined : Math.min(Math.max(Math.trunc(number), min), max);
}

function numberOf(value: unknown): number | undefined {
	return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
