import type { SocketLike } from "../client.ts";
import type { Access, Credentials } from "../grants/access.ts";
import { rightsOn } from "../grants/rights.ts";
import type { Metrics } from "../metrics.ts";
import { fromDirectorySchema, type ToDirectory } from "../protocol/messages.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import { Line } from "./line.ts";

type WatcherLine = Line<typeof fromDirectorySchema, ToDirectory>;

/** Pages that show the list of devices, each those that it has a right to. Changes that come together are told together. */
export class Watchers {
	readonly #lines = new Map<WatcherLine, Credentials>();
	readonly #directory: DeviceDirectory;
	readonly #access: Access;
	readonly #metrics: Metrics;
	#pending = false;

	constructor(directory: DeviceDirectory, access: Access, metrics: Metrics) {
		this.#directory = directory;
		this.#access = access;
		this.#metrics = metrics;
	}

	join(socket: SocketLike, credentials: Credentials): void {
		const line: WatcherLine = new Line(socket, fromDirectorySchema, {
			message: () => {},
			refused: (code) => this.#metrics.refusedMessages.inc({ code }),
			closed: () => this.#lines.delete(line),
		});
		this.#lines.set(line, credentials);
		this.#tell(line, credentials);
	}

	devicesChanged(): void {
		if (this.#pending || this.#lines.size === 0) return;
		this.#pending = true;
		queueMicrotask(() => {
			this.#pending = false;
			for (const [line, credentials] of this.#lines) this.#tell(line, credentials);
		});
	}

	/** Rights have ended: pages that are left with none are sent away, the others see what is left. */
	rightsChanged(): void {
		for (const [line, credentials] of [...this.#lines]) {
			if (this.#access.rightsOf(credentials).length > 0) continue;
			const { code, message } = this.#access.refusal(credentials);
			line.close({ code, message });
		}
		this.devicesChanged();
	}

	closeAll(): void {
		for (const line of [...this.#lines.keys()]) line.close();
	}

	/** What the credentials give is looked up each time: a page that stays open keeps nothing that has ended. */
	#tell(line: WatcherLine, credentials: Credentials): void {
		const rights = this.#access.rightsOf(credentials);
		const devices = this.#directory.list().filter(({ id }) => rightsOn(rights, id));
		line.send({ type: "devices", devices });
	}
}
