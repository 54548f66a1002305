import type { AccessUnit } from "../../../server/devices/provider.ts";

/** One viewer's connection, as a sender under comparison makes it. */
export interface FanOutPeer {
	readonly offer: string;
	accept(answer: string): Promise<void>;
	close(): void;
}

/** A way to send one stream to many viewers. */
export interface FanOut {
	/** Processes that the work is done in, this one among them. */
	pids(): Promise<number[]>;
	push(unit: AccessUnit): void;
	/** Fails when the viewer cannot be served. */
	addPeer(): Promise<FanOutPeer>;
}

/** Opens one; `keyframeNeeded` is called when a viewer waits for a keyframe. */
export type OpenFanOut = (keyframeNeeded: () => void) => FanOut;
