import { randomUUID } from "node:crypto";
import type { SocketLike } from "../client.ts";
import type { ViewerHello } from "../protocol/messages.ts";
import { RateLimit } from "../rate-limit.ts";
import type { Visitor } from "../server/viewers.ts";
import { LineEnd } from "./line-end.ts";
import type { NeighbourMessage } from "./neighbour-messages.ts";
import { RelayedSocket } from "./relayed-socket.ts";

/** Lines of each direction, at most; further viewers are told to come back later. */
const MAX_LINES = 10_000;
/** Messages that a viewer may have carried in ten seconds; one that says more is cut off. */
const MESSAGES = 200;
const WITHIN = 10_000;

const PING = '{"type":"ping"}';
const PONG = '{"type":"pong"}';

export interface RelaysDeps {
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
