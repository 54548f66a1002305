import type { Clock } from "../clock.ts";
import { Declined } from "../protocol/errors.ts";
import type { ControlAction, ControlState, ToHost, ToViewer } from "../protocol/messages.ts";
import {
	type ControlActor,
	type ControlEvent,
	type ControlMachine,
	controlDue,
	freeControl,
	nextControl,
	requestsLeft,
} from "./control.ts";
import type { Participant, Participants } from "./participants.ts";

/** How long a holder who is remembered may take to come back before others can have its control, ms. */
export const HOLDER_AWAITED = 10_000;

/** Tabs of one person that the host is told of; see `control` in the protocol. */
const MAX_TABS = 64;

interface ControlKeeperDeps {
	readonly deviceId: string;
	readonly participants: Participants;
	readonly clock: Clock;
	readonly tellHost: (message: ToHost) => void;
	/** Another holds it now, or it was locked or unlocked. */
	readonly passed: (holder: Participant | undefined, state: ControlState["state"]) => void;
	/** More has changed than when it was touched. */
	readonly changed: () => void;
}

/** Keeps control of one device: watches the clock for it, and tells each change to everybody there and to the host. */
export class ControlKeeper {
	readonly #deps: ControlKeeperDeps;
	#state: ControlMachine;
	#touchTakes: boolean;
	#toldTabs = "";
	#cancelDue = () => {};
	#cancelAwait = () => {};

	/** @param state as it is remembered, or free. */
	constructor(touchTakes: boolean, deps: ControlKeeperDeps, state = freeControl) {
		this.#touchTakes = touchTakes;
		this.#deps = deps;
		this.#state = state;
		this.#watch();
		this.#awaitHolder();
	}

	/** To be remembered. */
	get state(): ControlMachine {
		return this.#state;
	}

	/** Nobody holds, asks or claims, and nothing is locked. */
	get atRest(): boolean {
		const { locked, holder, requests, claim } = this.#state;
		return !locked && holder === undefined && requests.length === 0 && claim === undefined;
	}

	/** What somebody does with it; `to` is a viewer's id. Throws Declined as `nextControl` does, or `no-such-viewer`. */
	act(by: Participant, action: ControlAction, to: string | undefined): void {
		const actor = this.#actor(by);
		if (action === "lock") {
			const ownerHolds = this.#holder?.role === "own";
			return void this.#apply({ type: action, by: actor, ownerHolds });
		}
		if (action !== "give" && action !== "deny") return void this.#apply({ type: action, by: actor });
		const other = to === undefined ? undefined : this.#deps.participants.get(to);
		if (!other?.connection || other.waiting)
			throw new Declined("no-such-viewer", "That person is not here any more.");
		this.#apply({ type: action, by: actor, to: other });
	}

	/** The host let a touch through. If that does not make its viewer the holder, the host hears who is. */
	touched(by: Participant): void {
		this.#apply({ type: "touched", by: this.#actor(by), touchTakes: this.#touchTakes });
		if (this.#state.holder !== by.viewerId) this.tellHost();
	}

	/** Somebody is here, for the first time or again, and hears how control is. */
	arrived(participant: Participant): void {
		const told = this.#apply({ type: "returned", by: participant });
		if (!told) participant.connection?.send({ type: "control", control: this.#view() });
	}

	/** Somebody is gone; `claims`: may be back, and have control again if nobody took it. */
	left({ viewerId, person }: Participant, claims: boolean): void {
		const tab = this.#deps.participants
			.ofPerson(person)
			.find((other) => other.viewerId !== viewerId && other.connection && !other.waiting);
		if (tab && tab.role !== "view" && this.#state.holder === viewerId) {
			const by = { viewerId: tab.viewerId, role: tab.role, holdsElsewhere: true };
			this.#apply({ type: "touched", by, touchTakes: false });
		}
		this.#apply({ type: "left", viewerId, claims });
	}

	/** Others are there than before: the host hears of the holder's tabs. */
	peopleChanged(): void {
		if (this.#tabs().join() !== this.#toldTabs) this.tellHost();
	}

	/** The device's policy, as it is now. */
	setTouchTakes(touchTakes: boolean): void {
		if (touchTakes === this.#touchTakes) return;
		this.#touchTakes = touchTakes;
		this.#tellAll();
	}

	/** Tells the host who may touch. */
	tellHost(): void {
		const { locked, holder } = this.#state;
		const touchTakes = holder === undefined && !locked && this.#touchTakes;
		const { deviceId } = this.#deps;
		const tabs = this.#tabs();
		this.#toldTabs = tabs.join();
		this.#deps.tellHost({
			type: "control",
			deviceId,
			...(holder === undefined ? {} : { holder }),
			tabs,
			touchTakes,
		});
	}

	close(): void {
		this.#cancelDue();
		this.#cancelAwait();
	}

	/** Its frames never stopped, so a remembered holder may still touch: nobody else takes control meanwhile. */
	#awaitHolder(): void {
		const { clock, participants } = this.#deps;
		const holder = this.#state.holder === undefined ? undefined : participants.get(this.#state.holder);
		if (!holder) return;
		this.#cancelAwait = clock.after(HOLDER_AWAITED, () => {
			if (!holder.connection && participants.get(holder.viewerId) === holder) this.left(holder, true);
		});
	}

	get #holder(): Participant | undefined {
		return this.#state.holder === undefined ? undefined : this.#deps.participants.get(this.#state.holder);
	}

	#actor(by: Participant): ControlActor {
		const holder = this.#holder;
		const { viewerId, role } = by;
		return {
			viewerId,
			role,
			holdsElsewhere: holder !== by && holder?.person === by.person && role !== "view",
		};
	}

	/** Other tabs of the holder. */
	#tabs(): string[] {
		const holder = this.#holder;
		if (!holder) return [];
		return this.#deps.participants
			.ofPerson(holder.person)
			.filter((tab) => tab !== holder && tab.role !== "view" && !tab.waiting)
			.map(({ viewerId }) => viewerId)
			.slice(0, MAX_TABS);
	}

	/** Whether it looks any different after. */
	#apply(event: ControlEvent): boolean {
		const before = this.#state;
		const after = nextControl(before, event, this.#deps.clock.now());
		this.#state = after;
		this.#watch();
		const passed = before.locked !== after.locked || before.holder !== after.holder;
		const same = !passed && before.requests === after.requests;
		if (!same || before.claim !== after.claim) this.#deps.changed();
		if (same) return false;
		this.#tellAll();
		const holder = after.holder === undefined ? undefined : this.#deps.participants.get(after.holder);
		if (passed) this.#deps.passed(holder, this.#view().state);
		return true;
	}

	/** The host first: what the loser holds is let go before anybody hears that control is theirs. */
	#tellAll(): void {
		this.tellHost();
		const text = JSON.stringify({ type: "control", control: this.#view() } satisfies ToViewer);
		for (const { connection, waiting } of this.#deps.participants.all())
			if (!waiting) connection?.sendText(text);
	}

	#view(): ControlState {
		const { locked, holder } = this.#state;
		const requests = requestsLeft(this.#state, this.#deps.clock.now());
		const held = holder === undefined ? "free" : requests.length > 0 ? "requested" : "held";
		return {
			state: locked ? "locked" : held,
			...(holder === undefined ? {} : { holder }),
			requests,
			touchTakes: this.#touchTakes,
		};
	}

	#watch(): void {
		this.#cancelDue();
		this.#cancelDue = () => {};
		const due = controlDue(this.#state);
		if (due === undefined) return;
		const wait = Math.max(1, due - this.#deps.clock.now());
		this.#cancelDue = this.#deps.clock.after(wait, () => this.#apply({ type: "time" }));
	}
}
