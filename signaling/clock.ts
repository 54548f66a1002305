/** Time as signaling sees it; injected, so that tests can hold it still. */
export interface Clock {
	/** Milliseconds since the Unix epoch. */
	now(): number;
	/** Calls back once, `ms` from now. The function returned takes it back. */
	after(ms: number, callback: () => void): () => void;
}

/** The machine's clock. A timer of it keeps no process alive. */
export const wallClock: Clock = {
	now: Date.now,
	after(ms, callback) {
		const timer = setTimeout(callback, ms);
		timer.unref();
		return () => clearTimeout(timer);
	},
};
