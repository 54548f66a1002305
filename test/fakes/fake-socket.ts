import type { SocketLike } from "../../signaling/client.ts";

/** A socket whose other end is the test. */
export class FakeSocket implements SocketLike {
	readyState: number;
	readonly sent: unknown[] = [];
	closedByUs = false;
	onopen: SocketLike["onopen"] = null;
	onmessage: SocketLike["onmessage"] = null;
	onclose: SocketLike["onclose"] = null;
	onerror: SocketLike["onerror"] = null;

	constructor(state: "connecting" | "open" = "connecting") {
		this.readyState = state === "open" ? 1 : 0;
	}

	send(text: string): void {
		if (this.readyState !== 1) throw new Error("The socket is not open.");
		this.sent.push(JSON.parse(text));
	}

	close(): void {
		this.closedByUs = true;
		this.readyState = 3;
	}

	/** The server takes the connection. */
	open(): void {
		this.readyState = 1;
		this.onopen?.(undefined as never);
	}

	/** The server says something; a string goes as it is. */
	say(message: unknown): void {
		this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
	}

	/** The line is cut from the other side. */
	cut(): void {
		this.readyState = 3;
		this.onclose?.({ code: 1006, reason: "" });
	}
}
