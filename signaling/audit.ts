import { appendFile, chmod, mkdir, rename, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { Backoff } from "./backoff.ts";
import { backgroundClock, type Clock } from "./clock.ts";
import { type WallClock, wallClock } from "./protocol/time.ts";
import { RateLimit } from "./rate-limit.ts";
import { AGAIN_WITHIN, type WriteListener } from "./table.ts";

/** What is worth a line. `opened`: a link was exchanged for a cookie. */
type AuditEvent =
	| "joined"
	| "left"
	| "refused"
	| "control"
	| "shared"
	| "opened"
	| "revoked"
	| "expired"
	| "kicked"
	| "admitted"
	| "denied"
	| "published"
	| "unpublished"
	| "power"
	| "host-joined"
	| "host-lost";

/** One line of the audit log; the time is added. Holds ids and names, never a secret. */
export interface AuditEntry {
	readonly event: AuditEvent;
	readonly device?: string | undefined;
	/** A viewer's id. */
	readonly viewer?: string | undefined;
	/** What the person is called. */
	readonly name?: string | undefined;
	/** The grant that gave the right, or `owner`. */
	readonly grantId?: string | undefined;
	readonly address?: string | undefined;
	/** A code: why it was refused, what was done to control, which role was given, `on` or `off`. */
	readonly detail?: string | undefined;
}

/** Keeps who did what. Never throws and never waits. */
export interface Audit {
	note(entry: AuditEntry): void;
}

/** Keeps nothing. */
export const noAudit: Audit = { note() {} };

/** Size at which the log is put aside as `audit.jsonl.1`, bytes; the one put aside before is lost. */
const MAX_BYTES = 10 * 1024 * 1024;
/** Lines that wait for the disk; newer ones are dropped and counted. */
const MAX_WAITING = 1_000;
/** Refusals told one by one in a minute, so that guessing cannot wash the log away; the rest is counted. */
const REFUSALS_A_MINUTE = 120;

interface FileAuditOptions {
	/** The state folder. */
	readonly folder: string;
	/** Time of the lines. */
	readonly wall?: WallClock;
	/** By which refusals may be told again, and what could not be written is. */
	readonly clock?: Clock;
	readonly told?: WriteListener;
	readonly maxBytes?: number;
}

/** Appends to `audit.jsonl` in the state folder, for the user alone (0600). */
export class FileAudit implements Audit {
	readonly #path: string;
	readonly #options: FileAuditOptions;
	readonly #wall: WallClock;
	readonly #refusals: RateLimit;
	readonly #clock: Clock;
	readonly #told: WriteListener;
	readonly #backoff = new Backoff(Math.random, AGAIN_WITHIN);
	readonly #waiting: string[] = [];
	#writing: Promise<void> | undefined;
	#dropped = 0;
	#failing = false;
	#closed = false;
	/** Set while the next try is waited for. */
	#cancelAgain: (() => void) | undefined;

	constructor(options: FileAuditOptions) {
		this.#path = join(options.folder, "audit.jsonl");
		this.#options = options;
		const { clock = backgroundClock, wall = wallClock, told = () => {} } = options;
		this.#clock = clock;
		this.#wall = wall;
		this.#told = told;
		this.#refusals = new RateLimit(REFUSALS_A_MINUTE, 60_000, () => clock.now());
	}

	note(entry: AuditEntry): void {
		const tooMany = entry.event === "refused" && !this.#refusals.take("refused");
		if (tooMany || this.#waiting.length >= MAX_WAITING) {
			this.#dropped++;
			return;
		}
		if (this.#dropped > 0) this.#queue({ event: "dropped", detail: String(this.#dropped) });
		this.#dropped = 0;
		this.#queue(entry);
		if (!this.#cancelAgain) this.#writing ??= this.#write();
	}

	/** Waits until everything noted is on the disk, or could not be this one last time. */
	async close(): Promise<void> {
		this.#closed = true;
		this.#cancelAgain?.();
		this.#cancelAgain = undefined;
		await this.#writing;
		if (this.#waiting.length > 0) await this.#write();
	}

	#queue(entry: object): void {
		this.#waiting.push(`${JSON.stringify({ time: new Date(this.#wall()).toISOString(), ...entry })}\n`);
	}

	async #write(): Promise<void> {
		// What is noted in one go is written in one go.
		await Promise.resolve();
		while (this.#waiting.length > 0) {
			const count = this.#waiting.length;
			let size: number | undefined;
			try {
				size = await this.#makeRoom();
				await appendFile(this.#path, this.#waiting.slice(0, count).join(""), { mode: 0o600 });
			} catch (error) {
				// No half line stays.
				if (size !== undefined) await truncate(this.#path, size).catch(() => {});
				this.#failed(error);
				break;
			}
			this.#waiting.splice(0, count);
			if (this.#failing) this.#told(undefined, false);
			this.#failing = false;
			this.#backoff.reset();
		}
		this.#writing = undefined;
	}

	#failed(error: unknown): void {
		if (this.#closed || !this.#failing) this.#told(error, this.#closed);
		this.#failing = true;
		if (this.#closed) return;
		this.#cancelAgain = this.#clock.after(this.#backoff.next(), () => {
			this.#cancelAgain = undefined;
			this.#writing ??= this.#write();
		});
	}

	/** Gives the size of the file that the next lines go to, bytes. */
	async #makeRoom(): Promise<number> {
		const info = await stat(this.#path).catch(() => undefined);
		if (!info) {
			await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
			return 0;
		}
		if ((info.mode & 0o077) !== 0) await chmod(this.#path, 0o600);
		if (info.size < (this.#options.maxBytes ?? MAX_BYTES)) return info.size;
		await rename(this.#path, `${this.#path}.1`);
		return 0;
	}
}
