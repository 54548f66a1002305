import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Product } from "../../support/product.ts";
import { end } from "../../support/x-display.ts";
import type { ReceiversAnswer, ReceiversOrder } from "./messages.ts";

const PROGRAM = resolve(import.meta.dirname, "main.ts");
const ANSWER_LIMIT_MS = 60_000;

type Report = Extract<ReceiversAnswer, { answer: "report" }>;

/** Many receivers in a process of their own, so that their work is not counted as the host's. */
export interface Crowd {
	/** Has this many receivers in all; throws when some do not connect. */
	grow(to: number): Promise<void>;
	/** Measures from now on. */
	measure(): void;
	/** What was measured since. */
	report(): Promise<Report>;
	close(): Promise<void>;
}

/** `within` is put before the command, such as `ip netns exec NAME`. */
export function gatherCrowd(
	product: Pick<Product, "origin" | "ownerToken" | "deviceIds">,
	within: readonly string[] = [],
): Crowd {
	const { origin, ownerToken, deviceIds } = product;
	const command = [...within, process.execPath, PROGRAM, origin, ownerToken, deviceIds[0] ?? ""];
	const child = spawn(command[0] as string, command.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
	const lines = createInterface({ input: child.stdout });
	const tell = (order: ReceiversOrder) => child.stdin.write(`${JSON.stringify(order)}\n`);
	const ask = async (order: ReceiversOrder): Promise<ReceiversAnswer> => {
		const answered = once(lines, "line", { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
		tell(order);
		const [line] = await answered;
		return JSON.parse(line) as ReceiversAnswer;
	};
	return {
		async grow(to) {
			const answer = await ask({ order: "grow", to });
			if (answer.answer === "grown" && answer.connected === to) return;
			throw new Error(`${to} receivers were asked for; ${JSON.stringify(answer)}`);
		},
		measure: () => void tell({ order: "measure" }),
		async report() {
			const answer = await ask({ order: "report" });
			if (answer.answer !== "report") throw new Error(`no report but ${JSON.stringify(answer)}`);
			return answer;
		},
		close: () => end(child),
	};
}
