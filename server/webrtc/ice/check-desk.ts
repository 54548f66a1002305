import { CheckBudget } from "./check-budget.ts";
import type { DropReason } from "./drop-reason.ts";
import type { Path, PathOwner } from "./path.ts";
import { type BindingRequest, hasIntegrity, parseBindingRequest } from "./stun.ts";

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

export interface CheckDeskOptions {
	now(): number;
	dropped(reason: DropReason): void;
}

/** Finds out whom a connectivity check is for, and whether its sender knows the password. */
export class CheckDesk {
	readonly #agents = new Map<string, CheckedAgent>();
	readonly #budget: CheckBudget;
	readonly #dropped: (reason: DropReason) => void;

	constructor(options: CheckDeskOptions) {
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
