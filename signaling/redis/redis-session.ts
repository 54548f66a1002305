import type { createClient } from "@redis/client";

type Client = ReturnType<typeof createClient>;

/** How long connecting may take, ms. */
const CONNECT_WITHIN = 4_000;
/** Commands that wait for their answer, at most; further ones are refused. */
const MAX_COMMANDS = 20_000;

/**
 * One connection to Redis, for commands and messages alike (RESP3, so Redis 6 or newer): what it tells comes in the order
 * in which it happened there. It is never mended; its owner opens another.
 */
export class RedisSession {
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
