import { randomUUID } from "node:crypto";
import type { SocketLike } from "../client.ts";
import type { ViewerHello } from "../protocol/messages.ts";
import type { MonotonicTime } from "../protocol/time.ts";
import { RateLimit } from "../rate-limit.ts";
import type { Visitor } from "../rooms/viewers.ts";
import type { NodeMessage } from "./node-messages.ts";

/** Connections of each direction, at most; further viewers are told to come back later. */
const MAX_RELAYS = 10_000;
/** Messages that a viewer may have carried in ten seconds; one that says more is cut off. */
const MESSAGES = 200;
const WITHIN = 10_000;

const PING = '{"type":"ping"}';
const PONG = '{"type":"pong"}';

interface RelaysDeps {
	/** Id of this node. */
	readonly self: string;
	readonly now: () => MonotonicTime;
	/** Says something to another node. Rejects when that does not hear it. */
	readonly send: (to: string, message: NodeMessage) => Promise<void>;
	/** How many viewers here watch devices that are on another node. */
	readonly count: (connections: number) => void;
}

interface Relay {
	readonly end: RelayEnd;
	readonly deviceId: string;
}

/** Connections of viewers that lead to another node, and those that come from others. */
export class Relays {
	readonly #deps: RelaysDeps;
	readonly #outgoing = new Map<string, Relay>();
	readonly #incoming = new Map<string, RelayedSocket>();
	readonly #limit: RateLimit;

	constructor(deps: RelaysDeps) {
		this.#deps = deps;
		this.#limit = new RateLimit(MESSAGES, WITHIN, deps.now);
	}

	/** Carries a viewer's connection to its device's node, for as long as both are there. */
	open(node: string, socket: SocketLike, hello: ViewerHello, { rights, address }: Visitor): void {
		const { self, send, count } = this.#deps;
		if (socket.readyState !== 1) return;
		if (this.#outgoing.size >= MAX_RELAYS) return socket.close(1013, "full");
		const connection = randomUUID();
		const end = new RelayEnd({
			connection,
			other: node,
			send: (message) => send(node, message),
			said: (text) => socket.send(text),
			ended: (code, reason) => socket.close(code, reason),
			closed: () => {
				socket.onmessage = socket.onclose = null;
				this.#outgoing.delete(connection);
				count(this.#outgoing.size);
			},
		});
		this.#outgoing.set(connection, { end, deviceId: hello.deviceId });
		count(this.#outgoing.size);
		socket.onmessage = ({ data }) => {
			if (data === PING) return socket.send(PONG);
			if (this.#limit.take(connection)) return end.say(typeof data === "string" ? data : "");
			end.hangUp(1013, "too-fast");
			socket.close(1013, "too-fast");
		};
		socket.onclose = () => end.hangUp(1000, "");
		const { token: _, ...told } = hello;
		const from = { from: self, ...(address === undefined ? {} : { address }) };
		send(node, { type: "open", connection, hello: told, rights, ...from }).catch(() => end.lost());
	}

	/** A viewer at another node; undefined when there are too many, or the connection is there already. */
	accept({ connection, from }: Extract<NodeMessage, { type: "open" }>): SocketLike | undefined {
		if (this.#incoming.has(connection) || this.#incoming.size >= MAX_RELAYS) return undefined;
		const socket = new RelayedSocket({
			connection,
			other: from,
			send: (message) => this.#deps.send(from, message),
			closed: () => void this.#incoming.delete(connection),
		});
		this.#incoming.set(connection, socket);
		return socket;
	}

	/** What the other end of a connection says; nothing more is heard of one that is over. */
	hear(message: Extract<NodeMessage, { type: "said" | "shut" }>): void {
		const { connection } = message;
		(this.#outgoing.get(connection)?.end ?? this.#incoming.get(connection)?.end)?.hear(message);
	}

	/** Hangs up the connections to those of these devices that are on another node, or none. */
	dropMoved(deviceIds: ReadonlySet<string>, nodeOf: (deviceId: string) => string | undefined): void {
		for (const { end, deviceId } of [...this.#outgoing.values()])
			if (deviceIds.has(deviceId) && nodeOf(deviceId) !== end.other) end.lost();
	}

	/** A node is gone, or all of them. */
	lose(node?: string): void {
		const ends = [...this.#outgoing.values(), ...this.#incoming.values()].map(({ end }) => end);
		for (const end of ends) if (node === undefined || end.other === node) end.lost();
	}
}

/** What one end of a relayed connection does with what the other end says. */
interface RelayEndEvents {
	said(text: string): void;
	/** The connection is over; called once, unless this end hung up. */
	ended(code: number, reason: string): void;
}

interface RelayEndDeps extends RelayEndEvents {
	readonly connection: string;
	/** Id of the node at the other end. */
	readonly other: string;
	/** Rejects when the other node does not hear it. */
	readonly send: (message: NodeMessage) => Promise<void>;
	/** Nothing more comes; called once. */
	readonly closed: () => void;
}

/** One end of a connection between two nodes. What comes out of order, or cannot be delivered, ends the connection. */
export class RelayEnd {
	readonly #deps: RelayEndDeps;
	#next = 0;
	#expected = 0;
	#open = true;

	constructor(deps: RelayEndDeps) {
		this.#deps = deps;
	}

	get other(): string {
		return this.#deps.other;
	}

	say(text: string): void {
		const { connection } = this.#deps;
		if (this.#open) this.#send({ type: "said", connection, place: this.#next++, text });
	}

	hangUp(code: number, reason: string): void {
		const { connection } = this.#deps;
		if (!this.#open) return;
		this.#send({ type: "shut", connection, code: code === 1013 ? code : 1000, reason: reason.slice(0, 123) });
		this.#close();
	}

	hear(message: Extract<NodeMessage, { type: "said" | "shut" }>): void {
		if (!this.#open) return;
		if (message.type === "shut") return this.#end(message.code, message.reason);
		if (message.place !== this.#expected++) return this.lost();
		this.#deps.said(message.text);
	}

	/** The other node is not there any more, or something it said was not heard. */
	lost(): void {
		// The other end may only be slow: it must not keep a connection that is over here.
		const { connection, send } = this.#deps;
		if (this.#open) send({ type: "shut", connection, code: 1013, reason: "relay-lost" }).catch(() => {});
		this.#end(1013, "relay-lost");
	}

	#send(message: NodeMessage): void {
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

/** A viewer that is connected to another node, as if it were connected to this one. */
class RelayedSocket implements SocketLike {
	readyState = 1;
	onopen: SocketLike["onopen"] = null;
	onmessage: SocketLike["onmessage"] = null;
	onclose: SocketLike["onclose"] = null;
	onerror: SocketLike["onerror"] = null;
	readonly end: RelayEnd;

	constructor(deps: Omit<RelayEndDeps, "said" | "ended">) {
		this.end = new RelayEnd({
			...deps,
			said: (text) => this.onmessage?.({ data: text }),
			ended: (code, reason) => this.#close(code, reason),
		});
	}

	send(text: string): void {
		this.end.say(text);
	}

	close(code = 1000, reason = ""): void {
		this.end.hangUp(code, reason);
		this.#close(code, reason);
	}

	#close(code: number, reason: string): void {
		if (this.readyState === 3) return;
		this.readyState = 3;
		queueMicrotask(() => this.onclose?.({ code, reason }));
	}
}
