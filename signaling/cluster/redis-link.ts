import type { createClient } from "@redis/client";
import { Backoff } from "../backoff.ts";
import { backgroundClock, type Clock } from "../clock.ts";
import { messageOf, PortholeError } from "../protocol/errors.ts";
import type { RedisAddress } from "./redis-address.ts";

/** How often Redis is asked whether it is there, and how long its answer may take, ms. */
const PING_EVERY = 1_000;
const PONG_WITHIN = 3_000;
/** How long closing waits for the last answers, ms. */
const ANSWERED_WITHIN = 500;
/** Longest wait between attempts to connect, ms. */
const LONGEST_WAIT = 2_000;
/** Characters of commands and messages that Redis has not answered; further ones are refused. */
const MAX_UNANSWERED = 16 * 1024 * 1024;

/** How long connecting may take, ms. */
const CONNECT_WITHIN = 4_000;

/** Commands that wait for their answer, at most; further ones are refused. */
const MAX_COMMANDS = 20_000;

interface RedisLinkDeps {
	readonly address: RedisAddress;
	readonly clock?: Clock;
	/** The connection is lost, for the first time since it was there. */
	readonly lost?: (error: unknown) => void;
	/** The connection is there again. */
	readonly back?: () => void;
	/** Somebody could not do with what was heard. */
	readonly failed?: (error: unknown) => void;
}

/** Who uses the link. */
interface LinkUser {
	/** Redis is there, for the first time or again: takes what it holds. The link is not up before all users have. */
	up(): Promise<void>;
	/** Redis is not there any more. */
	down(): void;
}

/** The connection to Redis, which is made again with back-off when it is lost. */
export class RedisLink {
	readonly #deps: RedisLinkDeps;
	readonly #clock: Clock;
	readonly #backoff = new Backoff(Math.random, LONGEST_WAIT);
	readonly #channels = new Map<string, (text: string) => void>();
	readonly #users: LinkUser[] = [];
	#session: RedisSession | undefined;
	#up = false;
	#unanswered = 0;
	readonly #asked = new Set<Promise<unknown>>();
	#closed = false;
	#cancelTimer = () => {};

	constructor(deps: RedisLinkDeps) {
		this.#deps = deps;
		this.#clock = deps.clock ?? backgroundClock;
	}

	/** Connects for the first time. Throws PortholeError `redis-unreachable`. */
	async open(): Promise<void> {
		try {
			await this.#connect();
		} catch (cause) {
			await this.close();
			const words = `Redis at ${this.#deps.address.shown} cannot be used: ${messageOf(cause).replace(/\.$/, "")}. Start it, or say another with --redis URL.`;
			throw new PortholeError("redis-unreachable", words, { cause });
		}
	}

	/** Whether what this process has of Redis is what Redis has. */
	get up(): boolean {
		return this.#up;
	}

	/** The name of a key or channel. */
	key(...parts: readonly string[]): string {
		return [this.#deps.address.prefix, ...parts].join(":");
	}

	/** Adds somebody who keeps something in Redis, and gives it what is there when the link is up already. */
	async use(user: LinkUser): Promise<void> {
		this.#users.push(user);
		if (this.#up) await user.up();
	}

	/** Hears what is said on a channel, also after the connection was lost and is there again. */
	async subscribe(channel: string, listener: (text: string) => void): Promise<void> {
		const guarded = (text: string) => {
			try {
				listener(text);
			} catch (error) {
				this.#deps.failed?.(error);
			}
		};
		this.#channels.set(channel, guarded);
		await this.#session?.subscribe(channel, guarded);
	}

	/** Runs a Lua script, which is one step for everybody. Rejects with PortholeError `store-unavailable`. */
	run(script: string, keys: readonly string[], args: readonly string[] = []): Promise<unknown> {
		const size = args.reduce((sum, { length }) => sum + length, script.length);
		return this.#ask(size, (session) => session.run(script, keys, args));
	}

	/** Says something on a channel; gives how many processes heard it. Rejects with PortholeError `store-unavailable`. */
	publish(channel: string, text: string): Promise<number> {
		return this.#ask(text.length, (session) => session.publish(channel, text));
	}

	/** Waits for what was said last, for a moment. */
	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#cancelTimer();
		this.#up = false;
		const session = this.#session;
		const late = Promise.withResolvers<void>();
		const cancel = this.#clock.after(ANSWERED_WITHIN, late.resolve);
		await Promise.race([Promise.allSettled(this.#asked), late.promise]);
		cancel();
		this.#session = undefined;
		session?.close();
	}

	async #ask<T>(size: number, question: (session: RedisSession) => Promise<T>): Promise<T> {
		const session = this.#session;
		if (!session) throw unavailable();
		if (this.#unanswered + size > MAX_UNANSWERED) throw unavailable();
		this.#unanswered += size;
		const answer = question(session);
		this.#asked.add(answer);
		try {
			return await answer;
		} catch (cause) {
			throw unavailable(cause);
		} finally {
			this.#unanswered -= size;
			this.#asked.delete(answer);
		}
	}

	async #connect(): Promise<void> {
		const session = await RedisSession.open(this.#deps.address.url, (error) => this.#end(session, error));
		if (this.#closed) return session.close();
		this.#session = session;
		try {
			for (const [channel, listener] of this.#channels) await session.subscribe(channel, listener);
			for (const user of this.#users) await user.up();
		} catch (error) {
			if (this.#session === session) this.#session = undefined;
			session.close();
			throw error;
		}
		if (this.#session !== session) throw unavailable();
		this.#up = true;
		this.#backoff.reset();
		this.#watch(session);
	}

	/** A Redis that hangs is as good as none. */
	#watch(session: RedisSession): void {
		if (this.#session !== session) return;
		const hung = () => this.#end(session, new Error("it does not answer"));
		this.#cancelTimer = this.#clock.after(PONG_WITHIN, hung);
		session.ping().then(
			() => {
				if (this.#session !== session) return;
				this.#cancelTimer();
				this.#cancelTimer = this.#clock.after(PING_EVERY, () => this.#watch(session));
			},
			(error) => this.#end(session, error),
		);
	}

	#end(session: RedisSession, error: unknown): void {
		if (this.#session !== session) return;
		this.#session = undefined;
		session.close();
		const wasUp = this.#up;
		this.#up = false;
		if (!wasUp || this.#closed) return;
		this.#cancelTimer();
		this.#deps.lost?.(error);
		for (const user of this.#users) user.down();
		this.#again();
	}

	#again(): void {
		this.#cancelTimer = this.#clock.after(this.#backoff.next(), () => {
			this.#connect().then(
				() => this.#deps.back?.(),
				(error) => {
					if (this.#closed) return;
					// Redis is there, and what it holds cannot be used.
					if (error instanceof PortholeError && error.code !== "store-unavailable")
						this.#deps.failed?.(error);
					this.#again();
				},
			);
		});
	}
}

function unavailable(cause?: unknown): PortholeError {
	const words = "What signaling servers share in Redis cannot be reached just now. Try again in a moment.";
	return new PortholeError("store-unavailable", words, { cause });
}

type Client = ReturnType<typeof createClient>;

/**
 * One connection to Redis, for commands and messages alike (RESP3, so Redis 6 or newer): what it tells comes in the order
 * in which it happened there. It is never mended; its owner opens another.
 */
class RedisSession {
	readonly #client: Client;
	#closed = false;

	private constructor(client: Client, ended: (error: unknown) => void) {
		this.#client = client;
		let told = false;
		const tell = (error?: unknown) => {
			if (!told && !this.#closed) ended(error);
			told = true;
		};
		client.on("error", tell);
		client.on("end", tell);
	}

	/** Connects. `ended` is called once, unless it was closed. Rejects as the client does. */
	static async open(url: string, ended: (error: unknown) => void): Promise<RedisSession> {
		// Not before it is wanted: without Redis this costs nothing.
		const { createClient } = await import("@redis/client");
		const client = createClient({
			url,
			RESP: 3,
			// Its types take `tls` and plain sockets apart; the URL's scheme decides.
			socket: { reconnectStrategy: false, connectTimeout: CONNECT_WITHIN },
			disableOfflineQueue: true,
			commandsQueueMaxLength: MAX_COMMANDS,
			maintNotifications: "disabled",
		}) as unknown as Client;
		let opened = false;
		const session = new RedisSession(client, (error) => {
			if (opened) ended(error);
		});
		try {
			await client.connect();
		} catch (error) {
			session.close();
			throw error;
		}
		opened = true;
		return session;
	}

	run(script: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
		return this.#client.eval(script, { keys: [...keys], arguments: [...args] });
	}

	/** Gives how many heard it. */
	async publish(channel: string, text: string): Promise<number> {
		return Number(await this.#client.publish(channel, text));
	}

	async subscribe(channel: string, listener: (text: string) => void): Promise<void> {
		await this.#client.subscribe(channel, listener);
	}

	async ping(): Promise<void> {
		await this.#client.ping();
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		if (this.#client.isOpen) this.#client.destroy();
	}
}
