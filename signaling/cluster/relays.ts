import { randomUUID } from "node:crypto";
import type { SocketLike } from "../client.ts";
import type { ViewerHello } from "../protocol/messages.ts";
import { RateLimit } from "../rate-limit.ts";
import type { Visitor } from "../rooms/viewers.ts";
import type { NeighbourMessage } from "./node-messages.ts";

/** Lines of each direction, at most; further viewers are told to come back later. */
const MAX_LINES = 10_000;
/** Messages that a viewer may have carried in ten seconds; one that says more is cut off. */
const MESSAGES = 200;
const WITHIN = 10_000;

const PING = '{"type":"ping"}';
const PONG = '{"type":"pong"}';

interface RelaysDeps {
	/** Id of this process. */
	readonly process: string;
	readonly now: () => number;
	/** Says something to another process. Rejects when that does not hear it. */
	readonly send: (to: string, message: NeighbourMessage) => Promise<void>;
	/** How many viewers here watch devices that have their home elsewhere. */
	readonly count: (lines: number) => void;
}

interface Relay {
	readonly end: LineEnd;
	readonly deviceId: string;
}

/** Lines of viewers that lead to another process, and those that come from others. */
export class Relays {
	readonly #deps: RelaysDeps;
	readonly #outgoing = new Map<string, Relay>();
	readonly #incoming = new Map<string, RelayedSocket>();
	readonly #limit: RateLimit;

	constructor(deps: RelaysDeps) {
		this.#deps = deps;
		this.#limit = new RateLimit(MESSAGES, WITHIN, deps.now);
	}

	/** Carries a viewer's line to the home of its device, for as long as both are there. */
	open(home: string, socket: SocketLike, hello: ViewerHello, { rights, address }: Visitor): void {
		const { process, send, count } = this.#deps;
		if (socket.readyState !== 1) return;
		if (this.#outgoing.size >= MAX_LINES) return socket.close(1013, "full");
		const line = randomUUID();
		const end = new LineEnd({
			line,
			other: home,
			send: (message) => send(home, message),
			said: (text) => socket.send(text),
			ended: (code, reason) => socket.close(code, reason),
			closed: () => {
				socket.onmessage = socket.onclose = null;
				this.#outgoing.delete(line);
				count(this.#outgoing.size);
			},
		});
		this.#outgoing.set(line, { end, deviceId: hello.deviceId });
		count(this.#outgoing.size);
		socket.onmessage = ({ data }) => {
			if (data === PING) return socket.send(PONG);
			if (this.#limit.take(line)) return end.say(typeof data === "string" ? data : "");
			end.hangUp(1013, "too-fast");
			socket.close(1013, "too-fast");
		};
		socket.onclose = () => end.hangUp(1000, "");
		const { token: _, ...told } = hello;
		const from = { from: process, ...(address === undefined ? {} : { address }) };
		send(home, { type: "open", line, hello: told, rights, ...from }).catch(() => end.lost());
	}

	/** A viewer at another process; undefined when there are too many, or the line is there already. */
	accept({ line, from }: Extract<NeighbourMessage, { type: "open" }>): SocketLike | undefined {
		if (this.#incoming.has(line) || this.#incoming.size >= MAX_LINES) return undefined;
		const socket = new RelayedSocket({
			line,
			other: from,
			send: (message) => this.#deps.send(from, message),
			closed: () => void this.#incoming.delete(line),
		});
		this.#incoming.set(line, socket);
		return socket;
	}

	/** What the other end of a line says; of lines that are over nothing is heard. */
	hear(message: Extract<NeighbourMessage, { type: "said" | "shut" }>): void {
		const { line } = message;
		(this.#outgoing.get(line)?.end ?? this.#incoming.get(line)?.end)?.hear(message);
	}

	/** Hangs up the lines to those of these devices that have their home elsewhere, or none. */
	rehome(deviceIds: ReadonlySet<string>, homeOf: (deviceId: string) => string | undefined): void {
		for (const { end, deviceId } of [...this.#outgoing.values()])
			if (deviceIds.has(deviceId) && homeOf(deviceId) !== end.other) end.lost();
	}

	/** A process is gone, or all of them. */
	lose(home?: string): void {
		const ends = [...this.#outgoing.values(), ...this.#incoming.values()].map(({ end }) => end);
		for (const end of ends) if (home === undefined || end.other === home) end.lost();
	}
}

/** What one end of a relayed line does with what the other end says. */
interface LineEndEvents {
	said(text: string): void;
	/** The line is over; called once, unless this end hung up. */
	ended(code: number, reason: string): void;
}

interface LineEndDeps extends LineEndEvents {
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

/** A viewer that is connected to another process, as if it were connected to this one. */
class RelayedSocket implements SocketLike {
	readyState = 1;
	onopen: SocketLike["onopen"] = null;
	onmessage: SocketLike["onmessage"] = null;
	onclose: SocketLike["onclose"] = null;
	onerror: SocketLike["onerror"] = null;
	readonly end: LineEnd;

	constructor(deps: Omit<LineEndDeps, "said" | "ended">) {
		this.end = new LineEnd({
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
