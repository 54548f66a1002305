import { describe, expect, test } from "vitest";
import {
	findXcode,
	inputTransport,
} from "../../../../../../server/devices/simulator/backends/addon/service.ts";
import { FakeTools } from "../../../../../fakes/fake-tools.ts";

const FOLDER = "/Applications/Xcode.app/Contents/Developer";

describe("the selected Xcode", () => {
	test("tells its folder and its version, and with it how input goes", async () => {
		const tools = new FakeTools().on("xcode-select -p", { output: `${FOLDER}\n` });
		for (const [said, major, transport] of [
			["Xcode 26.1\nBuild version 17B55\n", 26, "indigo"],
			["Xcode 27.0\nBuild version 18A1\n", 27, "dtuhid"],
		] as const) {
			tools.on("xcodebuild -version", { output: said });
			const xcode = await findXcode(tools);
			expect(xcode).toEqual({ developerDir: FOLDER, major });
			expect(inputTransport(xcode)).toBe(transport);
		}
	});

	test("does without a version", async () => {
		const tools = new FakeTools().on("xcode-select -p", { output: FOLDER });
		const xcode = await findXcode(tools);
		expect(xcode).toEqual({ developerDir: FOLDER });
		expect(inputTransport(xcode)).toBe("indigo");
	});

	test("is asked for where there is none", async () => {
		const tools = new FakeTools().on("xcode-select -p", { code: 2, words: "error: unable to get active" });
		await expect(findXcode(tools)).rejects.toMatchObject({
			code: "program-failed",
			message: expect.stringContaining("Install Xcode"),
		});
		await expect(findXcode(new FakeTools())).rejects.toMatchObject({ code: "program-missing" });
	});
});
