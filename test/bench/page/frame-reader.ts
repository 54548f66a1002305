import type { Page } from "playwright";
import type { FrameReading } from "./frame-reading.ts";

/** Where frames are read: as the decoder gives them, or as they are shown. */
export type ReadingPoint = "decoded" | "painted";

/** The clock strip that test/native/screen-client/clock-strip.h draws. */
const STRIP = { cell: 8, cells: 52 } as const;
/** Width of the measured screen, pixels. */
const SCREEN_WIDTH = 1280;

interface Recording {
	readonly readings: FrameReading[];
	/** Times of `pointerdown` as the page got them, ms since the Unix epoch. */
	readonly presses: number[];
	stop(): void;
}

/** Chromium's, not yet in TypeScript's DOM. https://w3c.github.io/mediacapture-transform/#track-processor */
declare class MediaStreamTrackProcessor {
	constructor(init: { track: MediaStreamTrack });
	readonly readable: ReadableStream<VideoFrame>;
}

declare global {
	interface Window {
		benchRecording?: Recording | undefined;
	}
}

/** Reads every frame of the page's screen from now on. */
export async function startReading(page: Page, point: ReadingPoint): Promise<void> {
	await page.evaluate(recordFrames, { point, ...STRIP, fullWidth: SCREEN_WIDTH });
}

/** Ends reading and returns what was read. */
export async function stopReading(page: Page): Promise<Pick<Recording, "readings" | "presses">> {
	return page.evaluate(() => {
		const recording = window.benchRecording;
		window.benchRecording = undefined;
		recording?.stop();
		return { readings: recording?.readings ?? [], presses: recording?.presses ?? [] };
	});
}

/** Runs in the page: uses nothing from outside itself. */
function recordFrames(options: {
	point: ReadingPoint;
	cell: number;
	cells: number;
	fullWidth: number;
}): void {
	const { point, cell, cells, fullWidth } = options;
	const video = document.querySelector<HTMLVideoElement>("video[data-testid=screen]");
	const track = video?.srcObject instanceof MediaStream ? video.srcObject.getVideoTracks()[0] : undefined;
	if (!video || !track) throw new Error("the page shows no picture");
	const width = cell * cells;
	const readings: FrameReading[] = [];
	const presses: number[] = [];
	const epoch = epochOfPage();
	const keep = (at: number, lumaAt: (x: number) => number) => {
		const luma = Array.from({ length: cells }, (_, index) => lumaAt(index * cell + cell / 2));
		readings.push({ at: epoch + at, luma });
	};
	const pressed = () => presses.push(epoch + performance.now());
	window.addEventListener("pointerdown", pressed, { capture: true });
	const stopFrames = point === "decoded" ? readDecoded(track) : readPainted(video);
	window.benchRecording = {
		readings,
		presses,
		stop() {
			window.removeEventListener("pointerdown", pressed, { capture: true });
			stopFrames();
		},
	};

	/** `performance.timeOrigin` drifts from the wall clock that the strip shows; the tick of `Date.now()` does not. */
	function epochOfPage(): number {
		let offset = Number.NEGATIVE_INFINITY;
		for (let tick = 0; tick < 20; tick++) {
			const before = Date.now();
			while (Date.now() === before);
			offset = Math.max(offset, Date.now() - performance.now());
		}
		return offset;
	}

	/** A clone of the track, so that the video goes on as it is. */
	function readDecoded(original: MediaStreamTrack): () => void {
		const clone = original.clone();
		const reader = new MediaStreamTrackProcessor({ track: clone }).readable.getReader();
		const next = async () => {
			const { value: frame } = await reader.read();
			if (!frame) return;
			const at = performance.now();
			try {
				// The small rendition shows everything at half its size.
				const scale = frame.codedWidth / fullWidth;
				const rect = { x: 0, y: ((cell * scale) / 2) & ~1, width: width * scale, height: 2 };
				const planes = new Uint8Array(frame.allocationSize({ rect }));
				const [luma] = await frame.copyTo(planes, { rect });
				keep(at, (x) => planes[(luma?.offset ?? 0) + Math.floor(x * scale)] ?? 0);
			} finally {
				frame.close();
			}
			await next();
		};
		next().catch(() => {});
		return () => clone.stop();
	}

	function readPainted(element: HTMLVideoElement): () => void {
		const canvas = new OffscreenCanvas(width, 1);
		const context = canvas.getContext("2d", { willReadFrequently: true });
		let handle = 0;
		const next = () => {
			const at = performance.now();
			handle = element.requestVideoFrameCallback(next);
			context?.drawImage(element, 0, cell / 2, width, 1, 0, 0, width, 1);
			const pixels = context?.getImageData(0, 0, width, 1).data;
			keep(at, (x) => pixels?.[x * 4 + 1] ?? 0);
		};
		handle = element.requestVideoFrameCallback(next);
		return () => element.cancelVideoFrameCallback(handle);
	}
}
