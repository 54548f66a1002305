import { describe, expect, it } from "vitest";
import { SetupError } from "../../setup/step.mjs";
import { requireCompiler } from "../../setup/xcode.mjs";

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
