import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { root } from "../../setup/step.mjs";

vi.setConfig({ testTimeout: 30_000 });

it("fails with words for a goal that there is none of, also one that JavaScript knows", () => {
	for (const goal of ["everything", "constructor"]) {
		const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "setup/main.mjs"), goal], {
			encoding: "utf8",
		});
		expect([status, stdout]).toEqual([1, ""]);
		expect(stderr).toBe(`\nThere is no set-up called ${goal}.\n`);
	}
});
