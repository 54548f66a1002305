import { type Clock, systemClock } from "../../devices/clock.ts";
import type { Addon, NativeEnd } from "../../native/addon.ts";
import { type NativePoolEvents, type NativeRtpPool, PoolEvent } from "../../native/rtp-pool.ts";
import type { DatagramEvents, DatagramSocket } from "../ice/path.ts";
import { Feed, Sender, type SenderOptions } from "./sender.ts";

/** A thread that fails so soon after it has taken over is followed by another only after as long, milliseconds. */
const RESTART_PAUSE = 10_000;

/** The addon's sockets have numbers from 1 on. */
const NO_SOCKET = 0;

/** A socket as viewers' paths know it; its number changes when another thread takes over. */
interface PoolSocket {
	id: number;
	readonly address: string;
	readonly port: number;
	readonly events: DatagramEvents;
}

/**
 * The RTP senders of a host, on a thread of the addon with UDP sockets of its own. What rate a viewer gets, and which
 * rendition, is decided above it. When the thread fails another takes over its sockets and feeds; its viewers must
 * connect again.
 */
export class SenderPool {
	readonly #addon: Pick<Addon, "RtpPool">;
	#native: NativeRtpPool;
	#restartedAt = Number.NEGATIVE_INFINITY;
	#cancelRestart: (() => void) | undefined;
	readonly #sockets = new Map<number, PoolSocket>();
	readonly #feeds = new Set<Feed>();
	readonly #senders = new Map<number, Sender>();
	/** Senders whose packets JavaScript sends on. */
	readonly #bridged = new Set<Sender>();
	readonly #dropped: (count: number) => void;
	readonly #failed: (end: NativeEnd) => void;
	readonly #clock: Clock;

	/**
	 * `dropped` is told when JavaScript was too slow for what came, and how much of it was lost; `failed` when a sender or
	 * the thread failed, and why.
	 */
	constructor(
		addon: Pick<Addon, "RtpPool">,
		dropped: (count: number) => void,
		failed: (end: NativeEnd) => void = () => {},
		clock: Clock = systemClock,
	) {
		this.#addon = addon;
		this.#dropped = dropped;
		this.#failed = failed;
		this.#clock = clock;
		this.#native = this.#open();
	}

	/**
	 * Opens a UDP socket that its senders can use; all viewers of the host share it. Port 0: any. Throws what the system
	 * says.
	 */
	async openSocket(address: string, port: number, events: DatagramEvents): Promise<DatagramSocket> {
		const { id, port: bound } = this.#native.openSocket(address, port);
		const socket: PoolSocket = { id, address, port: bound, events };
		this.#sockets.set(id, socket);
		return {
			get id() {
				return socket.id;
			},
			address,
			port: bound,
			send: (packet, to, toPort) => {
				try {
					this.#native.sendDatagram(socket.id, packet, packet.length, to, toPort);
				} catch {
					// A remote address that makes no sense is as good as a packet lost.
				}
			},
			// What the system does not take at once is lost.
			queuedBytes: () => 0,
			close: async () => {
				this.#sockets.delete(socket.id);
				this.#native.closeSocket(socket.id);
			},
		};
	}

	/** Opens one rendition of one device. */
	openFeed(): Feed {
		const feed = new Feed(this.#native, {
			beforePush: () => {
				for (const sender of this.#bridged) sender.tellQueued();
			},
			closed: () => this.#feeds.delete(feed),
		});
		this.#feeds.add(feed);
		return feed;
	}

	openSender(options: SenderOptions): Sender {
		const sender = new Sender(this.#native, options, {
			bridged: (isBridged) => {
				if (isBridged) this.#bridged.add(sender);
				else this.#bridged.delete(sender);
			},
			closed: (one) => {
				if (this.#senders.get(one.id) === one) this.#senders.delete(one.id);
			},
		});
		this.#senders.set(sender.id, sender);
		return sender;
	}

	async close(): Promise<void> {
		this.#cancelRestart?.();
		for (const sender of this.#senders.values()) sender.close();
		this.#sockets.clear();
		this.#native.close();
	}

	/** For tests: what was asked for so far has been done, and told; whether anything was told. */
	settle(): boolean {
		for (const sender of this.#bridged) sender.tellQueued();
		this.#native.settle();
		return this.#takeEvents();
	}

	/** For tests: the pool's clock stands still at a time. */
	stopClockAt(time: number): void {
		this.#native.stopClockAt(time);
	}

	#open(): NativeRtpPool {
		return new this.#addon.RtpPool({
			onEvents: () => this.#takeEvents(),
			onEnd: (end) => this.#ended(end),
		});
	}

	/** The thread has failed. */
	#ended(end: NativeEnd): void {
		this.#failed(end);
		const isRecent = this.#clock.now() - this.#restartedAt < RESTART_PAUSE;
		if (isRecent) this.#cancelRestart = this.#clock.after(RESTART_PAUSE, () => this.#restart());
		else this.#restart();
	}

	#restart(): void {
		this.#restartedAt = this.#clock.now();
		this.#native.close();
		this.#native = this.#open();
		for (const feed of this.#feeds) feed.reopen(this.#native);
		const sockets = [...this.#sockets.values()];
		this.#sockets.clear();
		for (const socket of sockets) this.#reopen(socket);
		const senders = [...this.#senders.values()];
		this.#senders.clear();
		for (const sender of senders) sender.failed();
	}

	#reopen(socket: PoolSocket): void {
		try {
			socket.id = this.#native.openSocket(socket.address, socket.port).id;
			this.#sockets.set(socket.id, socket);
		} catch (error) {
			socket.id = NO_SOCKET;
			const { code = "socket-failed", message } = error as NodeJS.ErrnoException;
			this.#failed({ code, message });
		}
	}

	#takeEvents(): boolean {
		const events = this.#native.take();
		if (events !== undefined) {
			if (events.dropped > 0) this.#dropped(events.dropped);
			this.#tell(events);
		}
		for (const sender of this.#bridged) sender.tellQueued();
		return events !== undefined;
	}

	/** Records are whole: the addon wrote them. */
	#tell({ numbers, packets, addresses, failures }: NativePoolEvents): void {
		let at = 0;
		let packet = 0;
		let address = 0;
		let failure = 0;
		const next = () => numbers[at++] ?? 0;
		while (at < numbers.length) {
			const kind = next();
			const id = next();
			if (kind === PoolEvent.datagram) {
				const port = next();
				this.#sockets.get(id)?.events.packet(packets[packet++] as Buffer, addresses[address++] ?? "", port);
				continue;
			}
			const sender = this.#senders.get(id);
			if (kind === PoolEvent.keyframeNeeded) sender?.keyframeNeeded();
			else if (kind === PoolEvent.heard) sender?.heard();
			else if (kind === PoolEvent.followed) sender?.followed(next());
			else if (kind === PoolEvent.protected) sender?.sendOn(packets[packet++] as Buffer);
			else if (kind === PoolEvent.senderFailed) {
				this.#failed(failures[failure++] as NativeEnd);
				sender?.failed();
			} else if (kind === PoolEvent.feedback) {
				sender?.feedback(numbers.subarray(at, at + Sender.reportLength));
				at += Sender.reportLength;
			}
		}
	}
}
