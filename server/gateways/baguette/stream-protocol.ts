import type { AccessUnit } from "../../devices/provider.ts";
import {
	forEachNal,
	NAL_ACCESS_UNIT_DELIMITER,
	NAL_FILLER,
	NAL_PPS,
	NAL_SPS,
	nalType,
} from "../../h264/annexb.ts";
import { type AvccKind, avccEnvelope, toAvcc, writeAvcConfiguration } from "../../h264/avcc.ts";
import { type Gesture, gestureOf, readObject } from "./gesture-reader.ts";

/**
 * Converts access units into the envelopes that a Baguette client decodes. The decoder configuration comes with the first
 * keyframe, and again only when the parameter sets change; the frames themselves carry none.
 */
export class AvccStream {
	#sps: Uint8Array | undefined;
	#pps: Uint8Array | undefined;

	/** The envelopes of a frame, tag and payload: none for a delta frame before the first keyframe. */
	take(unit: AccessUnit): Uint8Array[] {
		const envelopes: Uint8Array[] = [];
		const nals: Uint8Array[] = [];
		let sps: Uint8Array | undefined;
		let pps: Uint8Array | undefined;
		forEachNal(unit.data, (nal) => {
			const type = nalType(nal);
			if (type === NAL_SPS) sps ??= nal;
			else if (type === NAL_PPS) pps ??= nal;
			else if (type !== NAL_ACCESS_UNIT_DELIMITER && type !== NAL_FILLER) nals.push(nal);
		});
		if (sps && pps && sps.length >= 4 && !(equal(sps, this.#sps) && equal(pps, this.#pps))) {
			// Copied: the unit's memory is not ours after this call.
			this.#sps = Uint8Array.from(sps);
			this.#pps = Uint8Array.from(pps);
			envelopes.push(avccEnvelope("configuration", writeAvcConfiguration(sps, pps)));
		}
		if (!this.#sps || nals.length === 0) return [];
		const kind: AvccKind = unit.keyframe ? "keyframe" : "delta";
		return [...envelopes, avccEnvelope(kind, toAvcc(nals))];
	}

	/** Another decoder takes over: sends the configuration again with the next keyframe. */
	restart(): void {
		this.#sps = undefined;
		this.#pps = undefined;
	}
}

function equal(one: Uint8Array, other: Uint8Array | undefined): boolean {
	return other !== undefined && Buffer.compare(one, other) === 0;
}

/** Settings of a stream; clients change them while it runs. */
export interface StreamSettings {
	/** Bits per second; of no effect on MJPEG. */
	readonly bitrate: number;
	/** Upper bound, pictures per second. */
	readonly frameRate: number;
	/** Whole divisor of width and height, 1..4. */
	readonly scale: number;
}

export const DEFAULT_SETTINGS: StreamSettings = { bitrate: 8_000_000, frameRate: 60, scale: 1 };

/** Bounds; a value outside is set to the nearer one. */
const BITRATES = [100_000, 100_000_000] as const;
const FRAME_RATES = [1, 120] as const;
const SCALES = [1, 4] as const;

/** A text message of a stream's client. */
type StreamMessage =
	/** The accessibility tree of the screen, or the element at a place in device points. */
	| { readonly type: "describe-ui"; readonly at?: { readonly x: number; readonly y: number } }
	| { readonly type: "settings"; readonly settings: StreamSettings }
	| { readonly type: "keyframe" }
	/** A JPEG of the screen as it is. */
	| { readonly type: "snapshot" }
	| { readonly type: "gesture"; readonly gesture: Gesture }
	/** An unknown message; the client gets no answer. */
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
 * The WebSocket message for a line on stdin, whose key is `cmd`. Undefined for other lines: gestures have a command of
 * their own.
 */
export function messageOfCommand(line: string): string | undefined {
	const fields = readObject(line);
	if (!fields) return undefined;
	const { cmd, ...rest } = fields as { cmd?: unknown };
	return typeof cmd === "string" && VERBS.has(cmd) ? JSON.stringify({ ...rest, type: cmd }) : undefined;
}

/** Settings as options and query strings give them, within their bounds; a value that is no number is taken from `absent`. */
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

/** Cuts fractions off, as Baguette does. */
function within(value: unknown, [min, max]: readonly [number, number]): number | undefined {
	const number = numberOf(value);
	return number === undefined ? undefined : Math.min(Math.max(Math.trunc(number), min), max);
}

function numberOf(value: unknown): number | undefined {
	return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** What Baguette writes before the first JPEG on a pipe: the head of an HTTP answer, which `<img>` and players read. */
export const MULTIPART_HEAD = Buffer.from(
	"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n",
);

/** A JPEG as a part of that answer. */
export function jpegPart(jpeg: Uint8Array): Buffer {
	const head = `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
	return Buffer.concat([Buffer.from(head), jpeg, Buffer.from("\r\n")]);
}

/** A number of a query string; undefined when it is absent or no finite number. */
export function numberIn(query: URLSearchParams, name: string): number | undefined {
	const text = query.get(name) ?? "";
	const value = Number(text);
	return text !== "" && Number.isFinite(value) ? value : undefined;
}
