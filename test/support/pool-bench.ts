import { ScriptPool } from "../../server/webrtc/sender/script-pool.ts";
import type { SenderPool } from "../../server/webrtc/sender/sender-pool.ts";
import { FakeClock } from "../fakes/fake-clock.ts";

/** A kind of sender pool to run tests on, and how time passes for it. */
export interface PoolBench {
	readonly kind: SenderPool["kind"];
	open(): OpenPool;
}

export interface OpenPool {
	readonly pool: SenderPool;
	/** Milliseconds since the Unix epoch, the pool's own clock. */
	now(): number;
	/** Lets time pass; afterwards all that is due has happened. With 0: all that was asked for so far has. */
	pass(ms: number): Promise<void>;
}

export const scriptBench: PoolBench = {
	kind: "script",
	open() {
		const clock = new FakeClock(1_000_000);
		return {
			pool: new ScriptPool(clock),
			now: () => clock.now(),
			pass: async (ms) => clock.advance(ms),
		};
	},
};
