import { Agent, request } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import { acknowledgement } from "../gateways/baguette/gesture-player.ts";
import { MAX_MESSAGE_BYTES } from "../gateways/baguette/gesture-reader.ts";
import { linesOf } from "../line-reader.ts";
import { defineCommand, operandOption } from "./options.ts";
import { RunningServer } from "./running-server.ts";
import { stateFolder } from "./server-options.ts";

const spec = {
	name: "input",
	about: `Reads gestures from standard input, one JSON object a line as Baguette's clients write them, and gives them to a device
of the server that runs on this machine, one after another. Writes {"ok":true} or {"ok":false,"error":"…"} for each.`,
	operands: ["DEVICE"],
	options: {
		udid: operandOption({
			name: "udid",
			value: "DEVICE",
			help: "the device, as Baguette's command line has it",
		}),
		stateFolder,
	},
};

/** Longest wait for an answer, ms: a gesture may take a minute, and wait for others. */
const ANSWER_WITHIN = 120_000;
/** Longest answer, bytes: what was copied is in it. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** Where a command's lines come from and go to. */
export interface CommandStreams {
	readonly stdin: AsyncIterable<Uint8Array>;
	readonly stdout: Pick<NodeJS.WritableStream, "write">;
}

/** `porthole input`: gestures from standard input to a device. */
export const inputCommand = defineCommand(
	spec,
	async ({ options, operands: [deviceId = ""] }, { stdin, stdout }: CommandStreams = process) => {
		const server = await RunningServer.find(options.stateFolder);
		const url = new URL(`/simulators/${encodeURIComponent(deviceId)}/input`, server.url);
		const secure = url.protocol === "https:";
		const agent = new (secure ? SecureAgent : Agent)({ keepAlive: true, maxSockets: 1 });
		const send = (line: string) =>
			answerTo(line, (answered) =>
				(secure ? secureRequest : request)(
					url,
					{
						method: "POST",
						agent,
						headers: { authorization: server.authorization, "content-type": "application/json" },
						timeout: ANSWER_WITHIN,
					},
					answered,
				),
			);
		try {
			for await (const line of linesOf(stdin, MAX_MESSAGE_BYTES.control)) {
				// What the server would say of nothing, and of what is too much for it.
				const readable = !line.cut && line.text !== "";
				const answer = readable
					? await send(line.text)
					: acknowledgement({ ok: false, error: "invalid JSON" });
				stdout.write(`${answer}\n`);
			}
			return 0;
		} finally {
			agent.destroy();
		}
	},
);

type Asked = ReturnType<typeof request>;
type Answered = NonNullable<Parameters<typeof request>[2]>;

/** Posts a line, and gives the answer as a line. Throws PortholeError `not-running` when none comes. */
function answerTo(line: string, post: (answered: Answered) => Asked): Promise<string> {
	return new Promise((resolve, reject) => {
		const asked = post((response) => {
			const pieces: Uint8Array[] = [];
			let size = 0;
			response.on("data", (piece: Uint8Array) => {
				size += piece.length;
				if (size > MAX_ANSWER_BYTES) asked.destroy(new Error("the answer is too long"));
				else pieces.push(piece);
			});
			response.on("error", (error) => asked.destroy(error));
			response.on("end", () => resolve(asLine(Buffer.concat(pieces).toString(), response.statusCode)));
		});
		asked.on("timeout", () => asked.destroy(new Error("it took too long")));
		asked.on("error", (cause) => {
			const words = `The gesture got no answer: ${messageOf(cause)}. Start a server with npm start.`;
			reject(new PortholeError("not-running", words, { cause }));
		});
		asked.end(line);
	});
}

/** An answer in Baguette's form, though it may come from elsewhere: from where rights are checked, or no server of ours. */
function asLine(text: string, status: number | undefined): string {
	try {
		const answer: unknown = JSON.parse(text);
		if (typeof answer === "object" && answer !== null) {
			if ("ok" in answer) return JSON.stringify(answer);
			const error = "error" in answer ? (answer.error as { message?: unknown } | null) : null;
			if (typeof error?.message === "string") return acknowledgement({ ok: false, error: error.message });
		}
	} catch {
		// Its status tells enough.
	}
	return acknowledgement({ ok: false, error: `the server answered ${status} without words` });
}
