import type { WebSocket } from "ws";
import { knownCode } from "../../../../signaling/protocol/error-codes.ts";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";
import { Line } from "./line.ts";
import { type ToEdge, type ToOrigin, toOrigin } from "./messages.ts";

/** How long an edge may take to answer, milliseconds. */
const ANSWER_WITHIN = 5000;

type Reply = Extract<ToOrigin, { request: number }>;
type Request = Extract<ToEdge, { request: number }>;
type Without<T> = T extends unknown ? Omit<T, "request"> : never;

/** What a viewer on an edge hears from it. */
export interface FarPeer {
	hear(message: Extract<ToOrigin, { peer: number }>): void;
	message(data: Buffer): void;
	/** The edge is gone. */
	lost(): void;
}

/** The origin's end of the line to one edge. */
export class EdgeLink {
	/** For people. */
	readonly name: string;
	/** Address of this machine on the way to the edge. */
	readonly localAddress: string;
	readonly #line: Line<typeof toOrigin, ToEdge>;
	readonly #waiting = new Map<number, (reply: Reply | undefined) => void>();
	readonly #peers = new Map<number, FarPeer>();
	#next = 1;
	#lost = false;

	constructor(socket: WebSocket, name: string, localAddress: string, lost: (link: EdgeLink) => void) {
		this.name = name;
		this.localAddress = localAddress;
		this.#line = new Line(socket, toOrigin, {
			message: (message) => this.#receive(message),
			peerMessage: (peer, message) => this.#peers.get(peer)?.message(message),
			lost: () => {
				this.#end();
				lost(this);
			},
		});
	}

	/** Viewers that this host has put there. */
	get viewers(): number {
		return this.#peers.size;
	}

	get lost(): boolean {
		return this.#lost;
	}

	/** A number that was not used before on this line. */
	number(): number {
		return this.#next++;
	}

	send(message: Exclude<ToEdge, Request>): void {
		if (!this.#lost) this.#line.send(message);
	}

	/** Asks the edge. Throws PortholeError: what the edge refuses with, or `edge-lost` when no answer comes. */
	async request(message: Without<Request>): Promise<Exclude<Reply, { type: "refused" }>> {
		const request = this.number();
		const reply = await new Promise<Reply | undefined>((resolve) => {
			if (this.#lost) return resolve(undefined);
			const late = setTimeout(() => this.#settle(request, undefined), ANSWER_WITHIN);
			this.#waiting.set(request, (answer) => {
				clearTimeout(late);
				resolve(answer);
			});
			this.#line.send({ ...message, request } as ToEdge);
		});
		if (reply === undefined) throw new PortholeError("edge-lost", `The edge ${this.name} did not answer.`);
		if (reply.type === "refused") throw new PortholeError(knownCode(reply.code), reply.message);
		return reply;
	}

	/** False when it was dropped, as too much waits. */
	sendPeerMessage(peer: number, message: Uint8Array): boolean {
		return !this.#lost && this.#line.sendPeerMessage(peer, message);
	}

	addPeer(number: number, peer: FarPeer): void {
		this.#peers.set(number, peer);
	}

	removePeer(number: number): void {
		this.#peers.delete(number);
	}

	close(): void {
		this.#line.close();
	}

	#receive(message: ToOrigin): void {
		if ("request" in message) this.#settle(message.request, message);
		else if (message.type !== "hello") this.#peers.get(message.peer)?.hear(message);
	}

	#settle(request: number, reply: Reply | undefined): void {
		const settle = this.#waiting.get(request);
		this.#waiting.delete(request);
		settle?.(reply);
	}

	#end(): void {
		this.#lost = true;
		for (const request of [...this.#waiting.keys()]) this.#settle(request, undefined);
		for (const peer of [...this.#peers.values()]) peer.lost();
	}
}
