import type { SocketLike } from "../client.ts";
import { LineEnd, type LineEndDeps } from "./line-end.ts";

/** A viewer that is connected to another process, as if it were connected to this one. */
export class RelayedSocket implements SocketLike {
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
