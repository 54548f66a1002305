import type { AccessUnit } from "../../devices/provider.ts";
import type { NativeRtpPool } from "../../native/rtp-pool.ts";
import type { Feed } from "./sender-pool.ts";

/** One rendition of one device in a native pool. */
export class NativeFeed implements Feed {
	readonly id: number;
	readonly #native: NativeRtpPool;
	readonly #beforePush: () => void;

	/** `beforePush` runs before each access unit is handed over. */
	constructor(native: NativeRtpPool, beforePush: () => void) {
		this.#native = native;
		this.#beforePush = beforePush;
		this.id = native.openFeed();
	}

	push(unit: AccessUnit, rtpTimestamp: number): void {
		this.#beforePush();
		this.#native.push(this.id, unit.data, unit.captureTime, rtpTimestamp, unit.keyframe);
	}

	close(): void {
		this.#native.closeFeed(this.id);
	}
}
