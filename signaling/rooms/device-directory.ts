import type { Access, Credentials } from "../auth/access.ts";
import { rightsOn } from "../auth/rights.ts";
import type { SocketLike } from "../client.ts";
import type { Metrics } from "../metrics.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import { PortholeError } from "../protocol/errors.ts";
import { fromDirectorySchema, type ToDirectory } from "../protocol/messages.ts";
import type { WallClock } from "../protocol/time.ts";
import { Connection } from "./connection.ts";

/** Devices remembered after their host is gone, at most; the longest gone are forgotten. */
const MAX_OFFLINE = 256;

interface Entry {
	hostId: string;
	/** The node that its host is connected to; this one when absent. */
	node: string | undefined;
	/** As the host last said it. */
	told: DeviceDescription;
	/** Ms since the epoch at which the host was lost. */
	offlineSince: number | undefined;
}

/** Devices changed, came or went; `hostId` is their host's if that is on this node. */
type DevicesChanged = (ids: readonly string[], hostId: string | undefined) => void;

/** All devices that hosts have told of, here or to another node, with who watches them. */
export class DeviceDirectory {
	readonly #entries = new Map<string, Entry>();
	readonly #viewers = new Map<string, number>();
	readonly #wall: WallClock;
	readonly #changed: DevicesChanged;

	constructor(wall: WallClock, changed: DevicesChanged) {
		this.#wall = wall;
		this.#changed = changed;
	}

	/**
	 * Replaces what a host said of its devices, here or at `node`. Throws PortholeError `device-id-taken` for another
	 * host's id.
	 */
	update(hostId: string, devices: readonly DeviceDescription[], node?: string): void {
		for (const device of devices) {
			const entry = this.#entries.get(device.id);
			if (entry && entry.hostId !== hostId && entry.offlineSince === undefined) {
				throw new PortholeError(
					"device-id-taken",
					`Device ${device.id} belongs to another host. Give this one another id (?id=…).`,
				);
			}
		}
		const changed = new Set(devices.map((device) => device.id));
		for (const [id, entry] of this.#entries) {
			if (entry.hostId !== hostId || changed.has(id)) continue;
			this.#entries.delete(id);
			changed.add(id);
		}
		for (const told of devices) this.#entries.set(told.id, { hostId, node, told, offlineSince: undefined });
		this.#changed([...changed], node === undefined ? hostId : undefined);
	}

	/** A host's connection here, or `node`, is gone: its devices stay, as offline. */
	loseHost(hostId: string, node?: string): void {
		const lost: string[] = [];
		for (const [id, entry] of this.#entries) {
			if (entry.hostId !== hostId || entry.node !== node || entry.offlineSince !== undefined) continue;
			entry.offlineSince = this.#wall();
			lost.push(id);
		}
		this.#forgetOldest();
		if (lost.length > 0) this.#changed(lost, node === undefined ? hostId : undefined);
	}

	/** Counts a viewer in (+1) or out (-1). */
	countViewer(id: string, by: 1 | -1): void {
		const count = (this.#viewers.get(id) ?? 0) + by;
		if (count > 0) this.#viewers.set(id, count);
		else this.#viewers.delete(id);
		const entry = this.#entries.get(id);
		if (entry) this.#changed([id], entry.node === undefined ? entry.hostId : undefined);
	}

	/** The host of a device, if it is connected to this node. */
	hostOf(id: string): string | undefined {
		const entry = this.#entries.get(id);
		return entry?.node === undefined && entry?.offlineSince === undefined ? entry?.hostId : undefined;
	}

	/** The other node that a device's host is connected to. */
	nodeOf(id: string): string | undefined {
		const entry = this.#entries.get(id);
		return entry?.offlineSince === undefined ? entry?.node : undefined;
	}

	/** Whether a device's host was last connected to another node, which may be gone. */
	isElsewhere(id: string): boolean {
		return this.#entries.get(id)?.node !== undefined;
	}

	/** The devices that a host has told this node of. */
	ofHost(hostId: string): DeviceDescription[] {
		const own = [...this.#entries].filter(([, entry]) => entry.hostId === hostId && entry.node === undefined);
		return own.flatMap(([id]) => this.describe(id) ?? []);
	}

	/** Whether a host is connected to another node, as far as its devices tell. */
	hostIsElsewhere(hostId: string): boolean {
		const entries = [...this.#entries.values()];
		return entries.some((entry) => entry.hostId === hostId && entry.node && entry.offlineSince === undefined);
	}

	describe(id: string): DeviceDescription | undefined {
		const entry = this.#entries.get(id);
		if (!entry) return undefined;
		const viewers = this.#viewers.get(id) ?? 0;
		if (entry.offlineSince !== undefined) {
			return { ...entry.told, state: "offline", since: entry.offlineSince, viewers };
		}
		if (entry.node !== undefined) return entry.told;
		const state = entry.told.state === "ready" && viewers > 0 ? "live" : entry.told.state;
		return { ...entry.told, state, viewers };
	}

	/** All devices, those of each host together and in its own order. */
	list(): DeviceDescription[] {
		const devices = [...this.#entries.keys()].flatMap((id) => this.describe(id) ?? []);
		return devices.sort((one, other) => (one.host ?? "").localeCompare(other.host ?? ""));
	}

	#forgetOldest(): void {
		const offline = [...this.#entries]
			.filter(([, entry]) => entry.offlineSince !== undefined)
			.sort(([, a], [, b]) => (a.offlineSince ?? 0) - (b.offlineSince ?? 0));
		for (const [id] of offline.slice(0, Math.max(0, offline.length - MAX_OFFLINE))) this.#entries.delete(id);
	}
}

type WatcherConnection = Connection<typeof fromDirectorySchema, ToDirectory>;

/** Pages that show the list of devices, each those that it has a right to. Changes that come together are told together. */
export class Watchers {
	readonly #connections = new Map<WatcherConnection, Credentials>();
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
		const connection: WatcherConnection = new Connection(socket, fromDirectorySchema, {
			message: () => {},
			refused: (code) => this.#metrics.refusedMessages.inc({ code }),
			closed: () => this.#connections.delete(connection),
		});
		this.#connections.set(connection, credentials);
		this.#tell(connection, credentials);
	}

	devicesChanged(): void {
		if (this.#pending || this.#connections.size === 0) return;
		this.#pending = true;
		queueMicrotask(() => {
			this.#pending = false;
			for (const [connection, credentials] of this.#connections) this.#tell(connection, credentials);
		});
	}

	/** Rights have ended: pages that are left with none are sent away, the others see what is left. */
	rightsChanged(): void {
		for (const [connection, credentials] of [...this.#connections]) {
			if (this.#access.rightsOf(credentials).length > 0) continue;
			const { code, message } = this.#access.refusal(credentials);
			connection.close({ code, message });
		}
		this.devicesChanged();
	}

	closeAll(): void {
		for (const connection of [...this.#connections.keys()]) connection.close();
	}

	/** What the credentials give is looked up each time: a page that stays open keeps nothing that has ended. */
	#tell(connection: WatcherConnection, credentials: Credentials): void {
		const rights = this.#access.rightsOf(credentials);
		const devices = this.#directory.list().filter(({ id }) => rightsOn(rights, id));
		connection.send({ type: "devices", devices });
	}
}
