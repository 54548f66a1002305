import type { NeighbourMessage } from "./neighbour-messages.ts";

/** What one end of a relayed line does with what the other end says. */
export interface LineEndEvents {
	said(text: string): void;
	/** The line is over; called once, unless this end hung up. */
	ended(code: number, reason: string): void;
}

export interface LineEndDeps extends LineEndEvents {
	readonly line: string;
	/** Id of the process at the other end. */
	readonly other: string;
	/** Rejects when the other process does not hear it. */
	readonly send: (message: NeighbourMessage) => Promise<void>;
	/** Nothing more comes; called once. */
	readonly closed: () => void;
}

/** One end of a line between two processes. What comes out of order, or cannot be delivered, ends the line. */
export class LineEnd {
	readonly #deps: LineEndDeps;
	#next = 0;
	#expected = 0;
	#open = true;

	constructor(deps: LineEndDeps) {
		this.#deps = deps;
	}

	get other(): string {
		return this.#deps.other;
	}

	say(text: string): void {
		const { line } = this.#deps;
		if (this.#open) this.#send({ type: "said", line, place: this.#next++, text });
	}

	hangUp(code: number, reason: string): void {
		const { line } = this.#deps;
		if (!this.#open) return;
		this.#send({ type: "shut", line, code: code === 1013 ? code : 1000, reason: reason.slice(0, 123) });
		this.#close();
	}

	hear(message: Extract<NeighbourMessage, { type: "said" | "shut" }>): void {
		if (!this.#open) return;
		if (message.type === "shut") return this.#end(message.code, message.reason);
		if (message.place !== this.#expected++) return this.lost();
		this.#deps.said(message.text);
	}

	/** The other process is not there any more, or something it said was not heard. */
	lost(): void {
		// The other end may only be slow: it must not keep a line that is over here.
		const { line, send } = this.#deps;
		if (this.#open) send({ type: "shut", line, code: 1013, reason: "relay-lost" }).catch(() => {});
		this.#end(1013, "relay-lost");
	}

	#send(message: NeighbourMessage): void {
		this.#deps.send(message).catch(() => this.lost());
	}

	#end(code: number, reason: string): void {
		if (!this.#open) return;
		this.#close();
		this.#deps.ended(code, reason);
	}

	#close(): void {
		this.#open = false;
		this.#deps.closed();
	}
}
