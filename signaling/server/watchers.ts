import type { SocketLike } from "../client.ts";
import type { Metrics } from "../metrics.ts";
import { fromDirectorySchema, type ToDirectory } from "../protocol/messages.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import { Line } from "./line.ts";

type WatcherLine = Line<typeof fromDirectorySchema, ToDirectory>;

/** Pages that show the list of devices. Changes that come together are told together. */
export class Watchers {
	readonly #lines = new Set<WatcherLine>();
	readonly #directory: DeviceDirectory;
	readonly #metrics: Metrics;
	#pending = false;

	constructor(directory: DeviceDirectory, metrics: Metrics) {
		this.#directory = directory;
		this.#metrics = metrics;
	}

	join(socket: SocketLike): void {
		const line: WatcherLine = new Line(socket, fromDirectorySchema, {
			message: () => {},
			refused: (code) => this.#metrics.refusedMessages.inc({ code }),
			closed: () => this.#lines.delete(line),
		});
		this.#lines.add(line);
		line.send({ type: "devices", devices: this.#directory.list() });
	}

	devicesChanged(): void {
		if (this.#pending || this.#lines.size === 0) return;
		this.#pending = true;
		queueMicrotask(() => {
			this.#pending = false;
			const devices = this.#directory.list();
			for (const line of this.#lines) line.send({ type: "devices", devices });
		});
	}

	closeAll(): void {
		for (const line of [...this.#lines]) line.close();
	}
}
