import { onTestFinished } from "vitest";
import type { Clock } from "../../server/devices/clock.ts";
import { loadAddon } from "../../server/native/load.ts";
import { SenderPool } from "../../server/webrtc/rtp/sender-pool.ts";
import { FakeClock } from "../fakes/fake-clock.ts";

/**
 * Virtual time for JavaScript and the addon's sender thread alike. The thread is idle whenever JavaScript runs or time
 * goes on, so that a seed always gives the same run.
 */
export class PoolClock extends FakeClock {
	readonly pool = new SenderPool(loadAddon(), () => {});

	constructor(start = 1_000_000) {
		super(start);
		onTestFinished(() => this.pool.close());
		this.pool.stopClockAt(start);
	}

	/** For what neither hears from the thread nor asks it for anything: the same time, without waiting for the thread. */
	readonly besideThread: Clock = {
		now: () => this.now(),
		after: (delay, callback) => super.after(delay, callback),
	};

	override after(delay: number, callback: () => void): () => void {
		return super.after(delay, () => {
			this.#moveThread();
			callback();
			this.#settle();
		});
	}

	/** The thread looks at what waits each millisecond, as it does in real time. */
	override advance(ms: number): void {
		this.#settle();
		for (let left = ms; left > 0; left--) {
			super.advance(Math.min(1, left));
			this.#moveThread();
		}
	}

	#moveThread(): void {
		this.pool.stopClockAt(this.now());
		this.#settle();
	}

	/** What the thread tells may lead to orders for it. */
	#settle(): void {
		while (this.pool.settle());
	}
}
