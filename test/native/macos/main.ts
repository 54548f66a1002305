import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { analyze, compileAll, precompile } from "./compilation.ts";
import { compare, faultsInOwners } from "./declaration-check.ts";
import { declaredFrameworks, readDeclarations } from "./declarations.ts";
import { readOwners, readPrivateNames } from "./foreign-binaries.ts";
import { faultsOf, readGypTarget } from "./gyp-target.ts";
import { faultsInAddon, link } from "./link.ts";
import { ResultCache } from "./result-cache.ts";
import { writeStubSdk } from "./stub-sdk.ts";
import { kept, processors, root } from "./toolchain.ts";

/** Checks a tree step by step and prints what each found. The answer is for the process to end with. */
async function checkTree(tree: string, frameworks: string): Promise<number> {
	mkdirSync(kept, { recursive: true });
	const output = mkdtempSync(join(kept, "output-"));
	try {
		return await check(tree, frameworks, output);
	} finally {
		rmSync(output, { recursive: true });
	}
}

/** `output` is for what is linked. */
async function check(tree: string, frameworks: string, output: string): Promise<number> {
	const steps = new StepList();

	const target = await steps.run("gyp reads binding.gyp as on a Mac, with our settings", async () => {
		const value = await readGypTarget(tree);
		const faults = faultsOf(value, declaredFrameworks(frameworks));
		return { value, faults, remark: `${value.sources.length} sources` };
	});
	const declarations = await steps.run("our declarations of frameworks compile", async () => {
		const value = await readDeclarations(frameworks);
		return { value, faults: [] };
	});
	if (!target || !declarations) return steps.finish();

	const comparison = await steps.run("our declarations agree with Apple's", async () => {
		const value = compare(declarations);
		const { faults, confirmed, values } = value;
		const counted = `${confirmed.size} names, ${declarations.members.length} members`;
		const remark = `${counted}, ${values} of ${declarations.constants.length} constants by value; not how wide numbers are`;
		return { value, faults, remark };
	});
	const owners = await steps.run("frameworks export what we declare of them", async () => {
		const value = await readOwners();
		const { faults, confirmed, unknown } = faultsInOwners(declarations, value);
		return { value, faults, remark: `${confirmed} seen in binaries for macOS, ${unknown} not met there` };
	});
	const cache = new ResultCache(join(kept, "cache"));
	const elsewhere = new Set((await readGypTarget(tree, "linux")).sources);
	const precompiled = await precompile({ tree, frameworks, target, cache, elsewhere });
	for (const processor of processors) {
		const objects = await steps.run(`every source compiles for ${processor}`, async () => {
			const { paths, faults } = await compileAll(precompiled, processor);
			return { value: paths, faults };
		});
		await steps.run(`the addon for ${processor} links with nothing left open`, async () => {
			const missing = target.sources.length - (objects?.length ?? 0);
			if (missing > 0) return { value: false, faults: [`Not tried: ${missing} sources do not compile.`] };
			const sdk = join(output, "sdk");
			const addon = join(output, `porthole-${processor}.node`);
			const known = { confirmed: comparison?.confirmed ?? new Set(), owners: owners ?? new Map() };
			await writeStubSdk(sdk, declarations, known, objects ?? []);
			const faults = await link(sdk, target, processor, objects ?? [], addon);
			return { value: true, faults: faults.length > 0 ? faults : await faultsInAddon(addon, processor) };
		});
	}
	await steps.run("clang's analyzer finds nothing", async () => {
		return { value: true, faults: await analyze(precompiled) };
	});
	await steps.run("private names are spelt as others spell them", async () => {
		const { all, unknown } = readPrivateNames(tree);
		const told = unknown.length > 0 ? `, not there: ${unknown.join(" ")}` : "";
		return {
			value: true,
			faults: [],
			remark: `${all.length} names, ${all.length - unknown.length} in serve-sim${told}`,
		};
	});
	return steps.finish();
}

/** What a step made, and what is wrong with it; without a fault it passed. */
interface Finding<T> {
	readonly value: T;
	readonly faults: readonly string[];
	/** Said beside the step's name. */
	readonly remark?: string;
}

/** Runs steps one after the other, prints each with its time and what is wrong, and counts. */
class StepList {
	#passed = 0;
	#failed = 0;

	/** Runs a step; undefined when it could not be done at all. */
	async run<T>(name: string, work: () => Promise<Finding<T>>): Promise<T | undefined> {
		const begun = performance.now();
		const seconds = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
		const ticker = setInterval(() => console.log(`· ${name}: ${seconds()}`), 10_000);
		try {
			const { value, faults, remark } = await work();
			if (faults.length === 0) this.#passed++;
			else this.#failed++;
			const told = remark ? ` (${remark})` : "";
			console.log(`${faults.length === 0 ? "ok    " : "FAILED"} ${name}${told}, ${seconds()}`);
			for (const fault of faults) console.log(fault.replace(/^/gm, "       "));
			return value;
		} catch (error) {
			this.#failed++;
			console.log(`FAILED ${name}, ${seconds()}\n${String(error).replace(/^/gm, "       ")}`);
			return undefined;
		} finally {
			clearInterval(ticker);
		}
	}

	/** Prints the count; the answer is for the process to end with. */
	finish(): number {
		console.log(`${this.#passed} steps passed, ${this.#failed} failed`);
		return this.#failed === 0 ? 0 : 1;
	}
}

/**
 * Checks the addon's code for macOS without a Mac: `main.ts [TREE FRAMEWORKS]`, a folder with a `binding.gyp` and one with
 * declarations of Apple's frameworks. Ends with 1 when anything is wrong.
 */
const tree = resolve(process.argv[2] ?? join(root, "native"));
process.exitCode = await checkTree(tree, resolve(process.argv[3] ?? join(import.meta.dirname, "frameworks")));
