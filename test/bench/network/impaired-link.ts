import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";

/** What happens to packets on their way; the same in both directions. */
export interface Impairment {
	/** Share of packets that are lost, 0..1. */
	readonly loss: number;
	/** Delay of each direction, ms. */
	readonly delay: number;
	/** Share of packets that come `reorderBy` later than the others, 0..1. */
	readonly reorder: number;
	readonly reorderBy: number;
	/** Share of packets that come twice, 0..1. */
	readonly duplicate: number;
}

export const CLEAR: Impairment = { loss: 0, delay: 0, reorder: 0, reorderBy: 0, duplicate: 0 };

/** Packets that may be on their way at once; a link that holds more loses the newest. */
const MAX_UNDERWAY = 20_000;

/**
 * A link between one viewer and a host on the IPv4 loopback that is as bad as told. It is a relay in user space, since
 * the kernel's network emulation is not there everywhere; times are kept to about a millisecond.
 */
export class ImpairedLink {
	impairment: Impairment = CLEAR;
	/** While true nothing passes in either direction. */
	dark = false;
	readonly #outside = createSocket("udp4");
	readonly #inside = createSocket("udp4");
	readonly #timers = new Set<NodeJS.Timeout>();
	#viewer: RemoteInfo | undefined;
	#target = 0;

	private constructor() {
		this.#outside.on("message", (packet, remote) => {
			this.#viewer = remote;
			this.#pass(() => this.#inside.send(packet, this.#target, "127.0.0.1"));
		});
		this.#inside.on("message", (packet) => {
			const viewer = this.#viewer;
			if (viewer) this.#pass(() => this.#outside.send(packet, viewer.port, viewer.address));
		});
	}

	static async open(): Promise<ImpairedLink> {
		const link = new ImpairedLink();
		for (const socket of [link.#outside, link.#inside]) await bind(socket);
		return link;
	}

	/** Where the viewer finds the link. */
	get port(): number {
		return this.#outside.address().port;
	}

	/** Where the host is, on 127.0.0.1. */
	leadTo(port: number): void {
		this.#target = port;
	}

	async close(): Promise<void> {
		this.dark = true;
		for (const timer of this.#timers) clearTimeout(timer);
		this.#outside.close();
		this.#inside.close();
	}

	#pass(send: () => void): void {
		const { loss, delay, reorder, reorderBy, duplicate } = this.impairment;
		if (this.dark || Math.random() < loss) return;
		const copies = Math.random() < duplicate ? 2 : 1;
		for (let copy = 0; copy < copies; copy++) {
			this.#later(delay + (Math.random() < reorder ? reorderBy : 0), send);
		}
	}

	#later(delay: number, send: () => void): void {
		if (delay === 0) return send();
		if (this.#timers.size >= MAX_UNDERWAY) return;
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			if (!this.dark) send();
		}, delay);
		this.#timers.add(timer);
	}
}

async function bind(socket: Socket): Promise<void> {
	const listening = once(socket, "listening");
	socket.bind(0, "127.0.0.1");
	await listening;
	// Keyframes come as bursts.
	socket.setRecvBufferSize(4 << 20);
	socket.setSendBufferSize(4 << 20);
}
