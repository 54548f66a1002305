import { systemClock } from "../devices/clock.ts";
import type { SelectionReport } from "../devices/simulator/ladder-report.ts";
import { reportSimulators } from "../devices/simulator/provider.ts";
import { loadAddon } from "../native/load.ts";

/** Which way to simulators would be used on this machine, and why better ones are not. Throws AddonError. */
export async function simulatorBackends(): Promise<SelectionReport> {
	return reportSimulators({ addon: loadAddon(), clock: systemClock });
}
