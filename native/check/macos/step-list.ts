/** What a step made, and what is wrong with it; without a fault it passed. */
export interface Finding<T> {
	readonly value: T;
	readonly faults: readonly string[];
	/** Said beside the step's name. */
	readonly remark?: string;
}

/** Runs steps one after the other, prints each with its time and what is wrong, and counts. */
export class StepList {
	#passed = 0;
	#failed = 0;

	/** Runs a step; undefined when it could not be done at all. */
	async run<T>(name: string, work: () => Promise<Finding<T>>): Promise<T | undefined> {
		const begun = performance.now();
		const seconds = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
		const ticker = setInterval(() => console.log(`· ${name}: ${seconds()}`), 10_000);
		try {
			const { value, faults, remark } = await work();
			if (faults.length === 0) this.#passed++;
			else this.#failed++;
			const told = remark ? ` (${remark})` : "";
			console.log(`${faults.length === 0 ? "ok    " : "FAILED"} ${name}${told}, ${seconds()}`);
			for (const fault of faults) console.log(fault.replace(/^/gm, "       "));
			return value;
		} catch (error) {
			this.#failed++;
			console.log(`FAILED ${name}, ${seconds()}\n${String(error).replace(/^/gm, "       ")}`);
			return undefined;
		} finally {
			clearInterval(ticker);
		}
	}

	/** Prints the count; the answer is for the process to end with. */
	finish(): number {
		console.log(`${this.#passed} steps passed, ${this.#failed} failed`);
		return this.#failed === 0 ? 0 : 1;
	}
}
