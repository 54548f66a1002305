import * as v from "valibot";
import { messageOf } from "../../../../signaling/protocol/errors.ts";
import type { Finding } from "../report.ts";
import type { MacMachine, SimulatorBackends } from "./machine.ts";
import type { Tools } from "./xcode.ts";

const short = v.pipe(v.string(), v.maxLength(500));
const UDID = /^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/;
const runtimeSchema = v.object({
	identifier: short,
	name: short,
	buildversion: v.optional(short, "unknown"),
	isAvailable: v.optional(v.boolean(), true),
});
const deviceSchema = v.object({
	udid: v.pipe(v.string(), v.regex(UDID)),
	state: short,
	isAvailable: v.optional(v.boolean(), true),
	deviceTypeIdentifier: v.optional(short, "unknown"),
});
const listSchema = v.object({
	runtimes: v.pipe(v.array(v.unknown()), v.maxLength(1000)),
	devices: v.record(short, v.pipe(v.array(v.unknown()), v.maxLength(1000))),
});

type Runtime = v.InferOutput<typeof runtimeSchema>;

/** A simulator that runs. */
export interface Booted {
	readonly udid: string;
	/** Its kind and its system, such as `iPhone 17 Pro, iOS 26.1`: its own name may be somebody's. */
	readonly words: string;
}

/** What simctl knows. */
export interface Simulators {
	readonly runtimes: readonly Runtime[];
	/** Simulators whose system is there. */
	readonly count: number;
	readonly booted: readonly Booted[];
}

/** Asks simctl; the text is why it does not say. */
export async function findSimulators(mac: MacMachine): Promise<Simulators | string> {
	const { code, text, words } = await mac.ask("xcrun", ["simctl", "list", "--json"]);
	if (code !== 0)
		return `xcrun simctl list failed: ${(words || text).trim().slice(0, 300) || `exit code ${code}`}`;
	try {
		return simulatorsOf(v.parse(listSchema, JSON.parse(text)));
	} catch {
		return "xcrun simctl list answers what cannot be read";
	}
}

function simulatorsOf({ runtimes, devices }: v.InferOutput<typeof listSchema>): Simulators {
	const known = runtimes.flatMap((entry) => parsed(runtimeSchema, entry));
	const names = new Map(known.map(({ identifier, name }) => [identifier, name]));
	const usable = Object.entries(devices).flatMap(([runtime, entries]) =>
		entries
			.flatMap((entry) => parsed(deviceSchema, entry))
			.filter(({ isAvailable }) => isAvailable)
			.map((device) => ({ ...device, runtime: names.get(runtime) ?? lastPart(runtime) })),
	);
	return {
		runtimes: known,
		count: usable.length,
		booted: usable
			.filter(({ state }) => state === "Booted")
			.map(({ udid, runtime, deviceTypeIdentifier }) => ({
				udid,
				words: `${lastPart(deviceTypeIdentifier)}, ${runtime}`,
			})),
	};
}

/** What was found, as findings. */
export function simulatorsFindings(found: Simulators | string): Finding[] {
	if (typeof found === "string") {
		const remedy = "Open Xcode once, so that it installs what it needs; then run: xcrun simctl list";
		return [{ name: "simctl", state: "bad", detail: found, remedy }];
	}
	return [runtimesFinding(found), devicesFinding(found)];
}

function runtimesFinding({ runtimes }: Simulators): Finding {
	const name = "simulator runtimes";
	const remedy = "Install one in Xcode's settings under Components, or run: xcodebuild -downloadPlatform iOS";
	const words = runtimes.map(
		({ name: runtime, buildversion, isAvailable }) =>
			`${runtime} (${buildversion})${isAvailable ? "" : ", unavailable"}`,
	);
	const some = runtimes.some(({ isAvailable }) => isAvailable);
	if (some) return { name, state: "good", detail: words.join("; ") };
	return { name, state: "bad", detail: words.join("; ") || "none", remedy };
}

function devicesFinding({ count, booted }: Simulators): Finding {
	const name = "simulators";
	if (count === 0) {
		const remedy = "Make one in Xcode's Devices and Simulators window, or with: xcrun simctl create";
		return { name, state: "bad", detail: "none", remedy };
	}
	const running =
		booted.length === 0 ? "none booted" : `booted: ${booted.map(({ words }) => words).join("; ")}`;
	return { name, state: "good", detail: `${count}, ${running}` };
}

function parsed<Schema extends v.GenericSchema>(schema: Schema, entry: unknown): v.InferOutput<Schema>[] {
	const result = v.safeParse(schema, entry);
	return result.success ? [result.output] : [];
}

/** `com.apple.CoreSimulator.SimDeviceType.iPhone-17-Pro` is `iPhone 17 Pro`. */
function lastPart(identifier: string): string {
	return (identifier.split(".").at(-1) ?? identifier).replaceAll("-", " ").slice(0, 80);
}

/** First Xcode in whose simulators the daemon `dtuhidd` has taken over input; what older tools send is lost there. */
const FIRST_WITH_DAEMON = 27;
/** A simulator's own notification: 1 while its daemon has input. It is not told to programs of the Mac. */
const STATE = "com.apple.coredevice.dtuhidd.active";
/** Booted simulators that are asked; each takes up to some seconds. */
const MAX_ASKED = 4;

/** How input goes to simulators of this Xcode, and who has it in each that runs. */
export async function inputFindings(
	mac: MacMachine,
	{ version }: Pick<Tools, "version">,
	booted: readonly Booted[],
): Promise<Finding[]> {
	const transport = transportOf(version);
	const states = await Promise.all(
		booted.slice(0, MAX_ASKED).map((one) => stateFinding(mac, one, transport)),
	);
	return [transportFinding(transport, version), ...states];
}

/** `dtuhid` from Xcode 27 on, `indigo` before; undefined where the version is not known. */
export function transportOf(version: string | undefined): "indigo" | "dtuhid" | undefined {
	if (version === undefined) return undefined;
	return Number.parseInt(version, 10) >= FIRST_WITH_DAEMON ? "dtuhid" : "indigo";
}

function transportFinding(transport: ReturnType<typeof transportOf>, version: string | undefined): Finding {
	const name = "input transport";
	if (transport) return { name, state: "good", detail: `${transport}, as this is Xcode ${version}` };
	const detail = "the version of Xcode is not known, and with it not the transport";
	return { name, state: "warning", detail, remedy: "See Xcode above." };
}

async function stateFinding(
	mac: MacMachine,
	{ udid, words }: Booted,
	transport: ReturnType<typeof transportOf>,
): Promise<Finding> {
	const name = `input of ${words}`;
	const { code, text } = await mac.ask("xcrun", ["simctl", "spawn", udid, "notifyutil", "-g", STATE]);
	const [, state] = /\.active (\d+)\s*$/.exec(text) ?? [];
	if (code !== 0 || state === undefined) {
		const remedy = "Restart the simulator if it takes no input.";
		return { name, state: "warning", detail: `${STATE} cannot be read`, remedy };
	}
	const daemon = state !== "0";
	const detail = `${STATE} is ${state}, ${daemon ? "the daemon dtuhidd has input" : "older services have input"}`;
	if (!daemon || transport !== "indigo") return { name, state: "good", detail };
	const remedy = `Input of this Xcode goes to the older services. Restart the simulator, and let nothing of a newer Xcode attach to it.`;
	return { name, state: "warning", detail, remedy };
}

const WAY = "way to simulators";

/** Which way would be used, and why the better ones are not. */
export async function backendFindings(
	simulatorBackends: () => Promise<SimulatorBackends>,
): Promise<Finding[]> {
	let found: SimulatorBackends;
	try {
		found = await simulatorBackends();
	} catch (error) {
		const remedy = "Repair what is bad above, then ask again.";
		return [{ name: WAY, state: "bad", detail: messageOf(error), remedy }];
	}
	const { chosen, backends } = found;
	const each = backends.map((backend) => backendFinding(backend, isAbove(backend.name, found)));
	if (chosen === undefined) {
		const remedy = "Repair one of those below; with Xcode chosen, screenshots are always there.";
		return [{ name: WAY, state: "bad", detail: "none can be used", remedy }, ...each];
	}
	return [{ name: WAY, state: "good", detail: chosen }, ...each];
}

/** Whether a way is better than the one that is used. */
function isAbove(backend: string, { chosen, backends }: SimulatorBackends): boolean {
	const names = backends.map(({ name }) => name);
	return chosen === undefined || names.indexOf(backend) < names.indexOf(chosen);
}

function backendFinding(
	{ name: backend, state, detail }: SimulatorBackends["backends"][number],
	above: boolean,
): Finding {
	const name = `way ${backend}`;
	if (state === "in-use" || state === "spare") return { name, state: "good", detail: `${state}: ${detail}` };
	if (!above) return { name, state: "good", detail: `not needed: ${detail}` };
	const remedy = "Its reason says what to do; what is used instead may be slower or take less input.";
	return { name, state: "warning", detail: `${state}: ${detail}`, remedy };
}
