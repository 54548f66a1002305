import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import type { DeviceLogOptions } from "../../provider.ts";
import { simulatorError } from "../errors.ts";
import {
	runtimeName,
	SHAKE,
	type SimulatorDirectory,
	type SimulatorFacts,
	simulatorState,
	UDID,
} from "../simulator-directory.ts";
import {
	type ProgramEvents,
	type Ran,
	type RunningProgram,
	type RunOptions,
	readAnswer,
	type Tools,
} from "./programs.ts";

/** Most simulators of a device set that are taken note of. */
const MAX_SIMULATORS = 1000;
const short = v.pipe(v.string(), v.maxLength(1024));

const deviceSchema = v.object({
	udid: v.pipe(v.string(), v.regex(UDID)),
	name: short,
	state: short,
	isAvailable: v.optional(v.boolean(), true),
	deviceTypeIdentifier: v.optional(short),
});
const devicesSchema = v.object({ devices: v.record(short, v.array(v.unknown())) });
const typeSchema = v.object({ identifier: short, name: short, bundlePath: v.optional(short, "") });
const typesSchema = v.object({ devicetypes: v.array(v.unknown()) });

type DeviceType = v.InferOutput<typeof typeSchema>;

/** `xcrun simctl`, for one device set. */
export class Simctl {
	readonly #tools: Tools;
	readonly #set: readonly string[];
	#types: Promise<ReadonlyMap<string, DeviceType>> | undefined;

	/** `deviceSet` is the folder of another set than the user's own. */
	constructor(tools: Tools, deviceSet?: string) {
		this.#tools = tools;
		this.#set = deviceSet === undefined ? [] : ["--set", deviceSet];
	}

	/** Every simulator whose runtime is there. Throws PortholeError as `Tools.run`, `program-failed` or `bad-answer`. */
	async list(): Promise<SimulatorFacts[]> {
		this.#types ??= this.#deviceTypes();
		this.#types.catch(() => {
			this.#types = undefined;
		});
		const [types, { devices }] = await Promise.all([
			this.#types,
			this.#ask(devicesSchema, ["list", "-j", "devices"]),
		]);
		return Object.entries(devices)
			.flatMap(([runtime, entries]) => entries.map((entry) => factsOf(runtime, entry, types)))
			.filter((facts) => facts !== undefined)
			.slice(0, MAX_SIMULATORS);
	}

	/** Throws PortholeError `wrong-state` when it is on already. */
	async boot(udid: string): Promise<void> {
		await this.#switch("boot", udid);
	}

	/** Throws PortholeError `wrong-state` when it is off already. */
	async shutdown(udid: string): Promise<void> {
		await this.#switch("shutdown", udid);
	}

	/**
	 * The screen as a JPEG. It goes through a file in `folder`: some versions of Xcode do not write frames to standard
	 * output, though they say so.
	 */
	async screenshot(udid: string, folder: string): Promise<Buffer> {
		const path = join(folder, "screenshot.jpeg");
		try {
			await this.#do(["io", udid, "screenshot", "--type=jpeg", path]);
			return await readFile(path);
		} finally {
			await rm(path, { force: true });
		}
	}

	async copy(udid: string, text: string): Promise<void> {
		await this.#do(["pbcopy", udid], { input: text });
	}

	/** What is on the clipboard; at most 1 MiB. */
	async paste(udid: string): Promise<string> {
		return (await this.#do(["pbpaste", udid], { maxBytes: 1024 * 1024 })).output.toString("utf8");
	}

	/** Posts a Darwin notification inside. */
	async notify(udid: string, name: string): Promise<void> {
		await this.#do(["spawn", udid, "notifyutil", "-p", name]);
	}

	/** Follows the log; spawned inside, as `log` itself asks for an administrator from iOS 26 on. */
	followLog(udid: string, options: DeviceLogOptions, events: ProgramEvents): RunningProgram {
		const { level, style, predicate, bundleId } = options;
		const wanted = [predicate, bundleId === undefined ? undefined : `subsystem == ${quoted(bundleId)}`];
		const words = wanted.filter((part) => part !== undefined).map((part) => `(${part})`);
		const args = ["spawn", udid, "log", "stream", "--level", level, "--style", style];
		if (words.length > 0) args.push("--predicate", words.join(" AND "));
		return this.#tools.start("xcrun", ["simctl", ...this.#set, ...args], events);
	}

	async #deviceTypes(): Promise<ReadonlyMap<string, DeviceType>> {
		const { devicetypes } = await this.#ask(typesSchema, ["list", "-j", "devicetypes"]);
		const types = devicetypes.flatMap((entry) => {
			const type = v.safeParse(typeSchema, entry);
			return type.success ? [type.output] : [];
		});
		return new Map(types.map((type) => [type.identifier, type]));
	}

	async #switch(verb: "boot" | "shutdown", udid: string): Promise<void> {
		const ran = await this.#run([verb, udid]);
		if (ran.code === 0) return;
		const state = /current state: (\w+)/.exec(ran.words)?.[1];
		if (state) {
			const words = `The simulator ${udid} could not ${verb}: it is ${state.toLowerCase()} already.`;
			throw simulatorError("wrong-state", words);
		}
		throw failed([verb, udid], ran);
	}

	async #ask<Schema extends v.GenericSchema>(
		schema: Schema,
		args: readonly string[],
	): Promise<v.InferOutput<Schema>> {
		const { output } = await this.#do(args);
		return readAnswer(schema, output, ["simctl", ...args]);
	}

	async #do(args: readonly string[], options?: RunOptions): Promise<Ran> {
		const ran = await this.#run(args, options);
		if (ran.code === 0) return ran;
		throw failed(args, ran);
	}

	#run(args: readonly string[], options?: RunOptions): Promise<Ran> {
		return this.#tools.run("xcrun", ["simctl", ...this.#set, ...args], options);
	}
}

function factsOf(
	runtime: string,
	entry: unknown,
	types: ReadonlyMap<string, DeviceType>,
): SimulatorFacts | undefined {
	const parsed = v.safeParse(deviceSchema, entry);
	if (!parsed.success || !parsed.output.isAvailable) return undefined;
	const { udid, name, state, deviceTypeIdentifier } = parsed.output;
	const deviceType = deviceTypeIdentifier === undefined ? undefined : types.get(deviceTypeIdentifier);
	return {
		udid: udid.toUpperCase(),
		name,
		runtime: runtimeName(runtime),
		state: simulatorState(state),
		...(deviceType === undefined ? {} : { deviceType }),
	};
}

function failed(args: readonly string[], ran: Ran) {
	const last = ran.words.trim().split("\n").at(-1)?.trim().slice(0, 300) ?? "";
	return simulatorError(
		"program-failed",
		`simctl ${args.join(" ")} ended with exit code ${ran.code ?? "unknown"}: ${last}`,
	);
}

/** A string of the predicate language. */
function quoted(text: string): string {
	return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

/** Frames that `simctl` takes, through a file in a folder of our own, one at a time. */
export class Screenshots {
	readonly #simctl: Simctl;
	#folder: Promise<string> | undefined;
	#turn: Promise<unknown> = Promise.resolve();

	constructor(simctl: Simctl) {
		this.#simctl = simctl;
	}

	/** A simulator's screen as a JPEG. Throws PortholeError as `Simctl.screenshot`. */
	take(udid: string): Promise<Buffer> {
		const taken = this.#turn.then(async () => {
			this.#folder ??= mkdtemp(join(tmpdir(), "porthole-"));
			return this.#simctl.screenshot(udid, await this.#folder);
		});
		this.#turn = taken.catch(() => {});
		return taken;
	}

	/** Removes the folder; a later frame makes another. */
	async close(): Promise<void> {
		const folder = this.#folder;
		this.#folder = undefined;
		await this.#turn;
		if (folder) await rm(await folder, { recursive: true, force: true });
	}
}

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
