import type { SimulatorFacts } from "./simulator-facts.ts";

/** Where simulators of one device set are looked up and switched. */
export interface SimulatorDirectory {
	/** Throws PortholeError when it cannot be asked. */
	list(): Promise<SimulatorFacts[]>;
	/** Settles when the order was taken. Throws PortholeError `wrong-state` or as the program that was asked. */
	boot(udid: string): Promise<void>;
	shutdown(udid: string): Promise<void>;
	shake(udid: string): Promise<void>;
	/** Calls back after each change; absent: whoever wants to know asks again. */
	readonly onChange?: (listener: () => void) => void;
	close(): void;
}

/** What makes UIKit believe that somebody shook the device. */
export const SHAKE = "com.apple.UIKit.SimulatorShake";
