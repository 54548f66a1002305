import type {
	SimulatorDirectory,
	SimulatorFacts,
} from "../../server/devices/simulator/simulator-directory.ts";
import type { SimulatorState } from "../../server/native/addon.ts";

/** A simulator as it is listed. */
export function simulatorFacts(facts: Partial<SimulatorFacts> = {}): SimulatorFacts {
	return {
		udid: "0B5C3E5A-17A0-4A3F-9B63-2F4D1C0E9A77",
		name: "iPhone 17",
		runtime: "iOS 26.1",
		state: "Booted",
		...facts,
	};
}

/** Simulators that a test speaks for; orders take effect at once. */
export class FakeDirectory implements SimulatorDirectory {
	readonly orders: string[][] = [];
	simulators: SimulatorFacts[];
	looks = 0;
	failure: Error | undefined;
	closed = false;
	readonly onChange?: (listener: () => void) => void;
	readonly #listeners: (() => void)[] = [];

	/** `tells`: it tells of changes by itself. */
	constructor(simulators: SimulatorFacts[], tells = false) {
		this.simulators = simulators;
		if (tells) this.onChange = (listener) => void this.#listeners.push(listener);
	}

	async list(): Promise<SimulatorFacts[]> {
		this.looks++;
		if (this.failure) throw this.failure;
		return this.simulators;
	}

	async boot(udid: string): Promise<void> {
		this.orders.push(["boot", udid]);
		this.becomes(udid, "Booted");
	}

	async shutdown(udid: string): Promise<void> {
		this.orders.push(["shutdown", udid]);
		this.becomes(udid, "Shutdown");
	}

	async shake(udid: string): Promise<void> {
		this.orders.push(["shake", udid]);
	}

	becomes(udid: string, state: SimulatorState): void {
		this.simulators = this.simulators.map((facts) => (facts.udid === udid ? { ...facts, state } : facts));
		for (const listener of this.#listeners) listener();
	}

	close(): void {
		this.closed = true;
	}
}
