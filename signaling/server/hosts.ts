import type { SocketLike } from "../client.ts";
import type { Metrics } from "../metrics.ts";
import { type FromHost, fromHostSchema, type HostHello, type ToHost } from "../protocol/messages.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import { Line } from "./line.ts";
import type { Viewers } from "./viewers.ts";

/** The hosts that are connected. */
export class Hosts {
	readonly #lines = new Map<string, Line<typeof fromHostSchema, ToHost>>();
	readonly #directory: DeviceDirectory;
	readonly #metrics: Metrics;

	constructor(directory: DeviceDirectory, metrics: Metrics) {
		this.#directory = directory;
		this.#metrics = metrics;
	}

	/** Lets in a host whose key has been checked. The newer of two with one id stays. */
	join(socket: SocketLike, hello: HostHello, viewers: Viewers): void {
		const { hostId } = hello;
		const before = this.#lines.get(hostId);
		let known: ReadonlySet<string> = new Set();
		const line = new Line<typeof fromHostSchema, ToHost>(socket, fromHostSchema, {
			message: (message) => {
				this.#receive(hostId, message, viewers);
				if (message.type !== "devices") return;
				const ids = message.devices.map((device) => device.id);
				viewers.announceAll(new Set(ids.filter((id) => !known.has(id))));
				known = new Set(ids);
			},
			refused: (code) => this.#metrics.refusedMessages.inc({ code }),
			closed: () => {
				if (this.#lines.get(hostId) !== line) return;
				this.#lines.delete(hostId);
				this.#directory.loseHost(hostId);
			},
		});
		this.#lines.set(hostId, line);
		before?.close({ code: "superseded", message: `Host ${hostId} connected again.` });
		line.send({ type: "welcome", version: PROTOCOL_VERSION });
	}

	tell(hostId: string, message: ToHost): void {
		this.#lines.get(hostId)?.send(message);
	}

	closeAll(): void {
		for (const line of [...this.#lines.values()]) line.close();
	}

	#receive(hostId: string, message: FromHost, viewers: Viewers): void {
		switch (message.type) {
			case "devices":
				return this.#directory.update(hostId, message.devices);
			case "offer":
				return viewers.fromHost(hostId, message.viewerId, {
					type: "offer",
					peerId: message.peerId,
					sdp: message.sdp,
				});
			case "end":
				return viewers.fromHost(hostId, message.viewerId, {
					type: "ended",
					reason: message.reason,
					final: message.final,
				});
			case "ping":
				return;
		}
	}
}
