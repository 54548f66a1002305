import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { thisMac } from "../../../../../server/cli/doctor/mac/machine.ts";
import type { Report } from "../../../../../server/cli/doctor/report.ts";
import { root } from "../../../../../setup/step.mjs";
import { simctlList } from "../../../../fakes/fake-mac.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

vi.setConfig({ testTimeout: 30_000 });

describe("asking a program", () => {
	const { ask } = thisMac();
	const node = (text: string) => ask(process.execPath, ["-e", text]);

	it("gives its exit code and what it said", async () => {
		expect(await node("console.log(1); console.error(2)")).toEqual({ code: 0, text: "1\n", words: "2\n" });
		expect(await node("console.log(1); process.exit(3)")).toEqual({ code: 3, text: "1\n", words: "" });
	});

	it("gives the reason where there is no answer: no such program, or too many words", async () => {
		expect(await ask("/no/such/program", [])).toMatchObject({
			code: undefined,
			text: expect.stringContaining("ENOENT"),
		});
		const flood = await node('process.stdout.write("x".repeat(9 * 1024 * 1024))');
		expect(flood).toMatchObject({ code: undefined, text: expect.stringContaining("maxBuffer") });
	});
});

describe("doctor as a whole", () => {
	/**
	 * Runs it as on a Mac: Node says that it is one, and the PATH has programs that answer as a Mac's would. The addon is
	 * this machine's, and so of no use there.
	 */
	async function examine(programs: Readonly<Record<string, string>>) {
		const folder = await temporaryFolder();
		await mkdir(join(folder, "bin"));
		for (const [name, script] of Object.entries(programs))
			await writeFile(join(folder, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
		const pretend = 'data:text/javascript,Object.defineProperty(process,"platform",{value:"darwin"})';
		const args = ["--import", pretend, join(root, "server/cli/main.ts"), "doctor", "--json"];
		return new Promise<{ code: number; report: Report; stderr: string }>((resolve) => {
			const env = { NODE_ENV: "test", PATH: join(folder, "bin"), HOME: "/Users/anna" } as const;
			execFile(process.execPath, args, { env }, (error, stdout, stderr) =>
				resolve({ code: error ? Number(error.code) : 0, report: JSON.parse(stdout), stderr }),
			);
		});
	}

	it("tells all it can where the addon is missing, without names, and ends with 1", async () => {
		const { code, report, stderr } = await examine({
			sw_vers: "case $1 in -productVersion) echo 26.1 ;; *) echo 25B78 ;; esac",
			sysctl: "exit 1",
			"xcode-select": "echo /Users/anna/Xcode.app/Contents/Developer",
			xcodebuild: 'echo "Xcode 26.1"; echo "Build version 17B55"',
			xcrun: `/bin/cat <<'END'\n${simctlList()}\nEND`,
		});
		expect([code, stderr]).toEqual([1, ""]);
		expect(report).toMatchObject({ platform: "darwin", healthy: false });
		const named = (name: string) => report.findings.find((one) => one.name === name);
		expect(named("addon")).toMatchObject({ state: "bad", detail: expect.stringContaining("this is darwin") });
		expect(named("macOS")?.detail).toBe("26.1 (25B78)");
		expect(named("Xcode")?.detail).toBe("26.1 (17B55) at ~/Xcode.app/Contents/Developer");
		expect(named("simulators")?.detail).toBe("2, booted: iPhone 17 Pro, iOS 26.1");
		expect(named("simulator addon")).toMatchObject({ state: "warning" });
		expect(named("way to simulators")?.state).toBe("bad");
		expect(JSON.stringify(report)).not.toContain("anna");
	});
});
