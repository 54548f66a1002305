import { backgroundClock, type Clock } from "../clock.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import {
	beat,
	claimHost,
	forgetHost,
	leave,
	loadNodes,
	readHostRow,
	readNodeNotice,
} from "./node-notices.ts";
import type { RedisLink } from "./redis-link.ts";

/** How often a node says that it is there, ms. */
export const BEAT_EVERY = 1_000;
/** Silence after which a node is taken to be gone, ms. */
export const SILENT_FOR = 3_500;
/** How long Redis keeps what a node said of its hosts after its last beat, ms. */
const LEASE = 10_000;
/** Nodes that are known at a time; further ones are passed over. */
const MAX_NODES = 100;
/** Tries to load what is there while others change it; the next notice of somebody new loads again. */
const MAX_LOADS = 5;

interface NodesDeps {
	readonly link: RedisLink;
	/** Id of this node. */
	readonly self: string;
	readonly clock?: Clock;
	/** Something was said that is not understood. */
	readonly garbage: () => void;
}

interface NodesListener {
	hostElsewhere(hostId: string, node: string, devices: readonly DeviceDescription[]): void;
	hostLost(hostId: string, node: string): void;
	/** A node is gone: what leads to it ends. */
	nodeGone(node: string): void;
}

interface OtherNode {
	heardAt: number;
	readonly hosts: Map<string, { claim: number; devices: DeviceDescription[] }>;
}

/**
 * Which node each host is connected to: the one that it connected to last, by Redis' time. Each node tells of its own
 * hosts and says every second that it is there; the hosts of a silent one are taken to be offline.
 */
export class Nodes {
	readonly #deps: NodesDeps;
	readonly #clock: Clock;
	readonly #listener: NodesListener;
	readonly #others = new Map<string, OtherNode>();
	readonly #own = new Map<string, OwnHost>();
	readonly #keys: [string, string];
	readonly #arguments: [string, string, string];
	#loading = false;
	/** Notices that told of a change. */
	#heard = 0;
	#lookedAt = 0;
	#cancelTimer = () => {};
	#closed = false;

	constructor(deps: NodesDeps, listener: NodesListener) {
		const { link, self, clock = backgroundClock } = deps;
		this.#deps = deps;
		this.#clock = clock;
		this.#listener = listener;
		this.#keys = [link.key("nodes"), link.key("node", self)];
		this.#arguments = [self, String(LEASE), link.key("nodes", "said")];
	}

	/** Begins to tell and to listen. Rejects as the link does. */
	async open(): Promise<void> {
		const { link } = this.#deps;
		await link.subscribe(this.#arguments[2], (text) => this.#hear(text));
		await link.use({ up: () => this.#up(), down: () => this.#cancelTimer() });
	}

	/** Whether a node is there, as far as is known. */
	has(node: string): boolean {
		return this.#others.has(node);
	}

	/** Tells of a host; `connected`: it is connected to this node. */
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

	/** A node does not hear what it is told: it is taken to be gone until it says something. */
	unreachable(node: string): void {
		this.#drop(node);
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
			const found = await this.#deps.link.run(loadNodes, this.#keys, [
				...this.#arguments.slice(0, 2),
				this.#deps.link.key("node", ""),
			]);
			if (heard === this.#heard || attempt === MAX_LOADS) return this.#takeFound(found);
		}
	}

	#takeFound(found: unknown): void {
		const flat = found as (string | string[])[];
		const present = new Set<unknown>();
		for (let at = 0; at + 1 < flat.length; at += 2) {
			const [node, rows] = [String(flat[at]), flat[at + 1] as string[]];
			present.add(node);
			this.#takeAll(node, rows);
		}
		for (const node of [...this.#others.keys()]) if (!present.has(node)) this.#drop(node);
	}

	#takeAll(node: string, rows: readonly string[]): void {
		const hosts = new Set<string>();
		const other = this.#otherOf(node);
		for (let at = 0; other && at + 1 < rows.length; at += 2) {
			const hostId = rows[at] as string;
			const row = readHostRow(rows[at + 1] as string);
			if (!row) {
				this.#deps.garbage();
				continue;
			}
			hosts.add(hostId);
			other.hosts.set(hostId, row);
			this.#judge(hostId, node);
		}
		for (const hostId of [...(other?.hosts.keys() ?? [])]) if (!hosts.has(hostId)) this.#lose(hostId, node);
	}

	#hear(text: string): void {
		const notice = readNodeNotice(text);
		if (!notice) return this.#deps.garbage();
		const { node } = notice;
		if (node === this.#deps.self) return;
		if (notice.type !== "beat") this.#heard++;
		if (notice.type === "bye") return this.#drop(node);
		const isNew = !this.#others.has(node);
		const other = this.#otherOf(node);
		if (!other) return;
		other.heardAt = this.#clock.now();
		if (notice.type === "host") {
			other.hosts.set(notice.hostId, notice.row);
			this.#judge(notice.hostId, node);
		} else if (notice.type === "gone") this.#lose(notice.hostId, node);
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

	/** Tells whose host it is if a node has claimed it last. */
	#judge(hostId: string, node: string): void {
		const row = this.#others.get(node)?.hosts.get(hostId);
		if (!row) return;
		const own = this.#own.get(hostId);
		if (own && (own.claim === undefined || Number(own.claim) > row.claim)) return;
		const claims = [...this.#others.values()].map(({ hosts }) => hosts.get(hostId)?.claim ?? 0);
		if (Math.max(...claims) > row.claim) return;
		this.forget(hostId);
		this.#listener.hostElsewhere(hostId, node, row.devices);
	}

	#lose(hostId: string, node: string): void {
		if (this.#others.get(node)?.hosts.delete(hostId)) this.#listener.hostLost(hostId, node);
	}

	#drop(node: string): void {
		for (const hostId of [...(this.#others.get(node)?.hosts.keys() ?? [])]) this.#lose(hostId, node);
		if (this.#others.delete(node)) this.#listener.nodeGone(node);
	}

	#otherOf(node: string): OtherNode | undefined {
		const known = this.#others.get(node);
		if (known || this.#others.size >= MAX_NODES) return known;
		const other = { heardAt: this.#clock.now(), hosts: new Map() };
		this.#others.set(node, other);
		return other;
	}

	/** Says that this node is there, and looks who is not any more. */
	#look(): void {
		const now = this.#clock.now();
		// After a sleep of this node what others said still waits to be read.
		const slept = now - this.#lookedAt > 2 * BEAT_EVERY;
		this.#lookedAt = now;
		for (const [node, other] of [...this.#others]) {
			if (slept) other.heardAt = now;
			else if (now - other.heardAt >= SILENT_FOR) this.#drop(node);
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
		for (const node of [...this.#others.keys()]) {
			const row = this.#others.get(node)?.hosts.get(hostId);
			if (row && this.#own.has(hostId)) this.#judge(hostId, node);
		}
	}

	#run(script: string, ...more: readonly string[]): Promise<unknown> {
		return this.#deps.link.run(script, this.#keys, [...this.#arguments, ...more]);
	}
}

/** What this node tells of one of its own hosts. One write at a time; of what waits only the newest is told. */
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
