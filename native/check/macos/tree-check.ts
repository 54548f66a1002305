import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { analyze } from "./analysis.ts";
import { compileAll, precompile } from "./compilation.ts";
import { compare } from "./declaration-check.ts";
import { declaredFrameworks, readDeclarations } from "./declarations.ts";
import { readGypTarget } from "./gyp-target.ts";
import { readOwners } from "./import-tables.ts";
import { link } from "./link.ts";
import { faultsInAddon } from "./linked-addon.ts";
import { faultsInOwners } from "./owner-check.ts";
import { readPrivateNames } from "./private-names.ts";
import { ResultCache } from "./result-cache.ts";
import { StepList } from "./step-list.ts";
import { writeStubSdk } from "./stub-sdk.ts";
import { faultsOf } from "./target-rules.ts";
import { kept, processors } from "./toolchain.ts";

/** Checks a tree step by step and prints what each found. The answer is for the process to end with. */
export async function checkTree(tree: string): Promise<number> {
	mkdirSync(kept, { recursive: true });
	const output = mkdtempSync(join(kept, "output-"));
	try {
		return await check(tree, output);
	} finally {
		rmSync(output, { recursive: true });
	}
}

/** `output` is for what is linked. */
async function check(tree: string, output: string): Promise<number> {
	const steps = new StepList();
	const frameworks = join(tree, "check", "macos", "frameworks");

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
