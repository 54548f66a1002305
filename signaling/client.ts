import type * as v from "valibot";
import { Backoff } from "./backoff.ts";
import { MAX_MESSAGE_BYTES } from "./protocol/messages.ts";
import { parseMessage } from "./protocol/parse.ts";
import { type Clock, pageClock } from "./protocol/time.ts";

/** How the connection stands. */
export type LinkStatus =
	| { state: "connecting"; attempt: number }
	| { state: "open" }
	| { state: "waiting"; attempt: number }
	| { state: "closed" };

/** The part of a WebSocket that is used here; the browser's, Node's and `ws` all have it. */
export interface SocketLike {
	readonly readyState: number;
	send(text: string): void;
	close(code?: number, reason?: string): void;
	onopen: ((event: never) => void) | null;
	onmessage: ((event: { data: unknown }) => void) | null;
	onclose: ((event: { code: number; reason: string }) => void) | null;
	onerror: ((event: never) => void) | null;
}

export interface SignalingOptions<TIn extends v.GenericSchema, TOut extends object> {
	/** Opens a socket to `/signal`. An open or opening one made earlier may be handed over the first time. */
	open: () => SocketLike;
	/** The first message of every connection. */
	hello: () => object;
	/** What the server may say to this kind of client. */
	schema: TIn;
	onMessage: (message: v.InferOutput<TIn>) => void;
	onStatus?: (status: LinkStatus) => void;
	/** A message of the server that cannot be read; it is dropped. Absent: the console is told. */
	onBadMessage?: (error: unknown) => void;
	/** Longest wait between attempts, ms; 5 s when absent. */
	longestWait?: number;
	/** Longest message that the server takes from this kind of client, characters; `MAX_MESSAGE_BYTES` when absent. */
	longestMessage?: number;
	/** Injected by tests. */
	clock?: Pick<Clock, "after">;
	/** Only tells TypeScript what may be sent. */
	sends?: TOut;
}

export interface SignalingLink<TOut extends object> {
	/** Sends now; false (and nothing is kept) while there is no connection. */
	send(message: TOut): boolean;
	/** Tries again at once instead of waiting, as when the network came back. */
	retryNow(): void;
	close(): void;
}

/** Silence after which a ping is sent, and how long its answer may take, ms. */
const PING_AFTER = 10_000;
const PONG_WITHIN = 5_000;
const OPEN = 1;

/** Keeps one connection to signaling: says hello, reconnects with back-off, notices a dead connection. */
export function connectSignaling<TIn extends v.GenericSchema, TOut extends object>(
	options: SignalingOptions<TIn, TOut>,
): SignalingLink<TOut> {
	const { clock = pageClock } = options;
	const backoff = new Backoff(Math.random, options.longestWait);
	let socket: SocketLike | undefined;
	let cancelTimer = () => {};
	let closed = false;

	function arm(ms: number, callback: () => void): void {
		cancelTimer();
		cancelTimer = clock.after(ms, callback);
	}

	function connect(): void {
		options.onStatus?.({ state: "connecting", attempt: backoff.attempt });
		const current = options.open();
		socket = current;
		arm(PING_AFTER, () => drop(current));
		current.onopen = () => greet(current);
		current.onmessage = (event) => receive(current, event.data);
		current.onclose = () => drop(current);
		current.onerror = () => {};
		if (current.readyState === OPEN) greet(current);
		else if (current.readyState > OPEN) drop(current);
	}

	function greet(current: SocketLike): void {
		if (current !== socket) return;
		current.send(JSON.stringify(options.hello()));
		options.onStatus?.({ state: "open" });
		listen(current);
	}

	function listen(current: SocketLike): void {
		arm(PING_AFTER, () => {
			current.send(JSON.stringify({ type: "ping" }));
			arm(PONG_WITHIN, () => drop(current));
		});
	}

	function receive(current: SocketLike, data: unknown): void {
		if (current !== socket) return;
		listen(current);
		let message: v.InferOutput<TIn>;
		try {
			message = parseMessage(options.schema, typeof data === "string" ? data : "");
		} catch (error) {
			const { onBadMessage = warnOfBadMessage } = options;
			onBadMessage(error);
			return;
		}
		if ((message as { type: string }).type !== "error") backoff.reset();
		options.onMessage(message);
	}

	function drop(current: SocketLike): void {
		if (current !== socket) return;
		socket = undefined;
		current.onopen = current.onmessage = current.onclose = null;
		current.close();
		if (closed) return;
		const delay = backoff.next();
		options.onStatus?.({ state: "waiting", attempt: backoff.attempt });
		arm(delay, connect);
	}

	connect();
	return {
		send(message) {
			if (socket?.readyState !== OPEN) return false;
			const text = JSON.stringify(message);
			if (text.length > (options.longestMessage ?? MAX_MESSAGE_BYTES)) return false;
			socket.send(text);
			return true;
		},
		retryNow() {
			if (closed || socket) return;
			cancelTimer();
			backoff.reset();
			connect();
		},
		close() {
			if (closed) return;
			closed = true;
			cancelTimer();
			const current = socket;
			if (current) drop(current);
			options.onStatus?.({ state: "closed" });
		},
	};
}

function warnOfBadMessage(error: unknown): void {
	console.warn("Signaling sent a message that cannot be read; is this client older than the server?", error);
}
