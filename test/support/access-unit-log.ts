import { expect } from "vitest";
import type { NativeAccessUnit } from "../../server/native/addon.ts";

const LIMIT_MS = 30_000;
const QUIET_MS = 300;

/** Keeps the access units of one source in the order they came. */
export class AccessUnitLog {
	readonly units: NativeAccessUnit[] = [];

	readonly add = (unit: NativeAccessUnit): void => {
		this.units.push(unit);
	};

	/** The coded bytes alone. */
	get bytes(): Buffer[] {
		return this.units.map((unit) => unit.data);
	}

	/** Waits until at least so many have come. */
	async until(count: number): Promise<void> {
		await expect
			.poll(() => this.units.length, { timeout: LIMIT_MS, interval: 2 })
			.toBeGreaterThanOrEqual(count);
	}

	/** Waits until none has come for 300 ms. */
	async quiet(): Promise<void> {
		let seen = -1;
		const settled = () => {
			const same = this.units.length === seen;
			seen = this.units.length;
			return same;
		};
		await expect.poll(settled, { timeout: LIMIT_MS, interval: QUIET_MS }).toBe(true);
	}
}
