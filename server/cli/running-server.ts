import * as v from "valibot";
import { readKeys } from "../../signaling/auth/state-files.ts";
import { knownCode } from "../../signaling/protocol/error-codes.ts";
import { asSentence, messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import { readServing } from "../serving-file.ts";
import { flag } from "./options.ts";
import { stateFolder } from "./server-options.ts";

/** What every command takes that asks the running server. */
export const runningServerOptions = {
	json: flag({ name: "json", default: false, noVariable: true, help: "print the result as JSON" }),
	stateFolder,
};

/** Prints a result for programs; gives the exit code. */
export function printJson(result: unknown): number {
	console.log(JSON.stringify(result, undefined, "\t"));
	return 0;
}

/** Longest wait for an answer, ms. */
const ANSWER_WITHIN = 5_000;

const refusalSchema = v.object({ error: v.object({ code: v.string(), message: v.string() }) });

/** The API of the server that runs on this machine, asked as its owner. */
export class RunningServer {
	/** Base of its URLs, such as `http://localhost:8400`. */
	readonly url: string;
	/** The same for people elsewhere, as far as they reach it. */
	readonly sharedUrl: string;
	readonly #ownerToken: string;

	/** The server that left its address in a state folder. Throws PortholeError `not-running`, and as `readKeys` does. */
	static async find(stateFolder: string): Promise<RunningServer> {
		const serving = await readServing(stateFolder);
		if (!serving) throw notRunning(`No server has left its address in ${stateFolder}`);
		const keys = await readKeys(stateFolder);
		if (!keys) throw notRunning(`${stateFolder} holds no secrets of a server`);
		return new RunningServer(serving.url, serving.sharedUrl ?? serving.url, keys.ownerToken);
	}

	private constructor(url: string, sharedUrl: string, ownerToken: string) {
		this.url = url;
		this.sharedUrl = sharedUrl;
		this.#ownerToken = ownerToken;
	}

	/** Value of the header that shows its owner, for what `ask` is not made for. */
	get authorization(): string {
		return `Bearer ${this.#ownerToken}`;
	}

	/**
	 * Asks and reads the answer; a JSON body goes with it when there is one. Throws PortholeError `not-running`, or with
	 * the code that the server answers.
	 */
	async ask<TSchema extends v.GenericSchema>(
		schema: TSchema,
		path: string,
		{ method = "GET", body }: { method?: "GET" | "POST" | "DELETE"; body?: unknown } = {},
	): Promise<v.InferOutput<TSchema>> {
		const asked = `${method} ${this.url}${path}`;
		let status: number;
		let answer: unknown;
		try {
			const response = await fetch(this.url + path, {
				method,
				headers: {
					authorization: this.authorization,
					...(body !== undefined && { "content-type": "application/json" }),
				},
				...(body !== undefined && { body: JSON.stringify(body) }),
				signal: AbortSignal.timeout(ANSWER_WITHIN),
			});
			status = response.status;
			answer = status === 204 ? undefined : await response.json();
		} catch (cause) {
			throw notRunning(`${asked} got no answer: ${messageOf(cause)}`, cause);
		}
		const refusal = v.safeParse(refusalSchema, answer);
		if (refusal.success) {
			const { code, message } = refusal.output.error;
			throw new PortholeError(knownCode(code), `${asked} was refused: ${asSentence(message)}`);
		}
		const result = v.safeParse(schema, answer);
		if (result.success) return result.output;
		throw notRunning(`${asked} answers ${status} with what this version of Porthole does not know`);
	}
}

function notRunning(why: string, cause?: unknown): PortholeError {
	return new PortholeError("not-running", `${why}. Start a server with npm start.`, { cause });
}
