import type { DeviceDescription } from "../../../signaling/protocol/device.ts";

/** States of CoreSimulator, in which Baguette speaks of all devices. */
export type SimulatorState = "Creating" | "Shutdown" | "Booting" | "Booted" | "ShuttingDown";

/** One device in `GET /simulators.json`. */
interface Listed {
	readonly udid: string;
	readonly name: string;
	readonly state: SimulatorState;
	/** Here the kind of device. */
	readonly runtime: string;
}

/** `GET /simulators.json`: those that can be used now, and all others. */
export function simulatorList(devices: readonly DeviceDescription[]): {
	readonly running: readonly Listed[];
	readonly available: readonly Listed[];
} {
	const all = devices.map(
		(device): Listed => ({
			udid: device.id,
			name: device.name,
			state: simulatorState(device),
			runtime: device.kind,
		}),
	);
	return {
		running: all.filter(({ state }) => state === "Booted"),
		available: all.filter(({ state }) => state !== "Booted"),
	};
}

/** What Baguette would say of a device. */
export function simulatorState({ power, state }: Pick<DeviceDescription, "power" | "state">): SimulatorState {
	switch (power) {
		case "on":
			return "Booted";
		case "off":
			return "Shutdown";
		case "starting":
			return "Booting";
		case "stopping":
			return "ShuttingDown";
		case undefined:
			if (state === "starting") return "Booting";
			return state === "ready" || state === "live" ? "Booted" : "Shutdown";
	}
}
