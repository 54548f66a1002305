import type { Role } from "../../signaling/protocol/messages.ts";
import type { Clock } from "../devices/clock.ts";

/** How often signaling hears that the holder still touches, ms. */
export const TOUCHED_EVERY = 5_000;

/** Who may touch a device, as signaling tells it. */
export interface ToldControl {
	readonly holder?: string | undefined;
	/** Other viewers of the holder's, whose touch passes control to them. */
	readonly tabs: readonly string[];
	/** Nobody holds it, and the first touch takes it. */
	readonly touchTakes: boolean;
}

/** Why input does not reach the device. */
export type InputRefusal = "not-allowed" | "no-control";

export interface HostControlDeps {
	readonly clock: Clock;
	/** From now on only this viewer touches; whatever another holds is let go. */
	readonly passed: (holder: string | undefined) => void;
	/** The holder touches, or has just taken control by a touch: free, or from another tab of its own. */
	readonly touched: (viewerId: string) => void;
}

/**
 * Control of one device where it counts: decides over every input. It follows what signaling tells, and is ahead of
 * it only by the touch that takes control while it is free. Until it has been told anything, nobody may touch.
 */
export class HostControl {
	readonly #deps: HostControlDeps;
	#holder: string | undefined;
	#tabs: ReadonlySet<string> = new Set();
	#touchTakes = false;
	#toldTouchAt = Number.NEGATIVE_INFINITY;

	constructor(deps: HostControlDeps) {
		this.#deps = deps;
	}

	/** Who has control now. */
	get holder(): string | undefined {
		return this.#holder;
	}

	/** Takes what signaling says. What the loser holds is let go before this returns. */
	tell({ holder, tabs, touchTakes }: ToldControl): void {
		this.#tabs = new Set(tabs);
		this.#touchTakes = holder === undefined && touchTakes;
		this.#pass(holder);
	}

	/**
	 * Why a viewer's input is refused; undefined when it may pass. `takes`: the input is a touch, which takes control
	 * that is free for it.
	 */
	refusal(viewerId: string, role: Role, takes: boolean): InputRefusal | undefined {
		if (role === "view") return "not-allowed";
		if (this.#holder !== viewerId) {
			const isTab = this.#tabs.has(viewerId);
			if (!(this.#touchTakes || isTab) || !takes) return "no-control";
			if (isTab && this.#holder !== undefined) this.#tabs = new Set([...this.#tabs, this.#holder]);
			this.#touchTakes = false;
			this.#pass(viewerId);
		}
		const now = this.#deps.clock.now();
		if (now - this.#toldTouchAt >= TOUCHED_EVERY) {
			this.#toldTouchAt = now;
			this.#deps.touched(viewerId);
		}
		return undefined;
	}

	#pass(holder: string | undefined): void {
		if (holder === this.#holder) return;
		this.#holder = holder;
		this.#toldTouchAt = Number.NEGATIVE_INFINITY;
		this.#deps.passed(holder);
	}
}
