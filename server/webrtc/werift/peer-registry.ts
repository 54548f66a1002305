import type { Clock } from "../../devices/clock.ts";

/** Time between looks at the deadlines, and between sender reports, milliseconds. */
const TICK = 1000;

/**
 * Transports that may be on their way to a connection. Beyond it the one that has waited longest ends, so that whoever
 * opens transports and never connects them keeps nobody out.
 */
export const MAX_CONNECTING = 1024;

/** A transport as the registry sees it. */
export interface RegisteredPeer {
	/** Looks at its deadlines; called each second. */
	tick(): void;
	/** Must end, since too many others want to connect. */
	giveWay(): void;
}

/** All transports of an engine: one timer for all, and a bound to those that are not connected yet. */
export class PeerRegistry {
	readonly #clock: Clock;
	readonly #peers = new Set<RegisteredPeer>();
	/** The oldest first. */
	readonly #connecting = new Set<RegisteredPeer>();
	#cancelTick: (() => void) | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	add(peer: RegisteredPeer): void {
		const [oldest] = this.#connecting;
		if (this.#connecting.size >= MAX_CONNECTING) oldest?.giveWay();
		this.#peers.add(peer);
		this.#connecting.add(peer);
		this.#cancelTick ??= this.#clock.after(TICK, () => this.#tick());
	}

	/** The peer's DTLS handshake is done. */
	connected(peer: RegisteredPeer): void {
		this.#connecting.delete(peer);
	}

	remove(peer: RegisteredPeer): void {
		this.#peers.delete(peer);
		this.#connecting.delete(peer);
		if (this.#peers.size > 0) return;
		this.#cancelTick?.();
		this.#cancelTick = undefined;
	}

	#tick(): void {
		this.#cancelTick = this.#clock.after(TICK, () => this.#tick());
		for (const peer of this.#peers) peer.tick();
	}
}
