import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Clock } from "../../devices/clock.ts";
import type { Device, DeviceLogOptions } from "../../devices/provider.ts";
import { readObject } from "./gesture-reader.ts";

/** Lines are batched for so long, ms, and so many at most: Baguette's figures. */
const TOGETHER_FOR = 50;
const MAX_LINES = 200;
/** Longest line that is passed on, characters, and most that is queued for a client, bytes. */
const MAX_LINE = 16 * 1024;
const MAX_WAITING = 4 * 1024 * 1024;

const LEVELS = ["default", "info", "debug"] as const;
const STYLES = ["default", "compact", "json", "ndjson", "syslog"] as const;

/** The client's end, as the package `ws` has it. */
interface TextSocket {
	readonly bufferedAmount: number;
	send(text: string): void;
	close(code?: number): void;
}

/** One client that follows a device's log: lines in batches, and a reason when there are no more. */
export class LogClient {
	readonly #socket: TextSocket;
	readonly #clock: Clock;
	#stop: (() => void) | undefined;
	#lines: string[] = [];
	/** Lines that a client was too slow for. */
	#missed = 0;
	#cancelBatch: (() => void) | undefined;
	#over = false;

	constructor(socket: TextSocket, clock: Clock) {
		this.#socket = socket;
		this.#clock = clock;
	}

	/** Starts, or sends the reason why not; `query` is that of the request. */
	start(device: Device, query: URLSearchParams): void {
		try {
			const options = readOptions(query);
			if (!device.log) return this.end("this device has no log");
			this.#tell({ type: "log_started" });
			const stop = device.log(options, {
				line: (text) => this.#take(text),
				ended: (reason) => this.end(reason),
			});
			if (this.#over) stop();
			else this.#stop = stop;
		} catch (error) {
			if (!(error instanceof PortholeError)) throw error;
			this.end(error.message);
		}
	}

	/** Takes a message of the client. */
	receive(text: string): void {
		const fields = readObject(text) as { type?: unknown } | undefined;
		if (fields?.type === "stop") this.end("client closed");
	}

	/** Sends the remaining lines and the reason for the end. */
	end(reason: string): void {
		if (this.#over) return;
		this.#flush();
		this.#tell({ type: "log_stopped", reason });
		this.close();
		this.#socket.close(1000);
	}

	/** The connection is gone. */
	close(): void {
		this.#over = true;
		this.#cancelBatch?.();
		this.#stop?.();
		this.#stop = undefined;
	}

	#take(text: string): void {
		if (this.#over) return;
		this.#lines.push(text.slice(0, MAX_LINE));
		if (this.#lines.length >= MAX_LINES) return this.#flush();
		this.#cancelBatch ??= this.#clock.after(TOGETHER_FOR, () => this.#flush());
	}

	#flush(): void {
		this.#cancelBatch?.();
		this.#cancelBatch = undefined;
		const lines = this.#lines;
		this.#lines = [];
		if (lines.length === 0) return;
		if (this.#socket.bufferedAmount > MAX_WAITING) {
			this.#missed += lines.length;
			return;
		}
		if (this.#missed > 0) lines.unshift(`(${this.#missed} lines were left out: they came too fast)`);
		this.#missed = 0;
		this.#tell({ type: "log", lines });
	}

	#tell(message: object): void {
		this.#socket.send(JSON.stringify(message));
	}
}

function readOptions(query: URLSearchParams): DeviceLogOptions {
	const predicate = query.get("predicate");
	const bundleId = query.get("bundleId");
	return {
		level: oneOf(LEVELS, query.get("level") ?? "info", "level"),
		style: oneOf(STYLES, query.get("style") ?? "default", "style"),
		...(predicate ? { predicate: within(predicate, "predicate") } : {}),
		...(bundleId ? { bundleId: within(bundleId, "bundleId") } : {}),
	};
}

function oneOf<T extends string>(known: readonly T[], text: string, name: string): T {
	const value = known.find((one) => one === text);
	if (value === undefined) throw new PortholeError("bad-request", `invalid ${name}: ${text.slice(0, 100)}`);
	return value;
}

function within(text: string, name: string): string {
	if (text.length <= 1000) return text;
	throw new PortholeError("bad-request", `invalid ${name}: longer than 1000 characters`);
}
