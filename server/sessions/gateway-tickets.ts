import { randomUUID } from "node:crypto";
import type { GatewaySession } from "./gateway-session.ts";

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
