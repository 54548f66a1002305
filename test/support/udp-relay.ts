import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/**
 * Stands between one viewer and a host on the IPv4 loopback and loses packets as told, since the network emulation
 * of the kernel is not there everywhere.
 */
export class UdpRelay {
	/** Whether a packet on its way to the viewer, or from it, is lost. */
	loses: (packet: Buffer, direction: "to viewer" | "from viewer") => boolean = () => false;
	/** What the way to the viewer carries, bits per second, with a queue of 100 ms before it; all when absent. */
	bandwidth: number | undefined;
	#freeAt = 0;
	readonly #outside = createSocket("udp4");
	#inside = createSocket("udp4");
	#viewer: { address: string; port: number } | undefined;
	#target = 0;
	#closed = false;

	private constructor() {
		this.#outside.on("message", (packet, remote) => {
			this.#viewer = remote;
			if (!this.loses(packet, "from viewer")) this.#inside.send(packet, this.#target, "127.0.0.1");
		});
		this.#inside.on("message", (packet) => this.#toViewer(packet));
	}

	static async open(): Promise<UdpRelay> {
		const relay = new UdpRelay();
		await Promise.all([relay.#outside, relay.#inside].map(bind));
		return relay;
	}

	/** The offer with the relay as its only candidate, in front of the offered IPv4 one. */
	intercept(offer: string): string {
		const [line = "", port] = /a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 (\d+) typ host/.exec(offer) ?? [];
		this.#target = Number(port);
		const ours = line.replace(` ${port} `, ` ${this.#outside.address().port} `);
		return offer
			.replace(/a=candidate:.*\r\n/g, "")
			.replace("a=end-of-candidates", `${ours}\r\na=end-of-candidates`);
	}

	/** From now on the host sees the viewer at another port, as when a router forgot the one before. */
	async move(): Promise<void> {
		const inside = createSocket("udp4");
		inside.on("message", (packet) => this.#toViewer(packet));
		await bind(inside);
		this.#inside.close();
		this.#inside = inside;
	}

	/** Sends the host something that the viewer did not, on the viewer's path. */
	inject(packet: Buffer): void {
		this.#inside.send(packet, this.#target, "127.0.0.1");
	}

	close(): void {
		this.#closed = true;
		this.#outside.close();
		this.#inside.close();
	}

	#toViewer(packet: Buffer): void {
		const viewer = this.#viewer;
		if (viewer === undefined || this.loses(packet, "to viewer")) return;
		if (this.bandwidth === undefined) return this.#outside.send(packet, viewer.port, viewer.address);
		const now = performance.now();
		if (this.#freeAt > now + 100) return;
		this.#freeAt = Math.max(this.#freeAt, now) + (packet.length * 8000) / this.bandwidth;
		setTimeout(() => {
			if (!this.#closed) this.#outside.send(packet, viewer.port, viewer.address);
		}, this.#freeAt - now);
	}
}

async function bind(socket: Socket): Promise<void> {
	const listening = once(socket, "listening");
	socket.bind(0, "127.0.0.1");
	await listening;
}
