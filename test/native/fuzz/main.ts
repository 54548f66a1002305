import { join } from "node:path";
import { forEachAtOnce } from "../macos/toolchain.ts";
import { fuzz } from "./fuzz.ts";
import { writeSeeds } from "./seeds.ts";
import { buildTargets, kept, longestInput, type TargetName, targetNames } from "./targets.ts";

const isTarget = (word: string): word is TargetName => Object.hasOwn(longestInput, word);

/** A number says for how many seconds each target runs, a name which target; 0 builds them only. */
function readWords(words: readonly string[]): { seconds: number; targets: readonly TargetName[] } {
	let seconds = Number(process.env.PORTHOLE_FUZZ_SECONDS ?? 30);
	const targets: TargetName[] = [];
	for (const word of words) {
		if (/^\d+$/.test(word)) seconds = Number(word);
		else if (isTarget(word)) targets.push(word);
		else throw new Error(`${word} is neither a number of seconds nor a target: ${targetNames.join(", ")}.`);
	}
	if (!(seconds >= 0)) throw new Error("PORTHOLE_FUZZ_SECONDS is not a number of seconds.");
	return { seconds, targets: targets.length > 0 ? targets : targetNames };
}

/** Fuzzes each target and prints what came of it. The answer is for the process to end with. */
async function main(words: readonly string[]): Promise<number> {
	const { seconds, targets } = readWords(words);
	const programs = await buildTargets(targets);
	if (seconds === 0) return 0;
	const results = await forEachAtOnce(targets, async (target) => {
		const seeds = join(kept, "seeds", target);
		writeSeeds(target, seeds);
		const corpus = join(kept, "corpus", target);
		const findings = join(kept, "findings", target);
		const longest = longestInput[target];
		const { executed, edges, finding } = await fuzz(programs[target], {
			...{ seconds, longest, corpus, seeds, findings },
		});
		const counts = `${target}: ${executed} inputs in ${seconds} s, ${edges} edges`;
		process.stdout.write(
			finding ? `FAILED ${counts}\n${finding.report}\nThe input: ${finding.path}\n` : `ok     ${counts}\n`,
		);
		return finding === undefined;
	});
	const failed = results.filter((succeeded) => !succeeded).length;
	process.stdout.write(`${results.length - failed} targets passed, ${failed} failed\n`);
	return failed === 0 ? 0 : 1;
}

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
	process.exitCode = 1;
}
