import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageRoot, rootOf } from "../../server/package-root.ts";
import { root } from "../../setup/step.mjs";
import { temporaryFolder } from "../support/temporary-folder.ts";

it("is the clone's top folder in a clone", () => {
	expect(packageRoot).toBe(root);
});

it("is the folder of the nearest package.json, however deep a program lies", async () => {
	const folder = await temporaryFolder();
	const deep = join(folder, "package", "dist", "server");
	await mkdir(deep, { recursive: true });
	await writeFile(join(folder, "package.json"), "{}");
	expect(rootOf(deep)).toBe(folder);
	await writeFile(join(folder, "package", "package.json"), "{}");
	expect(rootOf(deep)).toBe(join(folder, "package"));
});

it("is the folder itself where nothing is packed", () => {
	expect(rootOf("/proc/self")).toBe("/proc/self");
});
