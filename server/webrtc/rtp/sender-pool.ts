import type { Addon } from "../../native/addon.ts";
import { type NativePoolEvents, type NativeRtpPool, PoolEvent } from "../../native/rtp-pool.ts";
import type { DatagramEvents, DatagramSocket } from "../ice/path.ts";
import { Feed, Sender, type SenderOptions } from "./sender.ts";

/**
 * The RTP senders of a host, on a thread of the addon with UDP sockets of its own. What rate a viewer gets, and which
 * rendition, is decided above it.
 */
export class SenderPool {
	readonly #native: NativeRtpPool;
	readonly #sockets = new Map<number, DatagramEvents>();
	readonly #senders = new Map<number, Sender>();
	/** Senders whose packets JavaScript sends on. */
	readonly #bridged = new Set<Sender>();
	readonly #dropped: (count: number) => void;

	/** `dropped` is told when JavaScript was too slow for what came, and how much of it was lost. */
	constructor(addon: Pick<Addon, "RtpPool">, dropped: (count: number) => void) {
		this.#dropped = dropped;
		this.#native = new addon.RtpPool({ onEvents: () => this.#takeEvents() });
	}

	/**
	 * Opens a UDP socket that its senders can use; all viewers of the host share it. Port 0: any. Throws what the system
	 * says.
	 */
	async openSocket(address: string, port: number, events: DatagramEvents): Promise<DatagramSocket> {
		const { id, port: bound } = this.#native.openSocket(address, port);
		this.#sockets.set(id, events);
		return {
			id,
			address,
			port: bound,
			send: (packet, to, toPort) => {
				try {
					this.#native.sendDatagram(id, packet, packet.length, to, toPort);
				} catch {
					// A remote address that makes no sense is as good as a packet lost.
				}
			},
			// What the system does not take at once is lost.
			queuedBytes: () => 0,
			close: async () => {
				this.#sockets.delete(id);
				this.#native.closeSocket(id);
			},
		};
	}

	/** Opens one rendition of one device. */
	openFeed(): Feed {
		return new Feed(this.#native, () => {
			for (const sender of this.#bridged) sender.tellQueued();
		});
	}

	openSender(options: SenderOptions): Sender {
		const sender = new Sender(this.#native, options, {
			bridged: (isBridged) => {
				if (isBridged) this.#bridged.add(sender);
				else this.#bridged.delete(sender);
			},
			closed: (id) => this.#senders.delete(id),
		});
		this.#senders.set(sender.id, sender);
		return sender;
	}

	async close(): Promise<void> {
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
	#tell({ numbers, packets, addresses }: NativePoolEvents): void {
		let at = 0;
		let packet = 0;
		let address = 0;
		const next = () => numbers[at++] ?? 0;
		while (at < numbers.length) {
			const kind = next();
			const id = next();
			if (kind === PoolEvent.datagram) {
				const port = next();
				this.#sockets.get(id)?.packet(packets[packet++] as Buffer, addresses[address++] ?? "", port);
				continue;
			}
			const sender = this.#senders.get(id);
			if (kind === PoolEvent.keyframeNeeded) sender?.keyframeNeeded();
			else if (kind === PoolEvent.heard) sender?.heard();
			else if (kind === PoolEvent.followed) sender?.followed(next());
			else if (kind === PoolEvent.protected) sender?.sendOn(packets[packet++] as Buffer);
			else if (kind === PoolEvent.feedback) {
				sender?.feedback(numbers.subarray(at, at + Sender.reportLength));
				at += Sender.reportLength;
			}
		}
	}
}
