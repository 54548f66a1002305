import * as v from "valibot";
import { messageOf } from "../../../../../signaling/protocol/errors.ts";
import { AvccFrames } from "../../../../h264/avcc-frames.ts";
import type { Clock } from "../../../clock.ts";
import type { Rate, Screenshot, SourceOptions } from "../../../provider.ts";
import type { Backend, BackendSource, BackendTarget, InputBackend, InputEvents } from "../../backend.ts";
import { simulatorError } from "../../errors.ts";
import type { RunningProgram, Tools } from "../../tools/programs.ts";
import { ServeSimInputBackend } from "./input.ts";

/**
 * Simulators through the npm package `@expo/serve-sim`, where somebody has installed it: frames, one finger and keys.
 * Written from its documents; not yet run on a Mac.
 */
export class ServeSimBackend implements Backend {
	readonly name = "serve-sim";
	readonly inputs = ["pointer", "wheel", "keys", "text", "touch"] satisfies Backend["inputs"];
	readonly #tools: Tools;
	readonly #command: string;
	readonly #clock: Clock;
	readonly #served = new Map<string, ServedSimulator>();

	constructor(tools: Tools, command: string, clock: Clock) {
		this.#tools = tools;
		this.#command = command;
		this.#clock = clock;
	}

	async ready(): Promise<string> {
		try {
			const listed = await this.#tools.run(this.#command, ["--list", "--quiet"], { maxBytes: 1024 * 1024 });
			if (listed.code === 0) return "serve-sim";
		} catch (error) {
			throw simulatorError("backend-unavailable", messageOf(error), error);
		}
		throw simulatorError("backend-unavailable", "serve-sim cannot list its streams");
	}

	async openSource({ udid }: BackendTarget, options: SourceOptions): Promise<BackendSource> {
		let source: ServeSimSource | undefined;
		const served = await startServeSim(this.#tools, this.#command, udid, options, (how) => source?.end(how));
		this.#served.set(udid, served);
		source = new ServeSimSource(served, this.#clock, options, () => this.#served.delete(udid));
		return source;
	}

	/** Through the program that gives the frame: while nobody watches there is none. */
	openInput({ udid, name }: BackendTarget, { lost }: InputEvents): InputBackend {
		const served = this.#served.get(udid);
		if (served) return new ServeSimInputBackend(served.input, lost);
		throw simulatorError("no-input", `${name} takes input only while somebody watches.`);
	}

	async screenshot({ name }: BackendTarget): Promise<Screenshot> {
		throw simulatorError(
			"no-screenshot",
			`${name} has no screenshots: it sends frames only while somebody watches.`,
		);
	}
}

/** How long it may take to tell where it serves, ms. */
const TELLS_WITHIN = 20_000;
const MAX_TOLD = 64 * 1024;

const stateSchema = v.object({ streamUrl: v.string(), wsUrl: v.string() });

/** Where one simulator is served on this machine. */
interface ServedSimulator {
	/** H.264 as AVCC records over a long HTTP answer. */
	readonly frames: URL;
	/** WebSocket for input. */
	readonly input: URL;
	readonly program: RunningProgram;
}

/**
 * Starts the program `serve-sim` (npm `@expo/serve-sim`) for one simulator, without its page, and waits for the JSON that it
 * prints. Throws PortholeError `program-ended`, `program-silent` or `bad-answer`.
 */
function startServeSim(
	tools: Tools,
	command: string,
	udid: string,
	rate: Rate,
	ended: (how: string) => void,
): Promise<ServedSimulator> {
	return new Promise((resolve, reject) => {
		let told = "";
		let settled = false;
		const settle = (action: () => void) => {
			if (settled) return;
			settled = true;
			clearTimeout(late);
			action();
		};
		const args = ["--no-preview", "--quiet", "--codec", "h264"];
		args.push("--video-bitrate", String(Math.round(rate.bitrate)));
		args.push("--video-fps", String(Math.round(rate.frameRate)), udid);
		const program = tools.start(command, args, {
			output: (piece) => {
				if (settled) return;
				told = (told + piece.toString("utf8")).slice(-MAX_TOLD);
				const state = readServeSimState(told);
				if (state) settle(() => resolve({ ...state, program }));
			},
			ended: (how) => {
				if (settled) return ended(how);
				settle(() => reject(simulatorError("program-ended", `serve-sim ${how}`)));
			},
		});
		const late = setTimeout(
			() =>
				settle(() => {
					void program.end();
					reject(simulatorError("program-silent", "serve-sim does not tell where it serves."));
				}),
			TELLS_WITHIN,
		);
	});
}

/** Finds the addresses in what it printed; only those on this machine. */
export function readServeSimState(told: string): Pick<ServedSimulator, "frames" | "input"> | undefined {
	const [text] = /\{[\s\S]*\}/.exec(told) ?? [];
	if (text === undefined) return undefined;
	try {
		const { streamUrl, wsUrl } = v.parse(stateSchema, JSON.parse(text));
		const frames = new URL(streamUrl.replace(/stream\.mjpeg(?=$|\?)/, "stream.avcc"));
		const input = new URL(wsUrl);
		const own = [frames, input].every(({ hostname }) =>
			["127.0.0.1", "localhost", "[::1]"].includes(hostname),
		);
		return own && frames.protocol === "http:" && input.protocol === "ws:" ? { frames, input } : undefined;
	} catch {
		return undefined;
	}
}

/** A keyframe comes with a new answer only, so not more often than this, ms. */
const KEYFRAME_EVERY = 1000;

/** Passes on serve-sim's frames as they come, at the rate that it was started with. */
class ServeSimSource implements BackendSource {
	readonly canScale = false;
	readonly encoder = "H.264 as serve-sim gives it";
	readonly #served: ServedSimulator;
	readonly #clock: Clock;
	readonly #options: SourceOptions;
	readonly #onClose: () => void;
	#answer = new AbortController();
	#askedAt = Number.NEGATIVE_INFINITY;
	#cancelKeyframe: (() => void) | undefined;
	#paused = false;
	#closed = false;

	constructor(served: ServedSimulator, clock: Clock, options: SourceOptions, onClose: () => void) {
		this.#served = served;
		this.#clock = clock;
		this.#options = options;
		this.#onClose = onClose;
		void this.#read();
	}

	requestKeyframe(): void {
		if (this.#closed || this.#cancelKeyframe) return;
		const wait = Math.max(0, this.#askedAt + KEYFRAME_EVERY - this.#clock.now());
		this.#cancelKeyframe = this.#clock.after(wait, () => {
			this.#cancelKeyframe = undefined;
			void this.#read();
		});
	}

	setRate(rate: Rate | undefined): void {
		const resumes = this.#paused && rate !== undefined;
		this.#paused = rate === undefined;
		if (this.#paused) this.#answer.abort();
		if (resumes) this.requestKeyframe();
	}

	setSmallRate(): void {}

	expectDamage(): void {}

	/** The program has ended. */
	end(how: string): void {
		this.#fail(simulatorError("program-ended", `serve-sim, which sends the video, ${how}`).message);
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#cancelKeyframe?.();
		this.#answer.abort();
		this.#onClose();
		await this.#served.program.end();
	}

	async #read(): Promise<void> {
		this.#answer.abort();
		const answer = new AbortController();
		this.#answer = answer;
		this.#askedAt = this.#clock.now();
		const frames = new AvccFrames();
		try {
			const response = await fetch(this.#served.frames, { signal: answer.signal, redirect: "error" });
			if (!response.ok || !response.body) throw new Error(`it answers ${response.status}`);
			for await (const piece of response.body) {
				const now = this.#clock.now();
				for (const unit of frames.push(piece)) {
					if (answer.signal.aborted || this.#paused) return;
					this.#options.sink.accessUnit({ ...unit, captureTime: now, encodedTime: now });
				}
			}
			throw new Error("the answer ended");
		} catch (error) {
			if (!answer.signal.aborted) this.#fail(`serve-sim sends no video: ${messageOf(error)}.`);
		}
	}

	#fail(message: string): void {
		if (this.#closed) return;
		void this.close();
		this.#options.sink.ended({ code: "program-ended", message });
	}
}
