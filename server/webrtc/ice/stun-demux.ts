import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import { networkOf, RateLimit } from "../../../signaling/rate-limit.ts";
import type { Path, PathOwner } from "./path.ts";
import { type BindingRequest, hasIntegrity, parseBindingRequest } from "./stun.ts";

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
	constructor(now: () => MonotonicTime) {
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

/**
 * Why a packet or a TCP connection at the media port was dropped. `malformed`: looks like STUN and is no check;
 * `unknown-user`: a check for nobody here; `wrong-password`; `too-many-checks`: not looked at, to keep the work bounded;
 * `unknown-address`: anything else from where no good check came; `bad-frame`: no RFC 4571 over TCP; `idle-connection`:
 * no good check in time; `crowded`: more connections than are kept.
 */
export type DropReason =
	| "malformed"
	| "unknown-user"
	| "wrong-password"
	| "too-many-checks"
	| "unknown-address"
	| "bad-frame"
	| "idle-connection"
	| "crowded";

/** Whom checks are for. */
export interface CheckedAgent extends PathOwner {
	readonly ufrag: string;
	readonly password: string;
	/** Whether a check with this user name, which begins with our ufrag, can be of our viewer. */
	expects(username: string): boolean;
	/** A check with the right password came over a path, which need not be the agent's yet. */
	checked(request: BindingRequest, path: Path): void;
}

/** A check with the right password. */
export interface GenuineCheck {
	readonly agent: CheckedAgent;
	readonly request: BindingRequest;
}

export interface StunDemuxOptions {
	now(): MonotonicTime;
	dropped(reason: DropReason): void;
}

/** Finds out whom a connectivity check is for, and whether its sender knows the password. */
export class StunDemux {
	readonly #agents = new Map<string, CheckedAgent>();
	readonly #budget: CheckBudget;
	readonly #dropped: (reason: DropReason) => void;

	constructor(options: StunDemuxOptions) {
		this.#budget = new CheckBudget(options.now);
		this.#dropped = options.dropped;
	}

	add(agent: CheckedAgent): void {
		this.#agents.set(agent.ufrag, agent);
	}

	remove(agent: CheckedAgent): void {
		this.#agents.delete(agent.ufrag);
	}

	/**
	 * Takes a STUN packet from `source`, a remote address whose path `owner` has; absent when it is no genuine check,
	 * which is counted. Cheap unless its user is known; the HMACs of strangers are limited.
	 */
	verify(packet: Buffer, source: string, owner: PathOwner | undefined): GenuineCheck | undefined {
		const request = parseBindingRequest(packet);
		if (request === undefined) return this.#drop("malformed");
		const agent = this.#agents.get(request.username.split(":", 1)[0] ?? "");
		if (agent === undefined || !agent.expects(request.username)) return this.#drop("unknown-user");
		const isOwnPath = owner === agent;
		if (!this.#budget.take(agent.ufrag, source, isOwnPath)) return this.#drop("too-many-checks");
		if (hasIntegrity(request, agent.password)) return { agent, request };
		if (!isOwnPath) this.#budget.wrong(agent.ufrag, source);
		return this.#drop("wrong-password");
	}

	#drop(reason: DropReason): undefined {
		this.#dropped(reason);
		return undefined;
	}
}
