import * as v from "valibot";
import type { Rate } from "../../provider.ts";
import { simulatorError } from "../errors.ts";
import type { RunningProgram, Tools } from "../tools/tools.ts";

/** How long it may take to tell where it serves, ms. */
const TELLS_WITHIN = 20_000;
const MOST_TOLD = 64 * 1024;

const stateSchema = v.object({ streamUrl: v.string(), wsUrl: v.string() });

/** Where one simulator is served on this machine. */
export interface ServedSimulator {
	/** H.264 as AVCC records over a long HTTP answer. */
	readonly pictures: URL;
	/** WebSocket for input. */
	readonly input: URL;
	readonly program: RunningProgram;
}

/**
 * Starts the program `serve-sim` (npm `@expo/serve-sim`) for one simulator, without its page, and waits for the JSON that it
 * prints. Throws PortholeError `program-ended`, `program-silent` or `bad-answer`.
 */
export function startServeSim(
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
				told = (told + piece.toString("utf8")).slice(-MOST_TOLD);
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
export function readServeSimState(told: string): Pick<ServedSimulator, "pictures" | "input"> | undefined {
	const [text] = /\{[\s\S]*\}/.exec(told) ?? [];
	if (text === undefined) return undefined;
	try {
		const { streamUrl, wsUrl } = v.parse(stateSchema, JSON.parse(text));
		const pictures = new URL(streamUrl.replace(/stream\.mjpeg(?=$|\?)/, "stream.avcc"));
		const input = new URL(wsUrl);
		const own = [pictures, input].every(({ hostname }) =>
			["127.0.0.1", "localhost", "[::1]"].includes(hostname),
		);
		return own && pictures.protocol === "http:" && input.protocol === "ws:" ? { pictures, input } : undefined;
	} catch {
		return undefined;
	}
}
