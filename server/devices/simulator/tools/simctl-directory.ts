import { SHAKE, type SimulatorDirectory } from "../directory.ts";
import type { Simctl } from "./simctl.ts";

/** The simulators that `simctl` knows. */
export function simctlDirectory(simctl: Simctl): SimulatorDirectory {
	return {
		list: () => simctl.list(),
		boot: (udid) => simctl.boot(udid),
		shutdown: (udid) => simctl.shutdown(udid),
		shake: (udid) => simctl.notify(udid, SHAKE),
		close() {},
	};
}
