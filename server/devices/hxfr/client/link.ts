import { Backoff } from "../../../../signaling/backoff.ts";
import { messageOf, PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Clock } from "../../clock.ts";
import { hxfrError } from "../errors.ts";
import { type Address, addressText } from "../transport/address.ts";
import { connect, type TransportDeps } from "../transport/connect.ts";
import { Connection } from "../wire/connection.ts";
import { FEATURE, type Message, type ScanoutFacts, VERSION } from "../wire/message.ts";

/** How often the other end is pinged, ms: stock hosts drop clients that are silent for 60 s. */
const PING_EVERY = 20_000;
/** How long a pong may take, ms; also the first one, which tells what the other end is. */
const ANSWER_WITHIN = 5_000;

interface LinkEvents {
	/** It was connected or disconnected, or learnt more of the other end. */
	changed(): void;
	message(message: Message): void;
	/** The connection that was up is gone, and why. */
	lost(why: PortholeError): void;
	/** The link gives up; there will be no other connection. */
	ended(why: PortholeError): void;
}

/** A connection to a host that is made again, with growing waits, whenever it is lost. */
export class Link {
	readonly #address: Address;
	readonly #deps: TransportDeps;
	readonly #events: LinkEvents;
	readonly #clock: Clock;
	readonly #backoff = new Backoff();
	#connection: Connection | undefined;
	#peer: Peer | undefined;
	#failure: PortholeError | undefined;
	#connecting = false;
	#cancelTimer = () => {};
	#cancelAnswer = () => {};
	#closed = false;
	#waiting = new Set<(settled: Peer | PortholeError) => void>();

	constructor(address: Address, deps: TransportDeps, events: LinkEvents) {
		this.#address = address;
		this.#deps = deps;
		this.#events = events;
		this.#clock = deps.clock;
		this.#connect();
	}

	/** The other end, while it is connected. */
	get peer(): Peer | undefined {
		return this.#peer;
	}

	/** Why it is not connected, once that is known. */
	get failure(): PortholeError | undefined {
		return this.#peer ? undefined : this.#failure;
	}

	/** The other end, as soon as it is there; tries at once. Throws PortholeError of the attempt that failed. */
	async up(): Promise<Peer> {
		if (this.#peer) return this.#peer;
		if (!this.#connection && !this.#connecting) {
			if (this.#closed) throw this.#failure ?? lostLink(this.#address);
			this.#cancelTimer();
			this.#connect();
		}
		const settled = await new Promise<Peer | PortholeError>((resolve) => this.#waiting.add(resolve));
		if (settled instanceof PortholeError) throw settled;
		return settled;
	}

	send(message: Message): void {
		this.#connection?.send(message);
	}

	/** Ends the connection, as `why` says, and makes another. */
	restart(why: PortholeError): void {
		this.#connection?.close(why);
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#cancelTimer();
		this.#cancelAnswer();
		this.#connection?.close();
		this.#settle(lostLink(this.#address));
	}

	#connect(): void {
		this.#connecting = true;
		connect(this.#address, this.#deps)
			.then((stream) => {
				this.#connecting = false;
				if (this.#closed) return void stream.destroy();
				this.#connection = new Connection(stream, {
					message: (message) => this.#take(message),
					closed: (why) => this.#lost(why),
				});
				this.send({ type: "hello", session: 0, version: VERSION });
				this.#ping();
			})
			.catch((error: unknown) => {
				this.#connecting = false;
				this.#failed(
					error instanceof PortholeError ? error : hxfrError("hxfr-unreachable", messageOf(error), error),
				);
			});
	}

	#take(message: Message): void {
		// Any message shows that the other end is there.
		this.#cancelAnswer();
		this.#pingLater();
		if (message.type === "scanouts") return this.#know({ ...message, kind: "porthole" });
		if (message.type === "pong") return this.#peer ? undefined : this.#know(stockPeer);
		if (message.type === "ping") return this.send({ type: "pong", session: message.session });
		if (this.#peer) return this.#events.message(message);
		if (message.type === "error")
			this.#connection?.close(hxfrError("hxfr-refused", `The other end says: ${message.message}`));
	}

	#know(peer: Peer): void {
		this.#peer = peer;
		this.#backoff.reset();
		this.#settle(peer);
		this.#events.changed();
	}

	#ping(): void {
		this.send({ type: "ping", session: 0 });
		this.#cancelAnswer();
		this.#cancelAnswer = this.#clock.after(ANSWER_WITHIN, () =>
			this.#connection?.close(
				hxfrError(
					"hxfr-silent",
					`${addressText(this.#address)} took the connection and does not answer; does it speak HXFR?`,
				),
			),
		);
	}

	#pingLater(): void {
		this.#cancelTimer();
		this.#cancelTimer = this.#clock.after(PING_EVERY, () => {
			this.#ping();
			this.#pingLater();
		});
	}

	#lost(why: PortholeError): void {
		const wasUp = this.#peer !== undefined;
		this.#connection = undefined;
		this.#peer = undefined;
		this.#cancelAnswer();
		if (wasUp) this.#events.lost(why);
		this.#failed(why);
	}

	#failed(why: PortholeError): void {
		this.#failure = why;
		this.#cancelTimer();
		this.#settle(why);
		if (this.#closed) return;
		if (this.#address.kind === "fd") {
			this.#closed = true;
			return this.#events.ended(why);
		}
		this.#cancelTimer = this.#clock.after(this.#backoff.next(), () => this.#connect());
		this.#events.changed();
	}

	#settle(settled: Peer | PortholeError): void {
		const waiting = [...this.#waiting];
		this.#waiting.clear();
		for (const resolve of waiting) resolve(settled);
	}
}

function lostLink(address: Address): PortholeError {
	return hxfrError("hxfr-lost", `The connection to ${addressText(address)} was closed.`);
}

/** What we know of the other end of a connection. */
export interface Peer {
	/** `stock`: it does not know our extensions. */
	readonly kind: "porthole" | "stock";
	readonly features: number;
	readonly scanouts: readonly ScanoutFacts[];
}

/** A host that answers none of our own messages. */
const stockPeer: Peer = { kind: "stock", features: 0, scanouts: [] };

/** Whether it has a feature of `FEATURE`. */
export function has(peer: Peer | undefined, feature: keyof typeof FEATURE): boolean {
	return ((peer?.features ?? 0) & FEATURE[feature]) !== 0;
}

/** A list of its scanouts for people, such as `1 (Display :0)`. */
export function scanoutList({ scanouts }: Peer): string {
	return scanouts.map(({ id, name }) => `${id} (${name})`).join(", ") || "none";
}
