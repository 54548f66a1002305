import type { Access, Credentials } from "../auth/access.ts";
import { rightsOn } from "../auth/rights.ts";
import type { SocketLike } from "../client.ts";
import type { Metrics } from "../metrics.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import { PortholeError } from "../protocol/errors.ts";
import { fromDirectorySchema, type ToDirectory } from "../protocol/messages.ts";
import { Line } from "./connection.ts";

/** Devices remembered after their host is gone, at most; the longest gone are forgotten. */
const MAX_OFFLINE = 256;

interface Entry {
	hostId: string;
	/** The process that its host is connected to; this one when absent. */
	home: string | undefined;
	/** As the host last said it. */
	told: DeviceDescription;
	/** Ms since the epoch at which the host was lost. */
	offlineSince: number | undefined;
}

/** Devices changed, came or went; `hostId` is their host's if this process is its home. */
type DevicesChanged = (ids: readonly string[], hostId: string | undefined) => void;

/** All devices that hosts have told of, here or to another signaling process, with who watches them. */
export class DeviceDirectory {
	readonly #entries = new Map<string, Entry>();
	readonly #viewers = new Map<string, number>();
	readonly #now: () => number;
	readonly #changed: DevicesChanged;

	constructor(now: () => number, changed: DevicesChanged) {
		this.#now = now;
		this.#changed = changed;
	}

	/**
	 * Replaces what a host said of its devices, here or at `home`. Throws PortholeError `device-id-taken` for another
	 * host's id.
	 */
	update(hostId: string, devices: readonly DeviceDescription[], home?: string): void {
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
		for (const told of devices) this.#entries.set(told.id, { hostId, home, told, offlineSince: undefined });
		this.#changed([...changed], home === undefined ? hostId : undefined);
	}

	/** A host's connection here, or the process at `home`, is gone: its devices stay, as offline. */
	loseHost(hostId: string, home?: string): void {
		const lost: string[] = [];
		for (const [id, entry] of this.#entries) {
			if (entry.hostId !== hostId || entry.home !== home || entry.offlineSince !== undefined) continue;
			entry.offlineSince = this.#now();
			lost.push(id);
		}
		this.#forgetOldest();
		if (lost.length > 0) this.#changed(lost, home === undefined ? hostId : undefined);
	}

	/** Counts a viewer in (+1) or out (-1). */
	countViewer(id: string, by: 1 | -1): void {
		const count = (this.#viewers.get(id) ?? 0) + by;
		if (count > 0) this.#viewers.set(id, count);
		else this.#viewers.delete(id);
		const entry = this.#entries.get(id);
		if (entry) this.#changed([id], entry.home === undefined ? entry.hostId : undefined);
	}

	/** The host of a device, if it is connected to this process. */
	hostOf(id: string): string | undefined {
		const entry = this.#entries.get(id);
		return entry?.home === undefined && entry?.offlineSince === undefined ? entry?.hostId : undefined;
	}

	/** The other process that a device's host is connected to. */
	homeOf(id: string): string | undefined {
		const entry = this.#entries.get(id);
		return entry?.offlineSince === undefined ? entry?.home : undefined;
	}

	/** Whether a device's host was last connected to another process, which may be gone. */
	isElsewhere(id: string): boolean {
		return this.#entries.get(id)?.home !== undefined;
	}

	/** The devices that a host has told this process of. */
	ofHost(hostId: string): DeviceDescription[] {
		const own = [...this.#entries].filter(([, entry]) => entry.hostId === hostId && entry.home === undefined);
		return own.flatMap(([id]) => this.describe(id) ?? []);
	}

	/** Whether a host is connected to another process, as far as its devices tell. */
	hostIsElsewhere(hostId: string): boolean {
		const entries = [...this.#entries.values()];
		return entries.some((entry) => entry.hostId === hostId && entry.home && entry.offlineSince === undefined);
	}

	describe(id: string): DeviceDescription | undefined {
		const entry = this.#entries.get(id);
		if (!entry) return undefined;
		const viewers = this.#viewers.get(id) ?? 0;
		if (entry.offlineSince !== undefined) {
			return { ...entry.told, state: "offline", since: entry.offlineSince, viewers };
		}
		if (entry.home !== undefined) return entry.told;
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
