import type { Clock } from "../../devices/clock.ts";

/** Time between sender reports, and between looks at the deadlines, milliseconds. */
const TICK = 1000;

/**
 * Peers that may be on their way to a connection. Beyond it the one that has waited longest ends, so that whoever opens
 * peers and never connects them keeps nobody out.
 */
export const MAX_JOINING = 1024;

/** A peer as the roster sees it. */
export interface RosterPeer {
	/** Looks at its deadlines and tells its viewer the time; called each second. */
	tick(): void;
	/** Must end, since too many others want to join. */
	giveWay(): void;
}

/** All peers of an engine: one timer for all, and a bound to those that have not joined yet. */
export class Roster {
	readonly #clock: Clock;
	readonly #peers = new Set<RosterPeer>();
	/** Those without DTLS so far, the oldest first. */
	readonly #joining = new Set<RosterPeer>();
	#cancelTick: (() => void) | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	add(peer: RosterPeer): void {
		const [oldest] = this.#joining;
		if (this.#joining.size >= MAX_JOINING) oldest?.giveWay();
		this.#peers.add(peer);
		this.#joining.add(peer);
		this.#cancelTick ??= this.#clock.after(TICK, () => this.#tick());
	}

	/** The peer's DTLS is done. */
	joined(peer: RosterPeer): void {
		this.#joining.delete(peer);
	}

	remove(peer: RosterPeer): void {
		this.#peers.delete(peer);
		this.#joining.delete(peer);
		if (this.#peers.size > 0) return;
		this.#cancelTick?.();
		this.#cancelTick = undefined;
	}

	#tick(): void {
		this.#cancelTick = this.#clock.after(TICK, () => this.#tick());
		for (const peer of this.#peers) peer.tick();
	}
}
