import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../macos/toolchain.ts";

/** What a run came to. */
export interface FuzzResult {
	/** Inputs that were tried, those of the corpus included. */
	readonly executed: number;
	/** Edges of the program that some input reached. */
	readonly edges: number;
	/** The input that it ended with, and what the program said of it. */
	readonly finding?: { readonly path: string; readonly report: string };
}

export interface FuzzOptions {
	readonly seconds: number;
	/** Longest input, bytes. */
	readonly longest: number;
	/** Folders: of inputs that reached something, which grows; of inputs to begin with; for what it ends with. */
	readonly corpus: string;
	readonly seeds: string;
	readonly findings: string;
}

/**
 * Runs a target for a time. It begins with the seeds and with what earlier runs left in the corpus, to which it adds what
 * reaches new edges.
 */
export async function fuzz(
	program: string,
	{ seconds, longest, corpus, seeds, findings }: FuzzOptions,
): Promise<FuzzResult> {
	for (const path of [corpus, findings]) mkdirSync(path, { recursive: true });
	const { succeeded, text, complaints } = await runProgram(program, [
		corpus,
		seeds,
		`-max_total_time=${seconds}`,
		`-max_len=${longest}`,
		`-artifact_prefix=${join(findings, "/")}`,
		...["-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=1"],
	]);
	const said = text + complaints;
	const executed = Number(/^stat::number_of_executed_units:\s+(\d+)/m.exec(said)?.[1] ?? 0);
	const edges = Math.max(0, ...[...said.matchAll(/ cov: (\d+)/g)].map(([, count]) => Number(count)));
	if (succeeded) return { executed, edges };
	const path = /Test unit written to (.+)$/m.exec(said)?.[1];
	const report = said.split("\n").slice(-80).join("\n");
	if (path === undefined) throw new Error(`A fuzz target did not run:\n${report}`);
	return { executed, edges, finding: { path, report } };
}
