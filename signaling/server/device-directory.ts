import type { DeviceDescription } from "../protocol/device.ts";
import { PortholeError } from "../protocol/errors.ts";

/** Devices remembered after their host is gone, at most; the longest gone are forgotten. */
const MAX_OFFLINE = 256;

interface Entry {
	hostId: string;
	/** As the host last said it. */
	told: DeviceDescription;
	/** Ms since the epoch at which the host was lost. */
	offlineSince: number | undefined;
}

/** All devices that hosts have told of, with who watches them. */
export class DeviceDirectory {
	readonly #entries = new Map<string, Entry>();
	readonly #viewers = new Map<string, number>();
	readonly #now: () => number;
	readonly #changed: (ids: readonly string[]) => void;

	constructor(now: () => number, changed: (ids: readonly string[]) => void) {
		this.#now = now;
		this.#changed = changed;
	}

	/** Replaces what a host said of its devices. Throws PortholeError `device-id-taken` for another host's id. */
	update(hostId: string, devices: readonly DeviceDescription[]): void {
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
		for (const told of devices) this.#entries.set(told.id, { hostId, told, offlineSince: undefined });
		this.#changed([...changed]);
	}

	/** A host's connection is gone: its devices stay, as offline. */
	loseHost(hostId: string): void {
		const lost: string[] = [];
		for (const [id, entry] of this.#entries) {
			if (entry.hostId !== hostId || entry.offlineSince !== undefined) continue;
			entry.offlineSince = this.#now();
			lost.push(id);
		}
		this.#forgetOldest();
		if (lost.length > 0) this.#changed(lost);
	}

	/** Counts a viewer in (+1) or out (-1). */
	countViewer(id: string, by: 1 | -1): void {
		const count = (this.#viewers.get(id) ?? 0) + by;
		if (count > 0) this.#viewers.set(id, count);
		else this.#viewers.delete(id);
		if (this.#entries.has(id)) this.#changed([id]);
	}

	hostOf(id: string): string | undefined {
		const entry = this.#entries.get(id);
		return entry?.offlineSince === undefined ? entry?.hostId : undefined;
	}

	describe(id: string): DeviceDescription | undefined {
		const entry = this.#entries.get(id);
		if (!entry) return undefined;
		const viewers = this.#viewers.get(id) ?? 0;
		if (entry.offlineSince !== undefined) {
			return { ...entry.told, state: "offline", since: entry.offlineSince, viewers };
		}
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
