import { readFileSync } from "node:fs";
import type { AccessUnit } from "../../server/devices/provider.ts";
import { forEachNal, NAL_ACCESS_UNIT_DELIMITER, NAL_IDR, nalType } from "../../server/h264/annexb.ts";

export const PATTERN_FILE = new URL("../fixtures/h264/pattern-320x240.h264", import.meta.url);

/** Cuts an Annex B stream with access unit delimiters into access units. */
export function readAccessUnits(stream: Buffer): { data: Buffer; keyframe: boolean }[] {
	const starts: number[] = [];
	const keyframes = new Set<number>();
	forEachNal(stream, (nal) => {
		const at = nal.byteOffset - stream.byteOffset - 3;
		if (nalType(nal) === NAL_ACCESS_UNIT_DELIMITER) starts.push(at);
		if (nalType(nal) === NAL_IDR) keyframes.add(starts.length - 1);
	});
	return starts.map((start, i) => ({
		data: stream.subarray(start, starts[i + 1]),
		keyframe: keyframes.has(i),
	}));
}

/**
 * Plays a recorded pattern (320×240, 30 frames a second, a keyframe each half second) like a live source: it starts
 * with a delta frame, and a request jumps to the next recorded keyframe.
 */
export class PatternSource {
	/** Keyframes asked for. */
	requests = 0;
	/** Access units given out. */
	pushed = 0;
	readonly #units = readAccessUnits(readFileSync(PATTERN_FILE));
	readonly #push: (unit: AccessUnit) => void;
	readonly #timer: NodeJS.Timeout;
	#at = 1;

	constructor(push: (unit: AccessUnit) => void) {
		this.#push = push;
		this.#timer = setInterval(() => this.#next(), 1000 / 30);
	}

	requestKeyframe(): void {
		this.requests++;
		while (!this.#units[this.#at]?.keyframe) this.#at = (this.#at + 1) % this.#units.length;
	}

	stop(): void {
		clearInterval(this.#timer);
	}

	#next(): void {
		const unit = this.#units[this.#at];
		if (unit === undefined) return;
		this.#at = (this.#at + 1) % this.#units.length;
		this.pushed++;
		const now = performance.timeOrigin + performance.now();
		this.#push({ ...unit, captureTime: now - 2, encodedTime: now, width: 320, height: 240 });
	}
}
