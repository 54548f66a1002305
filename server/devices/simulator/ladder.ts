import { Backoff } from "../../../signaling/backoff.ts";
import { messageOf, type PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Clock } from "../clock.ts";
import type { DeviceEnd, SourceOptions } from "../provider.ts";
import { simulatorError } from "./errors.ts";
import {
	ladderReport,
	type RungFinding,
	type RungName,
	reasonsAbove,
	type SelectionReport,
} from "./ladder-report.ts";
import type { Rung, RungSource, RungTarget } from "./rung.ts";

/** So many failures in a row, and the next lower way is taken. */
export const TRIES = 3;
/** Who gave pictures for so long has not failed in a row, ms. */
export const STEADY = 10_000;

export interface LadderParts {
	/** All of them, whether they can be used or not. */
	readonly rungs: readonly Rung[];
	readonly findings: readonly RungFinding[];
	readonly forced: RungName | undefined;
	readonly clock: Clock;
	/** Another way is in use, or what is known of them is new. */
	readonly changed: () => void;
	/** For the waits between attempts, 0..1. */
	readonly random?: () => number;
}

/** Asks each way whether it can be used on this machine. Never throws. */
export function findRungs(rungs: readonly Rung[]): Promise<RungFinding[]> {
	return Promise.all(
		rungs.map(async (rung): Promise<RungFinding> => {
			try {
				return { name: rung.name, usable: true, detail: await rung.ready() };
			} catch (error) {
				return { name: rung.name, usable: false, detail: messageOf(error) };
			}
		}),
	);
}

/**
 * The ways to one simulator: the best that can be used is in use. One that fails while it runs is tried again with growing
 * waits, and then left for the next lower one, with its reason.
 */
export class Ladder {
	readonly #parts: LadderParts;
	readonly #failed = new Map<RungName, string>();
	readonly #backoff: Backoff;
	#report: SelectionReport;
	#strikes = 0;
	/** When the next attempt may begin. */
	#notBefore = 0;
	#givingSince: number | undefined;
	#cancelWait: (() => void) | undefined;
	#closed = false;

	constructor(parts: LadderParts) {
		this.#parts = parts;
		this.#backoff = new Backoff(parts.random);
		this.#report = this.#choose();
	}

	/** What is in use and why better ones are not. */
	get report(): SelectionReport {
		return this.#report;
	}

	/** The way in use; undefined while none can be used. */
	get rung(): Rung | undefined {
		return this.#parts.rungs.find(({ name }) => name === this.#report.chosen);
	}

	/** Starts capture on the way in use. Throws PortholeError `no-rung`, or with the reason of the attempt. */
	async openSource(target: RungTarget, options: SourceOptions): Promise<RungSource> {
		const rung = this.rung;
		if (!rung) throw this.noRung(target.name);
		await this.#waitForTurn();
		if (this.#closed) throw simulatorError("no-rung", `${target.name} was closed.`);
		this.#givingSince = undefined;
		const { sink } = options;
		try {
			return await rung.openSource(target, {
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
			this.failed(rung, { code: "source-failed", message: messageOf(error) });
			throw error;
		}
	}

	/** A way failed while it ran; not for a simulator that was only switched off. */
	failed(rung: Rung, why: DeviceEnd): void {
		if (rung !== this.rung) return;
		const { clock } = this.#parts;
		const now = clock.now();
		if (this.#givingSince !== undefined && now - this.#givingSince >= STEADY) this.#recover();
		this.#givingSince = undefined;
		this.#strikes++;
		this.#notBefore = now + this.#backoff.next();
		if (this.#strikes < TRIES || !this.#hasLower(rung)) return;
		this.#failed.set(rung.name, `It failed ${this.#strikes} times; at last: ${why.message}`.slice(0, 240));
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

	/** That no way can be used, with every reason. */
	noRung(name: string): PortholeError {
		const reasons = reasonsAbove(this.#report);
		const words = `There is no way to the screen of ${name}. ${reasons} porthole doctor tells more.`;
		return simulatorError("no-rung", words);
	}

	close(): void {
		this.#closed = true;
		this.#cancelWait?.();
	}

	#recover(): void {
		this.#strikes = 0;
		this.#backoff.reset();
	}

	#hasLower(rung: Rung): boolean {
		const failed = new Map([...this.#failed, [rung.name, ""]]);
		const { findings, forced } = this.#parts;
		return ladderReport(findings, { forced, failed }).chosen !== undefined;
	}

	#choose(): SelectionReport {
		const { findings, forced } = this.#parts;
		return ladderReport(findings, { forced, failed: this.#failed });
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
