import type { Clock } from "../../devices/clock.ts";
import type { DatagramEvents, DatagramSocket } from "../ice/datagram-socket.ts";
import { openScriptDatagramSocket } from "../ice/script-datagram-socket.ts";
import { PaceClock } from "./pace-clock.ts";
import { ScriptFeed } from "./script-feed.ts";
import { ScriptSender } from "./script-sender.ts";
import type { Feed, Sender, SenderOptions, SenderPool } from "./sender-pool.ts";

/** Senders that run in JavaScript, on the thread of whoever pushes pictures. */
export class ScriptPool implements SenderPool {
	readonly kind = "script";
	readonly #clock: PaceClock;
	readonly #sockets = new Set<DatagramSocket>();
	readonly #feeds = new Set<ScriptFeed>();
	readonly #senders = new Set<ScriptSender>();

	/** `clock`: that of `AccessUnit.captureTime`. */
	constructor(clock: Clock) {
		this.#clock = new PaceClock(clock);
	}

	async openSocket(address: string, port: number, events: DatagramEvents): Promise<DatagramSocket> {
		const socket = await openScriptDatagramSocket(address, port, events);
		this.#sockets.add(socket);
		return socket;
	}

	openFeed(): Feed {
		const feed = new ScriptFeed(() => this.#feeds.delete(feed));
		this.#feeds.add(feed);
		return feed;
	}

	openSender(options: SenderOptions): Sender {
		const sender = new ScriptSender(options, this.#clock, () => this.#senders.delete(sender));
		this.#senders.add(sender);
		return sender;
	}

	async close(): Promise<void> {
		for (const sender of this.#senders) sender.close();
		for (const feed of this.#feeds) feed.close();
		await Promise.all([...this.#sockets].map((socket) => socket.close()));
	}
}
