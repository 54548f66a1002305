import * as v from "valibot";
import type { Orientation, Size } from "../../../../../signaling/protocol/device.ts";
import type { Rate } from "../../../provider.ts";
import { simulatorError } from "../../errors.ts";
import {
	runtimeName,
	type SimulatorDirectory,
	type SimulatorFacts,
	simulatorState,
	UDID,
} from "../../simulator-directory.ts";
import {
	type ProgramEvents,
	type Ran,
	type RunningProgram,
	readAnswer,
	type Tools,
} from "../../tools/programs.ts";

const short = v.pipe(v.string(), v.maxLength(200));
const simulatorSchema = v.object({
	udid: v.pipe(v.string(), v.regex(UDID)),
	name: short,
	runtime: v.optional(short, ""),
	state: short,
});
const listSchema = v.object({
	running: v.pipe(v.array(simulatorSchema), v.maxLength(1000)),
	available: v.pipe(v.array(simulatorSchema), v.maxLength(1000)),
});
const extent = v.pipe(v.number(), v.minValue(1), v.maxValue(16384));
const layoutSchema = v.object({ screen: v.object({ width: extent, height: extent }) });

/**
 * Its names for how a device is held. They are those of the interface, which turns the other way: its `landscape-right` is
 * UIDeviceOrientation 3, with the device's top at the left.
 */
const interfaceOrientations: Readonly<Record<Orientation, Orientation>> = {
	portrait: "portrait",
	"portrait-upside-down": "portrait-upside-down",
	"landscape-left": "landscape-right",
	"landscape-right": "landscape-left",
};

/** The installed program `baguette`, version 0.1.67 or later, for one device set. */
export class BaguetteProgram {
	readonly command: string;
	readonly #tools: Tools;
	readonly #set: readonly string[];

	/** `command` is its path, or its name on the PATH. */
	constructor(tools: Tools, command: string, deviceSet?: string) {
		this.#tools = tools;
		this.command = command;
		this.#set = deviceSet === undefined ? [] : ["--device-set", deviceSet];
	}

	/** What it calls itself, such as `baguette 0.2.2`; old ones do not say. */
	async version(): Promise<string> {
		const ran = await this.#tools.run(this.command, ["--version"], { limit: 5000, maxBytes: 4096 });
		const [, number] = /(\d+\.\d+[\w.-]*)/.exec(ran.output.toString("utf8").slice(0, 200)) ?? [];
		return ran.code === 0 && number ? `baguette ${number}` : "baguette";
	}

	/** Every simulator. Throws PortholeError as `Tools.run`, `program-failed` or `bad-answer`. */
	async list(): Promise<SimulatorFacts[]> {
		const { running, available } = await this.#ask(listSchema, ["list", "--json"]);
		const known = new Map([...available, ...running].map((one) => [one.udid.toUpperCase(), one]));
		return [...known].map(([udid, { name, runtime, state }]) => ({
			udid,
			name,
			runtime: runtimeName(runtime),
			state: simulatorState(state),
		}));
	}

	/** Size of the screen in points, as gestures carry it; undefined for simulators without a frame. */
	async points(udid: string): Promise<Size | undefined> {
		const { screen } = await this.#ask(layoutSchema, ["chrome", "layout", "--udid", udid]);
		return { width: Math.round(screen.width), height: Math.round(screen.height) };
	}

	/** The screen as a JPEG, scaled down by a whole number. */
	async screenshot(udid: string, scale: number): Promise<Buffer> {
		return (await this.#do(["screenshot", "--udid", udid, "--scale", String(scale)])).output;
	}

	async turn(udid: string, orientation: Orientation): Promise<void> {
		await this.#do(["orientation", "--udid", udid, interfaceOrientations[orientation]]);
	}

	/** Starts the stream of AVCC records of one simulator. */
	stream(udid: string, rate: Rate, events: ProgramEvents): RunningProgram {
		const { bitrate, frameRate } = rate;
		const args = ["stream", "--udid", udid, ...this.#set, "--format", "avcc"];
		args.push(
			"--fps",
			String(Math.round(frameRate)),
			"--bitrate",
			String(Math.round(bitrate)),
			"--scale",
			"1",
		);
		return this.#tools.start(this.command, args, events);
	}

	/** Starts what takes gestures, a line each, and answers a line to each. */
	input(udid: string, events: ProgramEvents): RunningProgram {
		return this.#tools.start(this.command, ["input", "--udid", udid, ...this.#set], events);
	}

	/** Its simulators, where nothing better is there to ask. */
	directory(): SimulatorDirectory {
		const does = async (verb: string, udid: string) => {
			await this.#do([verb, "--udid", udid]);
		};
		return {
			list: () => this.list(),
			boot: (udid) => does("boot", udid),
			shutdown: (udid) => does("shutdown", udid),
			shake: (udid) => does("shake", udid),
			close() {},
		};
	}

	async #ask<Schema extends v.GenericSchema>(
		schema: Schema,
		args: readonly string[],
	): Promise<v.InferOutput<Schema>> {
		const { output } = await this.#do(args);
		return readAnswer(schema, output, ["baguette", ...args]);
	}

	async #do(args: readonly string[]): Promise<Ran> {
		const ran = await this.#tools.run(this.command, [...args, ...this.#set]);
		if (ran.code === 0) return ran;
		const last = ran.words.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
		const words = `baguette ${args.join(" ")} ended with exit code ${ran.code ?? "unknown"}: ${last}`;
		throw simulatorError("program-failed", words);
	}
}
