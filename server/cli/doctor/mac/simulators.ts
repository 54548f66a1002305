import * as v from "valibot";
import type { Finding } from "../probe.ts";
import type { MacMachine } from "./machine.ts";

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
