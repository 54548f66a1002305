import type { ControlEvent, ControlMember } from "../../signaling/rooms/control.ts";

/**
 * The rules of control written a second time, as plainly as they can be told: what everybody may do, then what it does.
 * Times are in seconds.
 */
export class ControlModel {
	locked = false;
	holder: string | undefined;
	asks: { who: string; at: number }[] = [];
	#touchedAt = 0;
	#dropped: { who: string; at: number } | undefined;

	/** Makes an event happen; gives the code of the refusal, if it is refused. */
	happen(event: ControlEvent, second: number): string | undefined {
		this.#passTime(second);
		const refused = this.#refusal(event);
		if (!refused) this.#do(event, second);
		this.#next(second);
		this.#passTime(second);
		return refused;
	}

	#refusal(event: ControlEvent): string | undefined {
		if (event.type === "touched" || event.type === "left" || event.type === "returned") return undefined;
		if (event.type === "time") return undefined;
		const { by, type } = event;
		const owner = by.role === "own";
		const holds = this.holder === by.viewerId || by.holdsElsewhere === true;
		if (by.role === "view") return "not-allowed";
		if (["take", "lock", "unlock", "reset"].includes(type)) return owner ? undefined : "not-allowed";
		if (type === "request" && this.locked && !holds) {
			return owner && this.holder === undefined ? undefined : "control-locked";
		}
		if (type === "release") return holds ? undefined : "not-holder";
		if (type === "cancel") return this.#asks(by) ? undefined : "no-request";
		if ((type === "give" || type === "deny") && !owner && !holds) return "not-holder";
		if (type === "deny") return this.#asks(event.to) ? undefined : "no-request";
		if (type === "give" && this.locked && !owner) return "control-locked";
		if (type === "give" && event.to.role === "view") return "not-allowed";
		return undefined;
	}

	#do(event: ControlEvent, second: number): void {
		switch (event.type) {
			case "request":
				if (this.holder === undefined || event.by.holdsElsewhere)
					return this.#give(event.by.viewerId, second);
				if (this.holder !== event.by.viewerId && !this.#asks(event.by))
					this.asks.push({ who: event.by.viewerId, at: second });
				return;
			case "cancel":
				return this.#unask(event.by.viewerId);
			case "deny":
				return this.#unask(event.to.viewerId);
			case "give":
				return this.#give(event.to.viewerId, second);
			case "take":
				return this.#give(event.by.viewerId, second);
			case "release":
				this.holder = undefined;
				return;
			case "lock":
				if (this.locked) return;
				this.locked = true;
				this.asks = [];
				this.#dropped = undefined;
				if (!event.ownerHolds) this.#give(event.by.viewerId, second);
				return;
			case "unlock":
				this.locked = false;
				return;
			case "reset":
				this.locked = false;
				this.holder = undefined;
				this.asks = [];
				this.#dropped = undefined;
				return;
			case "touched":
				if (this.holder === event.by.viewerId) this.#touchedAt = second;
				else if (event.by.holdsElsewhere) this.#give(event.by.viewerId, second);
				else if (event.touchTakes && this.holder === undefined && !this.locked && event.by.role !== "view")
					this.#give(event.by.viewerId, second);
				return;
			case "left":
				return this.#leave(event.viewerId, event.claims, second);
			case "returned":
				if (event.by.role === "view") this.#leave(event.by.viewerId, false, second);
				else if (this.#dropped?.who === event.by.viewerId) this.#give(event.by.viewerId, second);
				else if (this.locked && this.holder === undefined && event.by.role === "own")
					this.#give(event.by.viewerId, second);
		}
	}

	#leave(who: string, claims: boolean, second: number): void {
		this.#unask(who);
		if (!claims && this.#dropped?.who === who) this.#dropped = undefined;
		if (this.holder !== who) return;
		this.holder = undefined;
		this.#dropped = claims ? { who, at: second } : undefined;
	}

	#passTime(second: number): void {
		this.asks = this.asks.filter(({ at }) => second - at < 20);
		if (this.#dropped && second - this.#dropped.at >= 30) this.#dropped = undefined;
		if (this.asks.length > 0 && second - this.#touchedAt >= 30) this.holder = undefined;
		this.#next(second);
	}

	#next(second: number): void {
		const first = this.asks[0];
		if (first && this.holder === undefined) this.#give(first.who, second);
	}

	#give(who: string, second: number): void {
		if (this.holder === who) return;
		this.holder = who;
		this.#touchedAt = second;
		this.#dropped = undefined;
		this.#unask(who);
	}

	#asks({ viewerId }: ControlMember): boolean {
		return this.asks.some(({ who }) => who === viewerId);
	}

	#unask(who: string): void {
		this.asks = this.asks.filter((ask) => ask.who !== who);
	}
}
