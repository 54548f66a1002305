import { messageOf } from "../../../signaling/protocol/errors.ts";
import type { Clock } from "../clock.ts";
import { simulatorError } from "./errors.ts";
import type { SimulatorDirectory, SimulatorFacts } from "./simulator-directory.ts";

/** How often the simulators are looked at where nothing tells of changes, ms. */
export const LOOK_EVERY = 3000;
/** The same while one of them is on its way from one state to another. */
export const LOOK_SOON = 500;
/** For how long after an order they are looked at so often, ms: it may not show at once. */
const SOON_AFTER_ORDER = 5000;

/** The simulators of one device set, and what becomes of those that are watched. */
export class SimulatorWatcher {
	readonly directory: SimulatorDirectory;
	readonly #clock: Clock;
	#simulators: ReadonlyMap<string, SimulatorFacts> = new Map();
	readonly #watchers = new Set<() => void>();
	#looking: Promise<void> | undefined;
	#failure: string | undefined;
	#soonUntil = 0;
	#cancel = () => {};

	constructor(directory: SimulatorDirectory, clock: Clock) {
		this.directory = directory;
		this.#clock = clock;
		directory.onChange?.(() => void this.look().catch(() => {}));
	}

	/** As last seen, by UDID in upper case. */
	get(udid: string): SimulatorFacts | undefined {
		return this.#simulators.get(udid);
	}

	/** Why they could not be looked at last time. */
	get failure(): string | undefined {
		return this.#failure;
	}

	/** Looks at all of them. Throws PortholeError as the directory does. */
	async all(): Promise<SimulatorFacts[]> {
		await this.look();
		return [...this.#simulators.values()];
	}

	/** Looks now; whoever watches hears of it. Throws PortholeError as the directory does. */
	look(): Promise<void> {
		this.#looking ??= this.#look().finally(() => {
			this.#looking = undefined;
		});
		return this.#looking;
	}

	/** Calls back after each look that saw a change, until the function returned is called. */
	watch(changed: () => void): () => void {
		this.#watchers.add(changed);
		this.#later();
		return () => {
			this.#watchers.delete(changed);
			if (this.#watchers.size === 0) this.#cancel();
		};
	}

	/**
	 * Switches one on or off. Throws PortholeError `wrong-state` when it is so already or on its way, or as the directory
	 * does.
	 */
	async setPower(udid: string, on: boolean): Promise<void> {
		await this.look();
		const facts = this.get(udid);
		const state = facts?.state;
		if (facts && (on ? state === "Booted" || state === "Booting" : state !== "Booted")) {
			const verb = on ? "switched on" : "switched off";
			const how = state === "Booted" ? "on" : state === "Booting" ? "starting" : "off";
			throw simulatorError("wrong-state", `${facts.name} cannot be ${verb}: it is ${how} already.`);
		}
		await (on ? this.directory.boot(udid) : this.directory.shutdown(udid));
		this.#soonUntil = this.#clock.now() + SOON_AFTER_ORDER;
		await this.look().catch(() => {});
	}

	close(): void {
		this.#watchers.clear();
		this.#cancel();
		this.directory.close();
	}

	async #look(): Promise<void> {
		try {
			const before = this.#simulators;
			const seen = await this.directory.list();
			this.#failure = undefined;
			this.#simulators = new Map(seen.map((facts) => [facts.udid, facts]));
			if (!isSame(before, this.#simulators)) for (const changed of [...this.#watchers]) changed();
		} catch (error) {
			this.#failure = messageOf(error);
			throw error;
		} finally {
			this.#later();
		}
	}

	#later(): void {
		this.#cancel();
		const moving =
			this.#clock.now() < this.#soonUntil ||
			[...this.#simulators.values()].some(({ state }) => state === "Booting" || state === "ShuttingDown");
		if (this.#watchers.size === 0 || this.directory.onChange) return;
		this.#cancel = this.#clock.after(moving ? LOOK_SOON : LOOK_EVERY, () => {
			this.look().catch(() => {});
		});
	}
}

function isSame(
	before: ReadonlyMap<string, SimulatorFacts>,
	now: ReadonlyMap<string, SimulatorFacts>,
): boolean {
	if (before.size !== now.size) return false;
	return [...now].every(([udid, { state, name }]) => {
		const known = before.get(udid);
		return known?.state === state && known.name === name;
	});
}
