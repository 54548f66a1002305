import type { Target } from "./figure.ts";

/** What Porthole means to keep to at 1280×720 on two shared cores; missing one is told, not failed. */
export const targets = {
	drawnToDecoded: { median: 18, p95: 28 },
	/** A frame of the source waits for the next look at the screen at most. */
	drawnToRead: { median: 12 },
	/** Of an idle screen, and of one that nobody takes. */
	sourceAtRest: { median: 2, below: true },
	clickToPixelIdle: { median: 14, p95: 25 },
	firstFrame: { median: 350 },
	idleDesktop: { median: 2, below: true },
	scrollingText: { median: 25, below: true },
	furtherViewer: { median: 0.7, below: true },
	/** Two thirds of the better of two peers, per cent. */
	fanOut: { median: 67 },
	nativeSender: { median: 0.2 },
	nativeDelivery: { median: 16, p95: 16 },
	hxfrWire: { median: 1 },
	doorTap: { median: 5 },
	/** Megabytes: 32 MiB for AVCC and 4 for MJPEG, and what a collection may leave for later. */
	slowReader: { median: 100 },
	/** Per cent of the frames before. */
	floodFramesKept: { median: 90, atLeast: true },
	hostMemory: { median: 300, below: true },
	lossyRate: { median: 58, atLeast: true },
	/** 100 ms and a round trip of 40 ms. */
	blackoutRecovery: { median: 140, p95: 140 },
	bottleneckDelay: { median: 50, p95: 150 },
	bottleneckRate: { median: 30, atLeast: true },
	reopened: { median: 5 },
	/** Megabytes: what a collection may leave for later. */
	growth: { median: 20 },
} satisfies Record<string, Target>;
