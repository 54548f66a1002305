import { Backoff } from "../../../signaling/backoff.ts";
import { asSentence, messageOf, type PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Clock } from "../clock.ts";
import type { DeviceEnd, SourceOptions } from "../provider.ts";
import {
	type Backend,
	type BackendName,
	type BackendSource,
	type BackendTarget,
	backendNames,
} from "./backend.ts";
import { simulatorError } from "./errors.ts";

/** Whether one backend works on this machine. */
export interface BackendFinding {
	readonly name: BackendName;
	readonly usable: boolean;
	/** What was found when it can be used, such as `baguette 0.2.2`; else why it cannot, and what to do about it. */
	readonly detail: string;
}

/** The state of one backend. */
interface BackendReport extends BackendFinding {
	/** `failed`: it can be used, but gave up on a device while it ran, see `detail`; `spare`: a better one is in use. */
	readonly state: "in-use" | "spare" | "failed" | "unusable" | "not-asked";
}

/** Which backend is in use and why the better ones are not. */
export interface SelectionReport {
	/** Absent: none can be used. */
	readonly chosen?: BackendName;
	/** All of them, best first. */
	readonly backends: readonly BackendReport[];
}

interface SelectionChoice {
	/** The only one wanted (`?backend=NAME`). */
	readonly forced?: BackendName | undefined;
	/** Those that gave up while they ran, with their reasons. */
	readonly failed?: ReadonlyMap<BackendName, string>;
}

/** After so many failures in a row the next lower backend is used. */
export const TRIES = 3;
/** A backend that gave frames for so long starts with a clean record, ms. */
export const STEADY = 10_000;

interface BackendSelectionOptions {
	/** All of them, whether they can be used or not. */
	readonly backends: readonly Backend[];
	readonly findings: readonly BackendFinding[];
	readonly forced: BackendName | undefined;
	readonly clock: Clock;
	/** Another backend is in use, or what is known of them is new. */
	readonly changed: () => void;
	/** For the waits between attempts, 0..1. */
	readonly random?: () => number;
}

/** Asks each backend whether it works on this machine. Never throws. */
export function findBackends(backends: readonly Backend[]): Promise<BackendFinding[]> {
	return Promise.all(
		backends.map(async (backend): Promise<BackendFinding> => {
			try {
				return { name: backend.name, usable: true, detail: await backend.ready() };
			} catch (error) {
				return { name: backend.name, usable: false, detail: messageOf(error) };
			}
		}),
	);
}

/**
 * Uses the best backend that works for one simulator. One that fails while it runs is tried again with growing waits, and
 * then replaced by the next lower one, with its reason.
 */
export class BackendSelection {
	readonly #parts: BackendSelectionOptions;
	readonly #failed = new Map<BackendName, string>();
	readonly #backoff: Backoff;
	#report: SelectionReport;
	#strikes = 0;
	/** When the next attempt may begin. */
	#notBefore = 0;
	#givingSince: number | undefined;
	#cancelWait: (() => void) | undefined;
	#closed = false;

	constructor(parts: BackendSelectionOptions) {
		this.#parts = parts;
		this.#backoff = new Backoff(parts.random);
		this.#report = this.#choose();
	}

	/** What is in use and why better ones are not. */
	get report(): SelectionReport {
		return this.#report;
	}

	/** The backend in use; undefined while none works. */
	get backend(): Backend | undefined {
		return this.#parts.backends.find(({ name }) => name === this.#report.chosen);
	}

	/** Starts capture through the backend in use. Throws PortholeError `no-backend`, or with the reason of the attempt. */
	async openSource(target: BackendTarget, options: SourceOptions): Promise<BackendSource> {
		const backend = this.backend;
		if (!backend) throw this.noBackend(target.name);
		await this.#waitForTurn();
		if (this.#closed) throw simulatorError("no-backend", `${target.name} was closed.`);
		this.#givingSince = undefined;
		const { sink } = options;
		try {
			return await backend.openSource(target, {
				...options,
				sink: {
					accessUnit: (unit) => {
						this.#givingSince ??= this.#parts.clock.now();
						sink.accessUnit(unit);
					},
					encoderChanged: (words) => sink.encoderChanged?.(words),
					ended: (end) => sink.ended(end),
				},
			});
		} catch (error) {
			this.failed(backend, { code: "source-failed", message: messageOf(error) });
			throw error;
		}
	}

	/** A backend failed while it ran; not for a simulator that was only switched off. */
	failed(backend: Backend, why: DeviceEnd): void {
		if (backend !== this.backend) return;
		const { clock } = this.#parts;
		const now = clock.now();
		if (this.#givingSince !== undefined && now - this.#givingSince >= STEADY) this.#recover();
		this.#givingSince = undefined;
		this.#strikes++;
		this.#notBefore = now + this.#backoff.next();
		if (this.#strikes < TRIES || !this.#hasLower(backend)) return;
		this.#failed.set(backend.name, `It failed ${this.#strikes} times; at last: ${why.message}`.slice(0, 240));
		this.#recover();
		this.#notBefore = now;
		this.#report = this.#choose();
		this.#parts.changed();
	}

	/** Begins at the top again, as after the simulator was switched on. */
	reset(): void {
		this.#recover();
		this.#notBefore = 0;
		if (this.#failed.size === 0) return;
		this.#failed.clear();
		this.#report = this.#choose();
		this.#parts.changed();
	}

	/** That no backend works, with every reason. */
	noBackend(name: string): PortholeError {
		const reasons = reasonsAbove(this.#report);
		const words = `There is no way to the screen of ${name}. ${reasons} porthole doctor tells more.`;
		return simulatorError("no-backend", words);
	}

	close(): void {
		this.#closed = true;
		this.#cancelWait?.();
	}

	#recover(): void {
		this.#strikes = 0;
		this.#backoff.reset();
	}

	#hasLower(backend: Backend): boolean {
		const failed = new Map([...this.#failed, [backend.name, ""]]);
		const { findings, forced } = this.#parts;
		return selectionReport(findings, { forced, failed }).chosen !== undefined;
	}

	#choose(): SelectionReport {
		const { findings, forced } = this.#parts;
		return selectionReport(findings, { forced, failed: this.#failed });
	}

	#waitForTurn(): Promise<void> {
		const wait = this.#notBefore - this.#parts.clock.now();
		if (wait <= 0) return Promise.resolve();
		return new Promise((resolve) => {
			const cancel = this.#parts.clock.after(wait, resolve);
			this.#cancelWait = () => {
				cancel();
				resolve();
			};
		});
	}
}

/** Chooses the best backend that works and has not failed. `findings` come in any order, one for each backend. */
export function selectionReport(
	findings: readonly BackendFinding[],
	choice: SelectionChoice = {},
): SelectionReport {
	const { forced, failed = new Map() } = choice;
	const sorted = backendNames.flatMap((name) => findings.filter((finding) => finding.name === name));
	const chosen = sorted.find(
		({ name, usable }) => usable && !failed.has(name) && (forced === undefined || forced === name),
	)?.name;
	const backends = sorted.map((finding): BackendReport => {
		const { name, usable } = finding;
		const failure = failed.get(name);
		if (forced !== undefined && forced !== name) return { ...finding, state: "not-asked" };
		if (!usable) return { ...finding, state: "unusable" };
		if (failure !== undefined) return { ...finding, detail: failure, state: "failed" };
		return { ...finding, state: name === chosen ? "in-use" : "spare" };
	});
	return { backends, ...(chosen === undefined ? {} : { chosen }) };
}

/** Why the backends above the one in use are not; empty when the best is. One sentence for each, for people. */
export function reasonsAbove(report: SelectionReport): string {
	const sentences: string[] = [];
	for (const { name, state, detail } of report.backends) {
		if (name === report.chosen) break;
		if (state === "unusable" || state === "failed") sentences.push(`${name}: ${asSentence(detail)}`);
	}
	return sentences.join(" ");
}
