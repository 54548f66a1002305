import type { Clock } from "../../devices/clock.ts";
import type { Rendition } from "../../devices/provider.ts";
import type { Demand, Supply, TrackEvents } from "../media.ts";
import { AudienceMember } from "./audience-member.ts";
import { RenditionPolicy } from "./rendition-policy.ts";
import type { Feed } from "./sender-pool.ts";

/** Time between decisions, and at least between two demands, milliseconds. */
const INTERVAL = 100;

export interface AudienceOptions {
	readonly clock: Clock;
	readonly feeds: Readonly<Record<Rendition, Feed>>;
	readonly supply: Supply;
	/** Keyframe requests are told as often as viewers have them. */
	readonly events: TrackEvents;
}

/** The viewers of one track: gives each the rendition that suits it, and tells the source what they can take. */
export class Audience {
	readonly #options: AudienceOptions;
	readonly #policy: RenditionPolicy;
	readonly #members = new Map<string, AudienceMember>();
	#told: Demand = {};
	#toldAt = Number.NEGATIVE_INFINITY;
	#cancel: (() => void) | undefined;

	constructor(options: AudienceOptions) {
		this.#options = options;
		this.#policy = new RenditionPolicy(options.supply);
	}

	setSupply(supply: Supply): void {
		this.#policy.setSupply(supply);
		for (const member of this.#members.values()) member.rate.setWanted(this.#policy.wanted);
		this.#decide();
	}

	/** Lets a viewer in; it counts from when it has a sender. */
	join(id: string): AudienceMember {
		const { clock, feeds, events } = this.#options;
		const member: AudienceMember = new AudienceMember(clock, feeds, {
			keyframeNeeded: events.keyframeNeeded,
			changed: () => {
				if (this.#members.get(id) === member) this.#decide();
			},
			attached: () => {
				this.#members.set(id, member);
				member.rate.setWanted(this.#policy.wanted);
				this.#cancel ??= clock.after(INTERVAL, () => this.#tick());
			},
			left: () => {
				if (this.#members.get(id) !== member) return;
				this.#members.delete(id);
				this.#policy.removeViewer(id);
				this.#decide();
			},
		});
		return member;
	}

	close(): void {
		this.#cancel?.();
		this.#cancel = undefined;
		this.#members.clear();
	}

	#tick(): void {
		this.#cancel = undefined;
		for (const member of this.#members.values()) member.poll();
		this.#decide();
		if (this.#members.size > 0) this.#cancel ??= this.#options.clock.after(INTERVAL, () => this.#tick());
	}

	#decide(): void {
		const now = this.#options.clock.now();
		for (const [id, { state }] of this.#members) this.#policy.setViewer(id, state);
		this.#policy.update(now);
		this.#tell(this.#policy.demand, now);
		for (const [id, member] of this.#members) member.setRendition(this.#policy.rendition(id));
	}

	/** Small changes wait for their turn; the start and the end of a rendition do not. */
	#tell(demand: Demand, now: number): void {
		const before = this.#told;
		const sameKind = (before.main === undefined) === (demand.main === undefined);
		const sameKinds = sameKind && (before.small === undefined) === (demand.small === undefined);
		if (demand === before || (sameKinds && now - this.#toldAt < INTERVAL)) return;
		if (sameKinds && before.main === demand.main && before.small === demand.small) return;
		this.#told = demand;
		this.#toldAt = now;
		this.#options.events.demand(demand);
	}
}
