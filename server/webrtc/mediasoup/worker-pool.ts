import { access, constants } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import type { TransportListenInfo, WebRtcServer, Worker } from "mediasoup/types";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { monotonicNow } from "../../../signaling/protocol/time.ts";
import { isClone, packageRoot } from "../../package-root.ts";

/** Asked of the system, which may give less: a large keyframe goes out in one turn. Bytes. */
const SEND_BUFFER = 1024 * 1024;

/** A worker that dies within this time is not replaced, milliseconds. */
const YOUNG = 5000;

export interface WorkerPoolOptions {
	/** Local addresses offered to viewers, the preferred one first. */
	readonly addresses: readonly string[];
	/** Also offer ICE-TCP. */
	readonly tcp: boolean;
	/** How many processes; each is one thread. */
	readonly workers: number;
	/** First and last port for media, one for each worker; any free ones when absent. */
	readonly portRange?: readonly [number, number];
	/** A worker ended by itself; what it served is gone. */
	died?(error: Error): void;
	/** Finds the library; tests give another. */
	load?(): Promise<Installed>;
}

/** A worker with the sockets that all its viewers share. */
export interface WorkerSlot {
	readonly worker: Worker;
	readonly server: WebRtcServer;
	/** The process is gone. */
	readonly ended: Promise<void>;
	/** Viewers connected there now. */
	viewers: number;
}

/** mediasoup's workers: processes of their own, started when first needed. */
export class WorkerPool {
	readonly #options: WorkerPoolOptions;
	readonly #slots: WorkerSlot[] = [];
	#starting: Promise<void> | undefined;
	#closed = false;

	constructor(options: WorkerPoolOptions) {
		this.#options = options;
	}

	/** Viewers on all workers. */
	get viewers(): number {
		return this.#slots.reduce((sum, slot) => sum + slot.viewers, 0);
	}

	/**
	 * Starts the workers. Throws PortholeError `mediasoup-missing`, `mediasoup-failed`, or `no-address` when there is no
	 * address to be reached at.
	 */
	start(): Promise<void> {
		this.#starting ??= this.#start();
		return this.#starting;
	}

	/** The worker with the fewest viewers; of equals the one that was preferred. Starts them if need be. */
	async pick(preferred?: WorkerSlot): Promise<WorkerSlot> {
		await this.start();
		const [first, ...rest] = preferred === undefined ? this.#slots : [preferred, ...this.#slots];
		if (first === undefined) throw failed("none of them runs any more");
		return rest.reduce((best, slot) => (slot.viewers < best.viewers ? slot : best), first);
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#starting?.catch(() => {});
		await Promise.all(this.#slots.splice(0).map(end));
	}

	async #start(): Promise<void> {
		for (let place = 0; place < this.#options.workers; place++) await this.#open(place);
		if (this.#closed) throw failed("the engine is closed");
	}

	async #open(place: number): Promise<void> {
		const { mediasoup, workerBin } = await (this.#options.load ?? loadMediasoup)();
		const worker = await mediasoup
			.createWorker({ workerBin, logLevel: "none" })
			.catch((cause: unknown) => Promise.reject(failed("one could not be started", cause)));
		// Not in the types: the listener that would close the worker on a signal.
		const { onSignal } = worker as Worker & { onSignal(signal: NodeJS.Signals): void };
		// Viewers are told before their connections end, so the workers stay until they are closed.
		for (const signal of ["SIGINT", "SIGTERM"]) process.removeListener(signal, onSignal);
		const ended = new Promise<void>((resolve) => worker.on("subprocessclose", resolve));
		try {
			const server = await this.#listen(worker, place);
			this.#take({ worker, server, ended, viewers: 0 }, place);
		} catch (cause) {
			await end({ worker, ended });
			throw cause;
		}
	}

	/** One that dies is replaced, unless it dies young: then the next would too. */
	#take(slot: WorkerSlot, place: number): void {
		const openedAt = monotonicNow();
		this.#slots.push(slot);
		slot.worker.on("died", (error) => {
			const at = this.#slots.indexOf(slot);
			if (at >= 0) this.#slots.splice(at, 1);
			if (this.#closed) return;
			const replaced = monotonicNow() - openedAt > YOUNG ? this.#open(place) : Promise.resolve();
			const told = () => this.#options.died?.(error);
			replaced.then(told, told);
		});
	}

	/** Addresses that cannot be used are left out, as long as one can. */
	async #listen(worker: Worker, place: number): Promise<WebRtcServer> {
		const usable: TransportListenInfo[] = [];
		let reason: unknown;
		const port =
			this.#options.portRange === undefined ? {} : { port: portFor(this.#options.portRange, place) };
		for (const protocol of this.#options.tcp ? (["udp", "tcp"] as const) : (["udp"] as const)) {
			for (const ip of this.#options.addresses) {
				const info: TransportListenInfo = {
					protocol,
					ip,
					...port,
					...(isIPv6(ip) ? { flags: { ipv6Only: true } } : {}),
					sendBufferSize: SEND_BUFFER,
				};
				try {
					(await worker.createWebRtcServer({ listenInfos: [info] })).close();
					usable.push(info);
				} catch (error) {
					reason = error;
				}
			}
		}
		if (usable.length > 0) return worker.createWebRtcServer({ listenInfos: usable });
		const at = this.#options.addresses.join(", ");
		throw new PortholeError(
			"no-address",
			`Could not open a media socket at ${at}; free a port or name other addresses.`,
			{ cause: reason },
		);
	}
}

function portFor([first, last]: readonly [number, number], place: number): number {
	if (first + place <= last) return first + place;
	throw new PortholeError(
		"no-address",
		`The ports ${first}-${last} are too few: each mediasoup worker needs one. Give more, or fewer --workers.`,
	);
}

function failed(reason: string, cause?: unknown): PortholeError {
	return new PortholeError("mediasoup-failed", `mediasoup's workers cannot serve viewers: ${reason}.`, {
		cause,
	});
}

/** Resolves when the process is gone. */
async function end({ worker, ended }: Pick<WorkerSlot, "worker" | "ended">): Promise<void> {
	worker.close();
	await ended;
}

/** Where `npm run mediasoup` puts the worker (setup/mediasoup.mjs). */
const BUILT_WORKER = join(packageRoot, ".setup", "mediasoup", "mediasoup-worker");

/** The library, and the program that it starts for each worker. */
export interface Installed {
	readonly mediasoup: Pick<typeof import("mediasoup"), "version" | "createWorker">;
	readonly workerBin: string;
}

/**
 * Loads mediasoup, to run `wantedWorker`, or the worker that was built here, or the package's own. Throws PortholeError `mediasoup-missing` that tells how to get it.
 */
export async function loadMediasoup(wantedWorker?: string): Promise<Installed> {
	try {
		const mediasoup = await import("mediasoup");
		const workerBin = wantedWorker ?? ((await isProgram(BUILT_WORKER)) ? BUILT_WORKER : mediasoup.workerBin);
		await access(workerBin, constants.X_OK);
		return { mediasoup, workerBin };
	} catch (cause) {
		throw new PortholeError(
			"mediasoup-missing",
			`mediasoup or its worker is not here. Run ${isClone ? "npm run mediasoup" : "npm install mediasoup"}, or leave out --engine mediasoup.`,
			{ cause },
		);
	}
}

function isProgram(path: string): Promise<boolean> {
	return access(path, constants.X_OK).then(
		() => true,
		() => false,
	);
}
