import { messageOf, PortholeError } from "../../../signaling/protocol/errors.ts";
import { badDeviceSpec, identify } from "../device-spec.ts";
import type { Device, DeviceProvider, DeviceSpec } from "../provider.ts";
import { Bezel, profileOf } from "./chrome/bezel.ts";
import type { Appearance } from "./description.ts";
import { SimulatorDevice } from "./device.ts";
import { simulatorError } from "./errors.ts";
import { Ladder } from "./ladder.ts";
import { ladderReport, type RungName, rungNames, type SelectionReport } from "./ladder-report.ts";
import { type SimulatorFacts, UDID } from "./simulator-facts.ts";
import { openSimulatorSet, type SimulatorDeps, type SimulatorSet } from "./simulator-set.ts";
import { SystemTools } from "./tools/system-tools.ts";

export type SimulatorProviderDeps = Pick<SimulatorDeps, "addon" | "clock"> & Partial<SimulatorDeps>;

/** A provider that also knows why it found nothing. */
export interface SimulatorProvider extends DeviceProvider {
	/** Why `find()` gave nothing, when something was wrong. */
	readonly findFailure: string | undefined;
}

/**
 * The provider of `simulator:UDID` and `simulator:all`: simulators of this Mac, each by the best way there is. Options:
 * `id` (the UDID in lower case by default), `name`, `rung` to force a way, and `set`, the folder of another device set.
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
			return await set.fleet.all();
		} finally {
			await release();
		}
	};
	let findFailure: string | undefined;
	return {
		scheme: "simulator",
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
			const forced = rungOf(spec);
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

/** Which ways to simulators can be used on this machine and why the others cannot, for `doctor`. Never throws. */
export async function reportSimulators(given: SimulatorProviderDeps): Promise<SelectionReport> {
	try {
		const set = await openSimulatorSet(withDefaults(given), undefined);
		await set.close();
		return ladderReport(set.findings);
	} catch (error) {
		const detail = messageOf(error);
		return ladderReport(rungNames.map((name) => ({ name, usable: false, detail })));
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
	readonly forced: RungName | undefined;
}

function openDevice(deps: SimulatorDeps, spec: DeviceSpec, facts: SimulatorFacts, parts: OpenParts): Device {
	const { set, release, forced } = parts;
	const given = { id: facts.udid.toLowerCase(), name: facts.name.trim().slice(0, 80) || facts.udid };
	return new SimulatorDevice({
		identity: identify(spec, given),
		named: spec.options.has("name"),
		facts,
		fleet: set.fleet,
		ladder: (changed) =>
			new Ladder({ rungs: set.rungs, findings: set.findings, forced, clock: deps.clock, changed }),
		simctl: set.simctl,
		clock: deps.clock,
		appearance: (of, buttons) => appearanceOf(deps, of, buttons),
		release,
	});
}

async function factsOf({ fleet }: SimulatorSet, udid: string): Promise<SimulatorFacts> {
	const all = await fleet.all();
	const facts = fleet.get(udid);
	if (facts) return facts;
	const names = all.slice(0, 8).map(({ name, udid: other }) => `${name} (${other})`);
	const there = names.length > 0 ? `There are ${names.join(", ")}.` : "There are none; make one in Xcode.";
	throw simulatorError("no-such-simulator", `There is no simulator ${udid}. ${there}`);
}

function rungOf(spec: DeviceSpec): RungName | undefined {
	const text = spec.options.get("rung");
	if (text === null) return undefined;
	const name = rungNames.find((one) => one === text);
	if (name) return name;
	throw badDeviceSpec(spec, `rung is "${text}"; use ${rungNames.join(", ")}`);
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
