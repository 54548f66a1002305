import { networkOf, RateLimit } from "../../../signaling/rate-limit.ts";

/** Over which time tries come back, ms. */
const PERIOD = 10_000;

/** Checks of one agent's own paths: a browser makes some 20 a second for each pair while it joins, then one in 2.5 s. */
const FROM_OWN_PATHS = 1000;

/** Checks for one agent from addresses that are not its own yet. */
const FROM_STRANGERS = 200;

/** Wrong passwords for one agent from one network, and for all agents from all. */
const WRONG_OF_NETWORK = 20;
const WRONG_TOGETHER = 10_000;

/**
 * Bounds the HMACs that checks are verified with. What strangers send is limited apart from what comes over paths that
 * showed the password before, so that a flood of wrong passwords does not end a viewer's connection, and apart for each
 * agent, so that it does not hinder others' joining.
 */
export class CheckBudget {
	readonly #ownPaths: RateLimit;
	readonly #strangers: RateLimit;
	readonly #wrongOfNetwork: RateLimit;
	readonly #wrongTogether: RateLimit;

	/** `now` in milliseconds. */
	constructor(now: () => number) {
		this.#ownPaths = new RateLimit(FROM_OWN_PATHS, PERIOD, now);
		this.#strangers = new RateLimit(FROM_STRANGERS, PERIOD, now);
		this.#wrongOfNetwork = new RateLimit(WRONG_OF_NETWORK, PERIOD, now);
		this.#wrongTogether = new RateLimit(WRONG_TOGETHER, PERIOD, now);
	}

	/** Whether a check for the agent of `ufrag` may be verified; it then counts. `source`: the sender's address. */
	take(ufrag: string, source: string, isOwnPath: boolean): boolean {
		if (isOwnPath) return this.#ownPaths.take(ufrag);
		if (!this.#wrongTogether.has("") || !this.#wrongOfNetwork.has(guesser(ufrag, source))) return false;
		return this.#strangers.take(ufrag);
	}

	/** A check from a stranger for the agent of `ufrag` had a wrong password. */
	wrong(ufrag: string, source: string): void {
		this.#wrongTogether.take("");
		this.#wrongOfNetwork.take(guesser(ufrag, source));
	}
}

/** Others behind the same router may be honest, and so may others who want to reach the same agent. */
function guesser(ufrag: string, source: string): string {
	return `${ufrag} ${networkOf(source)}`;
}
