import type { Addon } from "../../native/addon.ts";
import { type NativePoolEvents, type NativeRtpPool, PoolEvent } from "../../native/rtp-pool.ts";
import type { DatagramEvents, DatagramSocket } from "../ice/path.ts";
import {
	type Feed,
	NativeFeed,
	NativeSender,
	type Sender,
	type SenderOptions,
	type SenderPool,
} from "./sender.ts";

/** Senders on a thread of the addon, with UDP sockets of their own. */
export class NativePool implements SenderPool {
	readonly kind = "native";
	readonly #native: NativeRtpPool;
	readonly #sockets = new Map<number, DatagramEvents>();
	readonly #senders = new Map<number, NativeSender>();
	/** Senders whose packets JavaScript sends on. */
	readonly #bridged = new Set<NativeSender>();

	readonly #dropped: (count: number) => void;

	/** `dropped` is told when JavaScript was too slow for what came, and how much of it was lost. */
	constructor(addon: Pick<Addon, "RtpPool">, dropped: (count: number) => void) {
		this.#dropped = dropped;
		this.#native = new addon.RtpPool({ onEvents: () => this.#takeEvents() });
	}

	async openSocket(address: string, port: number, events: DatagramEvents): Promise<DatagramSocket> {
		const socket = new NativeDatagramSocket(this.#native, address, port, (id) => this.#sockets.delete(id));
		this.#sockets.set(socket.id, events);
		return socket;
	}

	openFeed(): Feed {
		return new NativeFeed(this.#native, () => {
			for (const sender of this.#bridged) sender.tellQueued();
		});
	}

	openSender(options: SenderOptions): Sender {
		const sender = new NativeSender(this.#native, options, {
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
				sender?.feedback(numbers.subarray(at, at + NativeSender.reportLength));
				at += NativeSender.reportLength;
			}
		}
	}
}

/** A UDP socket of a native pool. */
export class NativeDatagramSocket implements DatagramSocket {
	readonly id: number;
	readonly address: string;
	readonly port: number;
	readonly #native: NativeRtpPool;
	readonly #closed: (id: number) => void;

	/** Binds it; port 0: any. Throws what the system says. */
	constructor(native: NativeRtpPool, address: string, port: number, closed: (id: number) => void) {
		const opened = native.openSocket(address, port);
		this.id = opened.id;
		this.address = address;
		this.port = opened.port;
		this.#native = native;
		this.#closed = closed;
	}

	send(packet: Buffer, length: number, address: string, port: number): boolean {
		try {
			this.#native.sendDatagram(this.id, packet, length, address, port);
		} catch {
			// A remote address that makes no sense is as good as a packet lost.
		}
		return false;
	}

	/** What the system does not take at once is lost. */
	queuedBytes(): number {
		return 0;
	}

	async close(): Promise<void> {
		this.#closed(this.id);
		this.#native.closeSocket(this.id);
	}
}
