import type { Clock, MonotonicTime } from "../../signaling/protocol/time.ts";

interface Timer {
	readonly at: number;
	readonly callback: () => void;
	timeout: NodeJS.Timeout;
}

/** The machine's time, in which a test can jump ahead: what falls due until then happens at once, nothing in between. */
export class JumpingClock implements Clock {
	#shift = 0;
	readonly #timers = new Set<Timer>();

	now(): MonotonicTime {
		return performance.timeOrigin + performance.now() + this.#shift;
	}

	after(delay: number, callback: () => void): () => void {
		const timer: Timer = {
			at: this.now() + delay,
			callback,
			timeout: setTimeout(() => this.#run(timer), delay),
		};
		this.#timers.add(timer);
		return () => this.#drop(timer);
	}

	/** Jumps ahead, with every timer on the way called at its time. No packet arrives meanwhile: it all happens in one turn. */
	jump(ms: number): void {
		const end = this.now() + ms;
		for (let next = this.#next(end); next; next = this.#next(end)) {
			this.#shift += Math.max(0, next.at - this.now());
			this.#run(next);
		}
		this.#shift += Math.max(0, end - this.now());
		for (const timer of this.#timers) {
			clearTimeout(timer.timeout);
			timer.timeout = setTimeout(() => this.#run(timer), timer.at - this.now());
		}
	}

	#run(timer: Timer): void {
		this.#drop(timer);
		timer.callback();
	}

	#drop(timer: Timer): void {
		clearTimeout(timer.timeout);
		this.#timers.delete(timer);
	}

	#next(end: number): Timer | undefined {
		let next: Timer | undefined;
		for (const timer of this.#timers) if (timer.at <= end && (!next || timer.at < next.at)) next = timer;
		return next;
	}
}
