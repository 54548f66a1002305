import type * as v from "valibot";
import type { SocketLike } from "../client.ts";
import { backgroundClock } from "../clock.ts";
import { Declined, messageOf, PortholeError } from "../protocol/errors.ts";
import { type Hello, helloSchema, PROTOCOL_VERSION, type Reason } from "../protocol/messages.ts";
import { parseMessage } from "../protocol/parse.ts";
import type { MonotonicTime } from "../protocol/time.ts";
import { type Pace, RateLimit } from "../rate-limit.ts";

/** Unreadable messages after which a client is sent away. */
const MAX_BAD_MESSAGES = 20;

/** How long a client may take to say hello, ms. */
export const HELLO_WITHIN = 5_000;

/** Waits for a client's first message. Whoever says something else, another version or nothing is turned away. */
export function awaitHello(
	socket: SocketLike,
	events: { hello: (hello: Hello) => void; refused: (code: string) => void },
): void {
	const refuse = (code: string, message: string) => {
		clearTimeout(timer);
		events.refused(code);
		turnAway(socket, { code, message }, true);
	};
	const timer = setTimeout(
		() => refuse("no-hello", `No hello came within ${HELLO_WITHIN / 1000} s.`),
		HELLO_WITHIN,
	);
	socket.onclose = () => clearTimeout(timer);
	socket.onmessage = (event) => {
		try {
			const hello = parseMessage(helloSchema, typeof event.data === "string" ? event.data : "");
			if (hello.version !== PROTOCOL_VERSION) {
				const words = `This server speaks version ${PROTOCOL_VERSION}, not ${hello.version}. Reload the page.`;
				return refuse("wrong-version", words);
			}
			clearTimeout(timer);
			events.hello(hello);
		} catch (error) {
			refuse(error instanceof PortholeError ? error.code : "internal", messageOf(error));
		}
	};
}

/** Tells why and hangs up. `final`: coming back is of no use. */
export function turnAway(socket: SocketLike, { code, message }: Reason, final: boolean): void {
	if (socket.readyState === 1) {
		socket.send(JSON.stringify({ type: "error", reason: { code, message: message.slice(0, 400) }, final }));
	}
	socket.onmessage = socket.onclose = null;
	socket.close(final ? 1000 : 1013, code);
}

/** Far more than a page ever sends. */
const CLIENT_BUDGET: Pace = { burst: 200, perSecond: 50 };

/** What a client's connection tells its owner. */
interface ConnectionEvents<TIn> {
	/** Longest message that is taken, characters; what any client may send when absent. */
	readonly longest?: number;
	/** A client that exceeds it is sent away; what any client may send when absent. */
	readonly budget?: Pace;
	/** The machine's clock when absent. */
	readonly now?: () => MonotonicTime;
	message(message: TIn): void;
	/** A message was refused; the client has been told. */
	refused(code: string): void;
	/** The connection is gone; called once. */
	closed(): void;
}

/** One client's connection after its hello: parses what comes, answers mistakes, and ends once. */
export class Connection<TSchema extends v.GenericSchema, TOut extends { type: string }> {
	readonly #socket: SocketLike;
	readonly #schema: TSchema;
	readonly #events: ConnectionEvents<v.InferOutput<TSchema>>;
	readonly #budget: RateLimit;
	#bad = 0;
	#closed = false;

	constructor(socket: SocketLike, schema: TSchema, events: ConnectionEvents<v.InferOutput<TSchema>>) {
		this.#socket = socket;
		this.#schema = schema;
		this.#events = events;
		const { budget = CLIENT_BUDGET, now = backgroundClock.now } = events;
		this.#budget = RateLimit.of(budget, now);
		socket.onmessage = (event) => this.#receive(event.data);
		socket.onclose = () => this.#end();
	}

	send(message: TOut): void {
		if (!this.#closed) this.#socket.send(JSON.stringify(message));
	}

	/** Sends a message of `TOut` that was made into text once for many. */
	sendText(text: string): void {
		if (!this.#closed) this.#socket.send(text);
	}

	/** Stops listening without hanging up: another connection takes the socket over. */
	release(): void {
		this.#closed = true;
	}

	/** Tells why, then hangs up. */
	close(reason?: Reason): void {
		if (this.#closed) return;
		if (reason) this.#tell(reason, true);
		this.#socket.close(1000, reason?.code ?? "");
		this.#end();
	}

	#receive(data: unknown): void {
		if (this.#closed) return;
		if (!this.#budget.take("")) return this.#sendAway();
		try {
			const message = parseMessage(this.#schema, typeof data === "string" ? data : "", this.#events.longest);
			if ((message as { type: string }).type === "ping") this.#socket.send('{"type":"pong"}');
			else this.#events.message(message);
		} catch (error) {
			this.#refuse(error);
		}
	}

	#sendAway(): void {
		this.#events.refused("too-fast");
		this.close({ code: "too-fast", message: "This connection sent more messages than are taken." });
	}

	#refuse(error: unknown): void {
		const code = error instanceof PortholeError ? error.code : "internal";
		this.#events.refused(code);
		const reason = { code, message: messageOf(error).slice(0, 400) };
		// A mistake of ours is not held against the client either.
		const isTheirs = error instanceof PortholeError && !(error instanceof Declined);
		if (!isTheirs) this.#tell(reason, false);
		else if (++this.#bad >= MAX_BAD_MESSAGES) this.close(reason);
		else this.#tell(reason, false);
	}

	#tell(reason: Reason, final: boolean): void {
		this.#socket.send(JSON.stringify({ type: "error", reason, final }));
	}

	#end(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#socket.onmessage = null;
		this.#socket.onclose = null;
		this.#events.closed();
	}
}
