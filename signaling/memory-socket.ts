import type { SocketLike } from "./client.ts";

/** Two ends of a connection inside one process: what one sends, the other gets, in order, on a later microtask. */
export function memorySocketPair(): [SocketLike, SocketLike] {
	const left = new MemorySocket();
	const right = new MemorySocket();
	left.other = right;
	right.other = left;
	return [left, right];
}

class MemorySocket implements SocketLike {
	readyState = 1;
	other: MemorySocket | undefined;
	onopen: SocketLike["onopen"] = null;
	onmessage: SocketLike["onmessage"] = null;
	onclose: SocketLike["onclose"] = null;
	onerror: SocketLike["onerror"] = null;

	send(text: string): void {
		const other = this.other;
		if (this.readyState !== 1 || !other) return;
		queueMicrotask(() => {
			if (other.readyState === 1) other.onmessage?.({ data: text });
		});
	}

	close(code = 1000, reason = ""): void {
		this.#end(code, reason);
		const other = this.other;
		// Later, so that what was sent before still arrives, as on a real connection.
		if (other) queueMicrotask(() => other.#end(code, reason));
	}

	#end(code: number, reason: string): void {
		if (this.readyState === 3) return;
		this.readyState = 3;
		queueMicrotask(() => this.onclose?.({ code, reason }));
	}
}
