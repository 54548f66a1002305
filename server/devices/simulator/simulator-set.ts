import type { Addon } from "../../native/addon.ts";
import type { SimulatorAddon } from "../../native/simulator.ts";
import type { Clock } from "../clock.ts";
import { AddonRung } from "./addon/rung.ts";
import { macAddon, type OpenedService, openService } from "./addon/service.ts";
import { BaguetteProgram } from "./baguette/program.ts";
import { BaguetteRung } from "./baguette/rung.ts";
import { simulatorError } from "./errors.ts";
import { Fleet } from "./fleet.ts";
import { findRungs } from "./ladder.ts";
import { type RungFinding, type RungName, rungNames } from "./ladder-report.ts";
import type { Rung } from "./rung.ts";
import { ScreenshotRung } from "./screenshots/rung.ts";
import { ServeSimRung } from "./serve-sim/rung.ts";
import { Screenshots } from "./tools/screenshots.ts";
import { Simctl } from "./tools/simctl.ts";
import { simctlDirectory } from "./tools/simctl-directory.ts";
import type { Tools } from "./tools/tools.ts";

export interface SimulatorDeps {
	readonly addon: Pick<Addon, "encoders" | "FrameEncoder"> & Partial<SimulatorAddon>;
	readonly clock: Clock;
	readonly tools: Tools;
	/** `PORTHOLE_BAGUETTE` and `PORTHOLE_SERVE_SIM` name programs that lie elsewhere than on the PATH. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** As `process.platform`. */
	readonly platform: string;
}

/** The simulators of one device set with all ways to them. */
export interface SimulatorSet {
	readonly fleet: Fleet;
	readonly rungs: readonly Rung[];
	readonly findings: readonly RungFinding[];
	/** On Macs. */
	readonly simctl?: Simctl;
	close(): Promise<void>;
}

/**
 * Looks for every way to the simulators of a device set. Throws PortholeError `simulator-needs-mac` where there are none;
 * elsewhere than on a Mac there are those of the program that `PORTHOLE_BAGUETTE` names.
 */
export async function openSimulatorSet(
	deps: SimulatorDeps,
	deviceSet: string | undefined,
): Promise<SimulatorSet> {
	return deps.platform === "darwin" ? openOnMac(deps, deviceSet) : openElsewhere(deps, deviceSet);
}

async function openOnMac(deps: SimulatorDeps, deviceSet: string | undefined): Promise<SimulatorSet> {
	const { addon, clock, tools, environment } = deps;
	const simctl = new Simctl(tools, deviceSet);
	const screenshots = new Screenshots(simctl);
	const mac = macAddon(addon);
	const service = mac && openService(mac, tools, deviceSet);
	const opened: OpenedService | undefined = await service?.catch(() => undefined);
	const copy = (udid: string, text: string) => simctl.copy(udid, text);
	const rungs: Rung[] = [
		new AddonRung({
			addon: mac,
			service: async () => (await service) as OpenedService,
			clock,
			copy,
			screenshot: (udid) => screenshots.take(udid),
		}),
		new BaguetteRung(
			new BaguetteProgram(tools, environment.PORTHOLE_BAGUETTE || "baguette", deviceSet),
			clock,
			copy,
		),
		// It knows no other device sets.
		...(deviceSet === undefined
			? [new ServeSimRung(tools, environment.PORTHOLE_SERVE_SIM || "serve-sim", clock)]
			: []),
		new ScreenshotRung({ screenshots, check: () => simctl.list(), addon, clock }),
	];
	const fleet = new Fleet(opened?.directory ?? simctlDirectory(simctl), clock);
	return {
		fleet,
		rungs,
		findings: await findAll(rungs, "it takes no device set"),
		simctl,
		async close() {
			fleet.close();
			await screenshots.close();
		},
	};
}

async function openElsewhere(deps: SimulatorDeps, deviceSet: string | undefined): Promise<SimulatorSet> {
	const { addon, clock, tools, environment } = deps;
	const command = environment.PORTHOLE_BAGUETTE;
	if (!command) {
		const words = "Simulators are on Macs only. Run Porthole there, and dial this server with porthole host.";
		throw simulatorError("simulator-needs-mac", words);
	}
	const program = new BaguetteProgram(tools, command, deviceSet);
	const rungs: Rung[] = [
		new AddonRung({
			addon: macAddon(addon),
			service: () => Promise.reject(simulatorError("simulator-needs-mac", "it is for macOS only")),
			clock,
			copy: () => Promise.reject(simulatorError("simulator-needs-mac", "simctl is on Macs only")),
			screenshot: () => Promise.reject(simulatorError("simulator-needs-mac", "simctl is on Macs only")),
		}),
		new BaguetteRung(program, clock),
	];
	const fleet = new Fleet(program.directory(), clock);
	const findings = await findAll(rungs, "it is for macOS only");
	return { fleet, rungs, findings, close: async () => fleet.close() };
}

/** A finding for each way; those that are not among `rungs` are absent for the reason given. */
async function findAll(rungs: readonly Rung[], absent: string): Promise<RungFinding[]> {
	const found = await findRungs(rungs);
	const missing = (name: RungName): RungFinding => ({ name, usable: false, detail: absent });
	return rungNames.map((name) => found.find((finding) => finding.name === name) ?? missing(name));
}
