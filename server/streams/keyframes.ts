import type { MonotonicTime } from "../../signaling/protocol/time.ts";
import type { Clock } from "../devices/clock.ts";
import type { Rendition, Source } from "../devices/provider.ts";

/** Least time between two requests to a source for keyframes of one rendition, milliseconds. */
export const KEYFRAME_INTERVAL = 250;
/**
 * So many may come at that pace. From then on it is one in a second, until they have come back: keyframes without end, which
 * any viewer can ask for, take the bit rate from everybody's frames.
 */
export const KEYFRAME_BURST = 12;
export const SUSTAINED_INTERVAL = 1000;

interface State {
	/** Somebody waits for a keyframe that the source was not asked for yet. */
	wanted: boolean;
	/** The source has given one. */
	begun: boolean;
	askedAt: MonotonicTime;
	/** Keyframes that may come at the quick pace, as of `askedAt`. */
	credit: number;
	cancel: (() => void) | undefined;
}

/**
 * Decides when a device's source is asked for a keyframe, for all who need one: the track's viewers and gateways'
 * clients, who each ask as if they were alone. The first is served at once; after that the source is asked at most once
 * in 250 ms for each rendition, and once in a second after twelve of those. A request that comes too early is served at the end of that time, unless a keyframe came
 * by then. None is forgotten.
 */
export class KeyframeGate {
	readonly #clock: Clock;
	readonly #states: Readonly<Record<Rendition, State>> = { main: initial(), small: initial() };
	#source: Pick<Source, "requestKeyframe"> | undefined;
	#closed = false;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/**
	 * The source that runs now, if one does. It begins with a keyframe by itself, so only who came after that and before
	 * the source was known here still needs one.
	 */
	setSource(source: Pick<Source, "requestKeyframe"> | undefined): void {
		this.#source = source;
		for (const rendition of ["main", "small"] as const) {
			const state = this.#states[rendition];
			if (source === undefined) {
				state.begun = false;
				this.#stopWaiting(state);
			} else if (state.begun) {
				this.#ask(rendition);
			}
		}
	}

	/** Somebody cannot go on without a keyframe. May come often. */
	request(rendition: Rendition): void {
		if (this.#closed) return;
		this.#states[rendition].wanted = true;
		this.#ask(rendition);
	}

	/** A keyframe goes out to all: whoever waits is served by it. */
	sent(rendition: Rendition): void {
		const state = this.#states[rendition];
		state.wanted = false;
		state.begun = true;
		this.#stopWaiting(state);
	}

	close(): void {
		this.#closed = true;
		this.setSource(undefined);
	}

	#ask(rendition: Rendition): void {
		const state = this.#states[rendition];
		if (this.#source === undefined || !state.wanted || state.cancel !== undefined) return;
		const now = this.#clock.now();
		const credit = creditAt(state, now);
		const wait = state.askedAt + (state.credit >= 1 ? KEYFRAME_INTERVAL : SUSTAINED_INTERVAL) - now;
		if (wait > 0) {
			state.cancel = this.#clock.after(wait, () => {
				state.cancel = undefined;
				this.#ask(rendition);
			});
			return;
		}
		state.wanted = false;
		state.askedAt = now;
		state.credit = Math.max(0, credit - 1);
		this.#source.requestKeyframe(rendition);
	}

	#stopWaiting(state: State): void {
		state.cancel?.();
		state.cancel = undefined;
	}
}

/** One comes back in each second. */
function creditAt({ credit, askedAt }: State, now: MonotonicTime): number {
	return Math.min(KEYFRAME_BURST, credit + (now - askedAt) / SUSTAINED_INTERVAL);
}

function initial(): State {
	const askedAt = Number.NEGATIVE_INFINITY;
	return { wanted: false, begun: false, askedAt, credit: KEYFRAME_BURST, cancel: undefined };
}
