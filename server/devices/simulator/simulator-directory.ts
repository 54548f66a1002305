import type { Size } from "../../../signaling/protocol/device.ts";
import type { NativeSimulator, SimulatorState } from "../../native/addon.ts";

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

/** What is known of one simulator, wherever it was asked for. */
export interface SimulatorFacts {
	/** As CoreSimulator writes it: upper case. */
	readonly udid: string;
	readonly name: string;
	/** Such as `iOS 26.1`. */
	readonly runtime: string;
	readonly state: SimulatorState;
	/** Absent where only a program without such facts is there. */
	readonly deviceType?: NativeSimulator["deviceType"];
	/** Main screen, upright. */
	readonly pixels?: Size;
	/** Pixels a point. */
	readonly scale?: number;
}

const STATES: readonly SimulatorState[] = ["Creating", "Shutdown", "Booting", "Booted", "ShuttingDown"];

/** A state in CoreSimulator's words, with or without a space; what is not known counts as shut down. */
export function simulatorState(text: string): SimulatorState {
	const words = text.replace(/\s+/g, "");
	return STATES.find((state) => state === words) ?? "Shutdown";
}

/** CoreSimulator's runtime identifier in words: `com.apple.CoreSimulator.SimRuntime.iOS-26-1` is `iOS 26.1`. */
export function runtimeName(identifier: string): string {
	const [, system, version] = /SimRuntime\.([A-Za-z]+)-([\d-]+)$/.exec(identifier) ?? [];
	return system && version ? `${system} ${version.replaceAll("-", ".")}` : identifier.slice(0, 80);
}

/** UDID of a simulator: a UUID, in either case. */
export const UDID = /^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/;
