import { type Clock, wallClock } from "../clock.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import {
	beat,
	claimHost,
	forgetHost,
	leave,
	loadHomes,
	readHomeNotice,
	readHostRow,
} from "./node-notices.ts";
import type { RedisLink } from "./redis-link.ts";

/** How often a process says that it is there, ms. */
export const BEAT_EVERY = 1_000;
/** Silence after which a process is taken to be gone, ms. */
export const SILENT_FOR = 3_500;
/** How long Redis keeps what a process said of its hosts after its last beat, ms. */
const LEASE = 10_000;
/** Processes that are known at a time; further ones are passed over. */
const MAX_PROCESSES = 100;
/** Tries to load what is there while others change it; the next notice of somebody new loads again. */
const MOST_LOADS = 5;

interface HomesDeps {
	readonly link: RedisLink;
	/** Id of this process. */
	readonly process: string;
	readonly clock?: Clock;
	/** Something was said that is not understood. */
	readonly garbage: () => void;
}

interface HomesListener {
	hostElsewhere(hostId: string, home: string, devices: readonly DeviceDescription[]): void;
	hostLost(hostId: string, home: string): void;
	/** A process is gone: what leads to it ends. */
	processGone(home: string): void;
}

interface Neighbour {
	heardAt: number;
	readonly hosts: Map<string, { claim: number; devices: DeviceDescription[] }>;
}

/**
 * Which process is the home of which host: the one that the host connected to last, by Redis' time. Each process tells of
 * its own hosts and says every second that it is there; what a silent one told of is taken to be offline.
 */
export class Homes {
	readonly #deps: HomesDeps;
	readonly #clock: Clock;
	readonly #listener: HomesListener;
	readonly #neighbours = new Map<string, Neighbour>();
	readonly #own = new Map<string, OwnHost>();
	readonly #keys: [string, string];
	readonly #arguments: [string, string, string];
	#loading = false;
	/** Notices that told of a change. */
	#heard = 0;
	#lookedAt = 0;
	#cancelTimer = () => {};
	#closed = false;

	constructor(deps: HomesDeps, listener: HomesListener) {
		const { link, process, clock = wallClock } = deps;
		this.#deps = deps;
		this.#clock = clock;
		this.#listener = listener;
		this.#keys = [link.key("homes"), link.key("home", process)];
		this.#arguments = [process, String(LEASE), link.key("homes", "said")];
	}

	/** Begins to tell and to listen. Rejects as the link does. */
	async open(): Promise<void> {
		const { link } = this.#deps;
		await link.subscribe(this.#arguments[2], (text) => this.#hear(text));
		await link.use({ up: () => this.#up(), down: () => this.#cancelTimer() });
	}

	/** Whether a process is there, as far as is known. */
	has(home: string): boolean {
		return this.#neighbours.has(home);
	}

	/** Tells of a host; `connected`: it is here, which makes this process its home. */
	tell(hostId: string, devices: readonly DeviceDescription[], connected: boolean): void {
		let own = this.#own.get(hostId);
		if (this.#closed || (!own && !connected)) return;
		if (!own) {
			own = new OwnHost((claim, told) => this.#claim(hostId, claim, told));
			this.#own.set(hostId, own);
		}
		own.tell(devices);
	}

	forget(hostId: string): void {
		if (!this.#own.delete(hostId)) return;
		this.#run(forgetHost, hostId).catch(() => {});
	}

	/** A process does not hear what it is told: it is taken to be gone until it says something. */
	unheard(home: string): void {
		this.#drop(home);
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#cancelTimer();
		this.#own.clear();
		this.#run(leave).catch(() => {});
	}

	async #up(): Promise<void> {
		await this.#run(beat);
		for (const own of this.#own.values()) await own.again();
		await this.#load();
		this.#lookedAt = this.#clock.now();
		this.#look();
	}

	/** A notice may overtake an answer that was given before it; what was heard meanwhile would then be undone. */
	async #load(): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			const heard = this.#heard;
			const found = await this.#deps.link.run(loadHomes, this.#keys, [
				...this.#arguments.slice(0, 2),
				this.#deps.link.key("home", ""),
			]);
			if (heard === this.#heard || attempt === MOST_LOADS) return this.#takeFound(found);
		}
	}

	#takeFound(found: unknown): void {
		const flat = found as (string | string[])[];
		const present = new Set<unknown>();
		for (let at = 0; at + 1 < flat.length; at += 2) {
			const [home, rows] = [String(flat[at]), flat[at + 1] as string[]];
			present.add(home);
			this.#takeAll(home, rows);
		}
		for (const home of [...this.#neighbours.keys()]) if (!present.has(home)) this.#drop(home);
	}

	#takeAll(home: string, rows: readonly string[]): void {
		const hosts = new Set<string>();
		const neighbour = this.#neighbourOf(home);
		for (let at = 0; neighbour && at + 1 < rows.length; at += 2) {
			const hostId = rows[at] as string;
			const row = readHostRow(rows[at + 1] as string);
			if (!row) {
				this.#deps.garbage();
				continue;
			}
			hosts.add(hostId);
			neighbour.hosts.set(hostId, row);
			this.#judge(hostId, home);
		}
		for (const hostId of [...(neighbour?.hosts.keys() ?? [])])
			if (!hosts.has(hostId)) this.#lose(hostId, home);
	}

	#hear(text: string): void {
		const notice = readHomeNotice(text);
		if (!notice) return this.#deps.garbage();
		const { home } = notice;
		if (home === this.#deps.process) return;
		if (notice.type !== "beat") this.#heard++;
		if (notice.type === "bye") return this.#drop(home);
		const isNew = !this.#neighbours.has(home);
		const neighbour = this.#neighbourOf(home);
		if (!neighbour) return;
		neighbour.heardAt = this.#clock.now();
		if (notice.type === "host") {
			neighbour.hosts.set(notice.hostId, notice.row);
			this.#judge(notice.hostId, home);
		} else if (notice.type === "gone") this.#lose(notice.hostId, home);
		// What it told before is not known here.
		if (isNew) this.#loadSometime();
	}

	#loadSometime(): void {
		if (this.#loading || !this.#deps.link.up) return;
		this.#loading = true;
		this.#load()
			.catch(() => {})
			.finally(() => {
				this.#loading = false;
			});
	}

	/** Tells whose host it is if a process has claimed it last. */
	#judge(hostId: string, home: string): void {
		const row = this.#neighbours.get(home)?.hosts.get(hostId);
		if (!row) return;
		const own = this.#own.get(hostId);
		if (own && (own.claim === undefined || Number(own.claim) > row.claim)) return;
		const claims = [...this.#neighbours.values()].map(({ hosts }) => hosts.get(hostId)?.claim ?? 0);
		if (Math.max(...claims) > row.claim) return;
		this.forget(hostId);
		this.#listener.hostElsewhere(hostId, home, row.devices);
	}

	#lose(hostId: string, home: string): void {
		if (this.#neighbours.get(home)?.hosts.delete(hostId)) this.#listener.hostLost(hostId, home);
	}

	#drop(home: string): void {
		for (const hostId of [...(this.#neighbours.get(home)?.hosts.keys() ?? [])]) this.#lose(hostId, home);
		if (this.#neighbours.delete(home)) this.#listener.processGone(home);
	}

	#neighbourOf(home: string): Neighbour | undefined {
		const known = this.#neighbours.get(home);
		if (known || this.#neighbours.size >= MAX_PROCESSES) return known;
		const neighbour = { heardAt: this.#clock.now(), hosts: new Map() };
		this.#neighbours.set(home, neighbour);
		return neighbour;
	}

	/** Says that this process is there, and looks who is not any more. */
	#look(): void {
		const now = this.#clock.now();
		// After a sleep of this process what others said still waits to be read.
		const slept = now - this.#lookedAt > 2 * BEAT_EVERY;
		this.#lookedAt = now;
		for (const [home, neighbour] of [...this.#neighbours]) {
			if (slept) neighbour.heardAt = now;
			else if (now - neighbour.heardAt >= SILENT_FOR) this.#drop(home);
		}
		this.#run(beat).catch(() => {});
		this.#cancelTimer();
		if (!this.#closed) this.#cancelTimer = this.#clock.after(BEAT_EVERY, () => this.#look());
	}

	async #claim(hostId: string, claim: string | undefined, devices: string): Promise<string> {
		const since = String(await this.#run(claimHost, hostId, claim ?? "", devices));
		if (!this.#own.has(hostId)) this.#run(forgetHost, hostId).catch(() => {});
		// Somebody may have claimed it since, and been heard before this.
		else queueMicrotask(() => this.#judgeAll(hostId));
		return since;
	}

	#judgeAll(hostId: string): void {
		for (const home of [...this.#neighbours.keys()]) {
			const row = this.#neighbours.get(home)?.hosts.get(hostId);
			if (row && this.#own.has(hostId)) this.#judge(hostId, home);
		}
	}

	#run(script: string, ...more: readonly string[]): Promise<unknown> {
		return this.#deps.link.run(script, this.#keys, [...this.#arguments, ...more]);
	}
}

/** What this process tells of one host that it is the home of. One at a time; only the newest of what waits is told. */
class OwnHost {
	readonly #write: (claim: string | undefined, devices: string) => Promise<string>;
	#devices: readonly DeviceDescription[] = [];
	#claim: string | undefined;
	#dirty = false;
	#writing: Promise<void> | undefined;

	/** @param write tells it; gives the time of the claim. What fails is told again by `again`. */
	constructor(write: (claim: string | undefined, devices: string) => Promise<string>) {
		this.#write = write;
	}

	/** When the host came, by Redis' time in microseconds; undefined until that is known. */
	get claim(): string | undefined {
		return this.#claim;
	}

	tell(devices: readonly DeviceDescription[]): void {
		this.#devices = devices;
		this.again().catch(() => {});
	}

	/** Tells it, again if need be. Rejects when it could not be told. */
	again(): Promise<void> {
		this.#dirty = true;
		this.#writing ??= this.#writeAll().finally(() => {
			this.#writing = undefined;
		});
		return this.#writing;
	}

	async #writeAll(): Promise<void> {
		// What changes in one turn is told once.
		await Promise.resolve();
		while (this.#dirty) {
			this.#dirty = false;
			this.#claim = await this.#write(this.#claim, JSON.stringify(this.#devices));
		}
	}
}
