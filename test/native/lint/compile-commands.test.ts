import { relative } from "node:path";
import { expect, it } from "vitest";
import { readGypTarget } from "../macos/gyp-target.ts";
import { root } from "../macos/toolchain.ts";
import { compileCommands } from "./compile-commands.ts";
import { nativeSources } from "./sources.ts";

it("has every source once that Linux builds, and leaves out only what is for macOS or compiled within another", async () => {
	const files = (await compileCommands()).map(({ file }) => relative(root, file));
	expect(new Set(files).size).toBe(files.length);
	const { sources: forMacos } = await readGypTarget(`${root}/native`);
	const elsewhere = new Set(forMacos.map((source) => `native/${source}`));
	const left = nativeSources().filter(
		(path) => path.endsWith(".cc") && !files.includes(path) && !elsewhere.has(path),
	);
	expect(left.sort()).toEqual([
		"test/native/apple-check/whole-core-memory.cc",
		"test/native/apple-check/whole-core-threads.cc",
	]);
});

it("compiles a source as binding.gyp says", async () => {
	const commands = await compileCommands();
	const words = commands.find(({ file }) => file.endsWith("/napi/addon.cc"))?.arguments;
	expect(words).toEqual(
		expect.arrayContaining(["-std=c++20", "-Wextra", "-DNAPI_VERSION=8", `${root}/native`]),
	);
});
