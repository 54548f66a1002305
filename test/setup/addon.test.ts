import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { addonPlaces } from "../../server/native/load.ts";
import { headers, localAddon, prebuildPath, prebuildServes, requireCompiler } from "../../setup/addon.mjs";
import { finishing } from "../../setup/package.mjs";
import { root, SetupError } from "../../setup/step.mjs";

it("the addon is put where it is looked for", () => {
	const places = addonPlaces({ root, platform: "darwin", arch: "arm64" });
	expect(places.map(({ path }) => path)).toEqual([localAddon, prebuildPath("darwin", "arm64")]);
});

const linux = { platform: "linux", arch: "x64" } as const;

describe("a prebuild", () => {
	const mac = { platform: "darwin", arch: "arm64" } as const;
	const only =
		(...paths: string[]) =>
		(path: string) =>
			paths.includes(path);
	const prebuild = prebuildPath(mac.platform, mac.arch);

	it("spares a start on a Mac the compiler", () => {
		expect(prebuildServes("start", { ...mac, has: only(prebuild) })).toBe(true);
	});

	it.each([
		["it is for another processor", "start", mac, only(prebuildPath("darwin", "x64"))],
		["there is a build of this clone, which is kept up to date", "start", mac, only(prebuild, localAddon)],
		["the addon itself is worked on", "test", mac, only(prebuild)],
		["the prebuild is being made", "prebuild", mac, only(prebuild)],
		["this is Linux, where the compiler is installed anyway", "start", linux, () => true],
	])("is not taken when %s", (_, goal, machine, has) => {
		expect(prebuildServes(goal, { ...machine, has })).toBe(false);
	});

	it("is signed again after it was stripped, on a Mac", () => {
		expect(finishing("linux").map(([program]) => program)).toEqual(["strip"]);
		expect(finishing("darwin").map(([program]) => program)).toEqual(["strip", "codesign"]);
	});
});

describe("Node's headers", () => {
	const elsewhere = { from: "/nowhere" };

	it("are those of npm's Node where there is one", () => {
		const folder = join(root, "node_modules", `node-linux-${process.arch}`);
		expect(headers()).toEqual([`--nodedir=${folder}`]);
	});

	it("are beside the Node that runs, or are left for node-gyp to fetch", () => {
		const execPath = "/opt/homebrew/Cellar/node/24.0.0/bin/node";
		const beside = "/opt/homebrew/Cellar/node/24.0.0";
		const has = (path: string) => path === `${beside}/include/node/node_api.h`;
		expect(headers({ ...elsewhere, execPath, has })).toEqual([`--nodedir=${beside}`]);
		expect(headers({ ...elsewhere, execPath, has: () => false })).toEqual([]);
	});
});

/** Asks for a compiler on a Mac whose programs answer so, and tells which were asked. */
function ask(
	answers: Record<string, { status: number; output: string }>,
	platform: NodeJS.Platform = "darwin",
) {
	const asked: string[] = [];
	let error: unknown;
	try {
		requireCompiler({
			platform,
			ask: (program: string, args: string[]) => {
				asked.push([program, ...args].join(" "));
				return answers[program] ?? { status: -1, output: `spawn ${program} ENOENT` };
			},
		});
	} catch (thrown) {
		error = thrown;
	}
	return { asked, error };
}

const chosen = { "xcode-select": { status: 0, output: "/Applications/Xcode.app/Contents/Developer\n" } };

describe("the compiler of a Mac", () => {
	it("is there with Xcode or its command line tools", () => {
		const { error } = ask({ ...chosen, xcrun: { status: 0, output: "Apple clang version 17.0.0" } });
		expect(error).toBeUndefined();
	});

	it("is asked for with the command that installs it, without opening a window first", () => {
		const { asked, error } = ask({ "xcode-select": { status: 2, output: "error: unable to get…" } });
		expect(error).toBeInstanceOf(SetupError);
		expect(String(error)).toContain("xcode-select --install");
		expect(asked).toEqual(["xcode-select -p"]);
	});

	it("is refused until Xcode's licence was accepted, which is told", () => {
		const output = "You have not agreed to the Xcode license agreements.";
		const { error } = ask({ ...chosen, xcrun: { status: 69, output } });
		expect(String(error)).toContain("sudo xcodebuild -license accept");
	});

	it("may be missing in what was chosen, which is told in the system's words", () => {
		const output = "xcrun: error: invalid active developer path (/gone)";
		const { error } = ask({ ...chosen, xcrun: { status: 1, output } });
		expect(String(error)).toContain(output);
		expect(String(error)).toContain("xcode-select --switch");
	});

	it("is nothing to ask for elsewhere", () => {
		expect(ask({}, "linux")).toEqual({ asked: [], error: undefined });
	});
});
