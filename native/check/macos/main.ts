import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { compileAll } from "./compilation.ts";
import { readDeclarations } from "./declarations.ts";
import { readGypTarget } from "./gyp-target.ts";
import { link, linkedPath } from "./link.ts";
import { ResultCache } from "./result-cache.ts";
import { StepList } from "./step-list.ts";
import { writeStubSdk } from "./stub-sdk.ts";
import { kept, processors, root } from "./toolchain.ts";

const tree = resolve(process.argv[2] ?? join(root, "native"));
const frameworks = join(tree, "check", "macos", "frameworks");
const output = join(kept, "output");
mkdirSync(output, { recursive: true });
const cache = new ResultCache(join(kept, "cache"));
const steps = new StepList();

const target = await steps.run("gyp reads binding.gyp as on a Mac", async () => ({
	value: await readGypTarget(tree),
	faults: [],
}));
const declarations = await steps.run("our declarations of frameworks are read", async () => ({
	value: await readDeclarations(frameworks),
	faults: [],
}));
for (const processor of processors) {
	const objects = await steps.run(`every source compiles for ${processor}`, async () => {
		const { paths, faults } = await compileAll({ tree, frameworks, target: target!, cache }, processor);
		return { value: paths, faults };
	});
	await steps.run(`the addon for ${processor} links with nothing left open`, async () => {
		const sdk = join(output, "sdk");
		await writeStubSdk(sdk, declarations!, () => undefined, objects!);
		return {
			value: true,
			faults: await link(sdk, target!, processor, objects!, linkedPath(output, processor)),
		};
	});
}
process.exitCode = steps.finish();
