import { randomUUID } from "node:crypto";
import { messageOf } from "../../signaling/protocol/errors.ts";
import type { Quality } from "../../signaling/protocol/messages.ts";
import type { Clock } from "../devices/clock.ts";
import type { GatewayWatcher, GatewayWatching } from "../gateways/gateway-host.ts";
import type { HostControl, InputRefusal } from "./control.ts";
import { InputBudget, isTouch } from "./input-gate.ts";
import type { DeviceInput, InputMerge } from "./input-merge.ts";
import type { Admission, Session } from "./session.ts";

export interface GatewaySessionDeps {
	readonly viewerId: string;
	readonly admission: Admission;
	readonly merge: InputMerge;
	readonly control: HostControl;
	readonly clock: Clock;
	/** `Broadcast.watch`. */
	readonly watch: (watcher: GatewayWatcher) => GatewayWatching;
	readonly dropped: (reason: string) => void;
}

/**
 * One gateway client's stay on one device, on the host's side. Its connection is the gateway's own, so it is there as long as
 * the gateway says: what it holds is held without heartbeats, until it lets go or leaves.
 */
export class GatewaySession implements Session {
	readonly #deps: GatewaySessionDeps;
	readonly #watching = new Set<GatewayWatching>();
	readonly #budget: InputBudget;
	#admission: Admission;
	#announced = true;
	#closed = false;
	#ended: (() => void)[] = [];

	constructor(deps: GatewaySessionDeps) {
		this.#deps = deps;
		this.#admission = deps.admission;
		this.#budget = new InputBudget(deps.clock);
	}

	get announced(): boolean {
		return this.#announced;
	}

	announce(admission: Admission): void {
		this.#admission = admission;
		this.#announced = true;
		if (admission.role === "view") this.release();
	}

	unannounce(): void {
		this.#announced = false;
	}

	/** Nothing has to be negotiated. */
	readonly live = true;

	async connect(): Promise<void> {}

	async acceptAnswer(): Promise<void> {}

	tellTiming(): void {}

	tellNetwork(): void {}

	/** A gateway's client asks when it wants to know. */
	tellCopied(): void {}

	readQuality(): Quality | undefined {
		return undefined;
	}

	/** See `GatewayVisit.input`. */
	input(input: DeviceInput): string | undefined {
		if (this.#closed) return OVER;
		const { viewerId, merge, dropped } = this.#deps;
		const touches = isTouch(input);
		const refused = this.#refusal(touches);
		if (refused !== undefined) return refused;
		// Letting go always passes.
		if (touches && !this.#budget.take()) {
			dropped("too-fast");
			return "That is more input in a second than a device takes.";
		}
		try {
			if (merge.apply(viewerId, input)) return undefined;
			dropped("too-many-held");
			return "More is held than the device takes.";
		} catch (error) {
			dropped("device-refused");
			return messageOf(error);
		}
	}

	/** See `GatewayVisit.claim`. */
	claim(): string | undefined {
		return this.#closed ? OVER : this.#refusal(true);
	}

	/** Lets go of everything that it holds. */
	release(): void {
		this.#deps.merge.release(this.#deps.viewerId);
	}

	/** See `GatewayVisit.watch`. */
	watch(watcher: GatewayWatcher): GatewayWatching {
		const watching = this.#deps.watch(watcher);
		this.#watching.add(watching);
		const close = () => {
			this.#watching.delete(watching);
			watching.close();
		};
		if (this.#closed) close();
		return { ...watching, close };
	}

	/** Calls back once when it is over, at once if it is. */
	onClose(listener: () => void): void {
		if (this.#closed) listener();
		else this.#ended.push(listener);
	}

	#refusal(touches: boolean): string | undefined {
		const { viewerId, control, dropped } = this.#deps;
		const refusal = control.refusal(viewerId, this.#admission.role, touches && this.#announced);
		if (!refusal) return undefined;
		dropped(refusal);
		return wordsFor[refusal];
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.release();
		for (const watching of this.#watching) watching.close();
		this.#watching.clear();
		for (const listener of this.#ended.splice(0)) listener();
	}
}

const OVER = "This stay on the device is over.";

const wordsFor: Readonly<Record<InputRefusal, string>> = {
	"not-allowed": "This right is to look only.",
	"no-control": "Somebody else has control of this device.",
};

/** Brings a gateway's client together with the viewer that signaling announces for it. Each ticket is good once. */
export class GatewayTickets {
	readonly #waiting = new Map<string, (session: GatewaySession) => void>();

	/** A ticket; `arrived` is called when a host announces the viewer that has it. */
	issue(arrived: (session: GatewaySession) => void): string {
		const ticket = randomUUID();
		this.#waiting.set(ticket, arrived);
		return ticket;
	}

	/** What waits for the viewer of a ticket; undefined for one that is unknown, withdrawn, or used. */
	redeem(ticket: string): ((session: GatewaySession) => void) | undefined {
		const arrived = this.#waiting.get(ticket);
		this.#waiting.delete(ticket);
		return arrived;
	}

	/** Nobody waits for it any more. */
	withdraw(ticket: string): void {
		this.#waiting.delete(ticket);
	}
}
