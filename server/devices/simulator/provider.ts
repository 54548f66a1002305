import { messageOf, PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Addon, SimulatorAddon } from "../../native/addon.ts";
import type { Clock } from "../clock.ts";
import { allowedClipboard, badDeviceSpec, identify } from "../device-spec.ts";
import type { Device, DeviceProvider, DeviceSpec } from "../provider.ts";
import { type Backend, type BackendName, backendNames } from "./backend.ts";
import {
	type BackendFinding,
	BackendSelection,
	findBackends,
	type SelectionReport,
	selectionReport,
} from "./backend-selection.ts";
import { NativeBackend } from "./backends/addon/backend.ts";
import { macAddon, type OpenedService, openService } from "./backends/addon/service.ts";
import { BaguetteBackend } from "./backends/baguette/backend.ts";
import { BaguetteProgram } from "./backends/baguette/program.ts";
import { ScreenshotBackend } from "./backends/screenshots.ts";
import { ServeSimBackend } from "./backends/serve-sim/backend.ts";
import { Bezel, type BezelParts, profileOf } from "./bezel/bezel.ts";
import type { Appearance } from "./description.ts";
import { SimulatorDevice } from "./device.ts";
import { simulatorError } from "./errors.ts";
import { type SimulatorFacts, UDID } from "./simulator-directory.ts";
import { SimulatorWatcher } from "./simulator-watcher.ts";
import { SystemTools, type Tools } from "./tools/programs.ts";
import { Screenshots, Simctl, simctlDirectory } from "./tools/simctl.ts";

interface SimulatorDeps {
	readonly addon: Pick<Addon, "encoders" | "PixelSource"> & Partial<SimulatorAddon>;
	readonly clock: Clock;
	readonly tools: Tools;
	/** `PORTHOLE_BAGUETTE` and `PORTHOLE_SERVE_SIM` name programs that lie elsewhere than on the PATH. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** As `process.platform`. */
	readonly platform: string;
	/** Where device types and frames are; Apple's folders when absent. */
	readonly folders?: Pick<BezelParts, "deviceTypes" | "chromes">;
}

export type SimulatorProviderDeps = Pick<SimulatorDeps, "addon" | "clock"> & Partial<SimulatorDeps>;

/** A provider that also knows why it found nothing. */
interface SimulatorProvider extends DeviceProvider {
	/** Why `find()` gave nothing, when something was wrong. */
	readonly findFailure: string | undefined;
}

/**
 * The provider of `simulator:UDID` and `simulator:all`: simulators of this Mac, each through the best backend that works. Options:
 * `id` (the UDID in lower case by default), `name`, `backend` to force one, and `set`, the folder of another device set.
 */
export function createSimulatorProvider(given: SimulatorProviderDeps): SimulatorProvider {
	const deps = withDefaults(given);
	const sets = new Map<string, SharedSet>();
	const use = (deviceSet: string | undefined): Promise<UsedSet> => {
		const key = deviceSet ?? "";
		let shared = sets.get(key);
		if (!shared) {
			shared = new SharedSet(openSimulatorSet(deps, deviceSet), () => {
				if (sets.get(key) === shared) sets.delete(key);
			});
			sets.set(key, shared);
		}
		return shared.use();
	};
	const listed = async (deviceSet: string | undefined): Promise<SimulatorFacts[]> => {
		const { set, release } = await use(deviceSet);
		try {
			return await set.watcher.all();
		} finally {
			await release();
		}
	};
	let findFailure: string | undefined;
	return {
		scheme: "simulator",
		usage: "simulator:UDID or simulator:all",
		shows: "iOS simulators of this Mac",
		options: {
			backend: `the way to it: ${backendNames.join(", ")} (the best that works)`,
			set: "a device set's folder (the default set)",
		},
		get findFailure() {
			return findFailure;
		},
		/** The booted ones, on macOS. Never throws. */
		async find() {
			findFailure = undefined;
			if (deps.platform !== "darwin") return [];
			try {
				const booted = (await listed(undefined)).filter(({ state }) => state === "Booted");
				return booted.map(({ udid }) => `simulator:${udid}`);
			} catch (error) {
				findFailure = messageOf(error);
				return [];
			}
		},
		/** Throws PortholeError `bad-device-spec`, `simulator-needs-mac`, or as whoever is asked for the simulators. */
		async expand(spec) {
			if (spec.target !== "all") return [spec.text];
			if (spec.options.has("id") || spec.options.has("name"))
				throw badDeviceSpec(spec, "all simulators cannot have one id or name");
			const options = spec.options.size > 0 ? `?${spec.options}` : "";
			const simulators = await listed(spec.options.get("set") ?? undefined);
			return simulators.map(({ udid }) => `simulator:${udid}${options}`);
		},
		/** Throws PortholeError `bad-device-spec`, `simulator-needs-mac`, `no-such-simulator`, or as whoever is asked. */
		async open(spec) {
			const forced = backendOf(spec);
			if (!UDID.test(spec.target))
				throw badDeviceSpec(spec, "it names no simulator; write simulator:UDID, or simulator:all");
			const udid = spec.target.toUpperCase();
			const { set, release } = await use(spec.options.get("set") ?? undefined);
			try {
				return openDevice(deps, spec, await factsOf(set, udid), { set, release, forced });
			} catch (error) {
				await release();
				throw error;
			}
		},
	};
}

/** Which backends work on this machine and why the others do not, for `doctor`. Never throws. */
export async function reportSimulators(given: SimulatorProviderDeps): Promise<SelectionReport> {
	try {
		const set = await openSimulatorSet(withDefaults(given), undefined);
		await set.close();
		return selectionReport(set.findings);
	} catch (error) {
		const detail = messageOf(error);
		return selectionReport(backendNames.map((name) => ({ name, usable: false, detail })));
	}
}

function withDefaults({ tools, environment, platform, ...deps }: SimulatorProviderDeps): SimulatorDeps {
	return {
		...deps,
		tools: tools ?? new SystemTools(deps.clock),
		environment: environment ?? process.env,
		platform: platform ?? process.platform,
	};
}

interface UsedSet {
	readonly set: SimulatorSet;
	release(): Promise<void>;
}

/** A device set that several devices use; the last one closes it. */
class SharedSet {
	readonly #opening: Promise<SimulatorSet>;
	readonly #onClose: () => void;
	#users = 0;

	constructor(opening: Promise<SimulatorSet>, onClose: () => void) {
		this.#opening = opening;
		this.#onClose = onClose;
	}

	async use(): Promise<UsedSet> {
		this.#users++;
		const set = await this.#opening.catch((error: unknown) => {
			this.#onClose();
			throw error;
		});
		let released = false;
		return {
			set,
			release: async () => {
				if (released) return;
				released = true;
				if (--this.#users > 0) return;
				this.#onClose();
				await set.close();
			},
		};
	}
}

interface OpenParts extends UsedSet {
	readonly forced: BackendName | undefined;
}

function openDevice(deps: SimulatorDeps, spec: DeviceSpec, facts: SimulatorFacts, parts: OpenParts): Device {
	const { set, release, forced } = parts;
	const given = { id: facts.udid.toLowerCase(), name: facts.name.trim().slice(0, 80) || facts.udid };
	return new SimulatorDevice({
		identity: identify(spec, given),
		named: spec.options.has("name"),
		facts,
		watcher: set.watcher,
		selection: (changed) =>
			new BackendSelection({
				backends: set.backends,
				findings: set.findings,
				forced,
				clock: deps.clock,
				changed,
			}),
		simctl: set.simctl,
		allowed: (clipboard) => allowedClipboard(spec, clipboard),
		clock: deps.clock,
		appearance: (of, buttons) => appearanceOf(deps, of, buttons),
		release,
	});
}

async function factsOf({ watcher }: SimulatorSet, udid: string): Promise<SimulatorFacts> {
	const all = await watcher.all();
	const facts = watcher.get(udid);
	if (facts) return facts;
	const names = all.slice(0, 8).map(({ name, udid: other }) => `${name} (${other})`);
	const there = names.length > 0 ? `There are ${names.join(", ")}.` : "There are none; make one in Xcode.";
	throw simulatorError("no-such-simulator", `There is no simulator ${udid}. ${there}`);
}

function backendOf(spec: DeviceSpec): BackendName | undefined {
	const text = spec.options.get("backend");
	if (text === null) return undefined;
	const name = backendNames.find((one) => one === text);
	if (name) return name;
	throw badDeviceSpec(spec, `backend is "${text}"; use ${backendNames.join(", ")}`);
}

/** What the simulator's type says, and its bezel; nothing where there are no device types or no addon to draw them. */
async function appearanceOf(
	{ tools, addon, folders = {} }: SimulatorDeps,
	facts: SimulatorFacts,
	buttons: ReadonlySet<string>,
): Promise<Appearance> {
	if (!facts.deviceType) return {};
	try {
		const profile = await profileOf({ tools, ...folders }, facts);
		const { renderPdf } = addon;
		if (!renderPdf) return { profile };
		const bezel = await Bezel.load({ tools, renderPdf, ...folders }, facts, profile, buttons);
		return { profile, bezel };
	} catch (error) {
		if (!(error instanceof PortholeError)) return { failure: messageOf(error) };
		return { failure: error.message };
	}
}

/** The simulators of one device set, with every backend. */
interface SimulatorSet {
	readonly watcher: SimulatorWatcher;
	readonly backends: readonly Backend[];
	readonly findings: readonly BackendFinding[];
	/** On Macs. */
	readonly simctl?: Simctl;
	close(): Promise<void>;
}

/**
 * Finds the backends for a device set. Throws PortholeError `simulator-needs-mac` where there are none;
 * elsewhere than on a Mac there are those of the program that `PORTHOLE_BAGUETTE` names.
 */
async function openSimulatorSet(deps: SimulatorDeps, deviceSet: string | undefined): Promise<SimulatorSet> {
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
	const backends: Backend[] = [
		new NativeBackend({
			addon: mac,
			service: async () => (await service) as OpenedService,
			clock,
			copy,
			screenshot: (udid) => screenshots.take(udid),
		}),
		new BaguetteBackend(
			new BaguetteProgram(tools, environment.PORTHOLE_BAGUETTE || "baguette", deviceSet),
			clock,
			copy,
		),
		// It knows no other device sets.
		...(deviceSet === undefined
			? [new ServeSimBackend(tools, environment.PORTHOLE_SERVE_SIM || "serve-sim", clock)]
			: []),
		new ScreenshotBackend({ screenshots, check: () => simctl.list(), addon, clock }),
	];
	const watcher = new SimulatorWatcher(opened?.directory ?? simctlDirectory(simctl), clock);
	return {
		watcher,
		backends,
		findings: await findAll(backends, "it takes no device set"),
		simctl,
		async close() {
			watcher.close();
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
	const backends: Backend[] = [
		new NativeBackend({
			addon: macAddon(addon),
			service: () => Promise.reject(simulatorError("simulator-needs-mac", "it is for macOS only")),
			clock,
			copy: () => Promise.reject(simulatorError("simulator-needs-mac", "simctl is on Macs only")),
			screenshot: () => Promise.reject(simulatorError("simulator-needs-mac", "simctl is on Macs only")),
		}),
		new BaguetteBackend(program, clock),
	];
	const watcher = new SimulatorWatcher(program.directory(), clock);
	const findings = await findAll(backends, "it is for macOS only");
	return { watcher, backends, findings, close: async () => watcher.close() };
}

/** A finding for each backend; `absent` says why some are not among `backends`. */
async function findAll(backends: readonly Backend[], absent: string): Promise<BackendFinding[]> {
	const found = await findBackends(backends);
	const missing = (name: BackendName): BackendFinding => ({ name, usable: false, detail: absent });
	return backendNames.map((name) => found.find((finding) => finding.name === name) ?? missing(name));
}
