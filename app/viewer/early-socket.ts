import type { SocketLike } from "../../signaling/client.ts";
import type { EarlyConnection } from "./early.ts";

const CONNECTING = 0;
const CLOSED = 3;

/**
 * Hands the first script's socket to the signaling client as one that opens just now: the hello, which was said
 * already, is swallowed, and everything heard since is told again, in order.
 */
export class EarlySocket implements SocketLike {
	readonly #early: EarlyConnection;
	#greeted = false;
	onopen: SocketLike["onopen"] = null;
	onmessage: SocketLike["onmessage"] = null;
	onclose: SocketLike["onclose"] = null;
	onerror: SocketLike["onerror"] = null;

	constructor(early: EarlyConnection) {
		this.#early = early;
		const { socket } = early;
		const greet = socket.onopen;
		socket.onopen = (event) => {
			greet?.call(socket, event);
			this.#open();
		};
		socket.onclose = (event) => this.onclose?.(event);
		if (socket.readyState === WebSocket.OPEN) queueMicrotask(() => this.#open());
	}

	get readyState(): number {
		const { readyState } = this.#early.socket;
		return this.#greeted || readyState >= CLOSED ? readyState : CONNECTING;
	}

	send(text: string): void {
		if (this.#greeted) this.#early.socket.send(text);
		this.#greeted = true;
	}

	close(code?: number, reason?: string): void {
		this.#early.socket.close(code, reason);
	}

	#open(): void {
		const { socket, messages } = this.#early;
		this.onopen?.(undefined as never);
		// Replaced only now: until here the first script still answers what comes.
		socket.onmessage = (event) => this.onmessage?.(event);
		for (const data of messages.splice(0)) this.onmessage?.({ data });
	}
}
