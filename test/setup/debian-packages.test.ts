import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { installDebianPackages, missingDebianPackages } from "../../setup/debian-packages.mjs";

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-dpkg-"));
	vi.stubEnv("PATH", folder);
});
afterEach(async () => {
	vi.unstubAllEnvs();
	await rm(folder, { recursive: true });
});

/** A `dpkg-query` that knows of every package it is asked for, except as `script` says. */
const dpkg = (script: string) =>
	writeFile(join(folder, "dpkg-query"), `#!/bin/sh\nshift 3\n${script}\n`, { mode: 0o755 });
const all = 'for name; do echo "$name installed"; done';

describe("the missing Debian packages", () => {
	it("are none when all are installed", async () => {
		await dpkg(all);
		expect(missingDebianPackages("start")).toEqual([]);
	});

	it("are those that dpkg does not know, fails for, or has removed or half installed", async () => {
		await dpkg(`for name; do case $name in
			xvfb) echo "xvfb config-files" ;;
			xterm) echo "xterm half-configured" ;;
			openbox) echo "openbox not-installed" ;;
			libx11-dev) echo "no packages found matching libx11-dev" >&2 ;;
			*) echo "$name installed" ;;
		esac; done; exit 1`);
		expect([...missingDebianPackages("start")].sort()).toEqual(["libx11-dev", "openbox", "xterm", "xvfb"]);
	});

	it("are all when dpkg knows none", async () => {
		await dpkg("exit 1");
		const forStart = missingDebianPackages("start");
		expect(forStart).toContain("build-essential");
		expect(forStart).not.toContain("chromium");
		expect(missingDebianPackages("test")).toEqual(expect.arrayContaining([...forStart, "chromium"]));
	});

	it("are not known where there is no dpkg", () => {
		expect(missingDebianPackages("start")).toEqual([]);
	});

	it("are nobody's business on a Mac: no program is asked", async () => {
		const asked = join(folder, "asked");
		for (const name of ["dpkg-query", "apt-get", "sudo"])
			await writeFile(join(folder, name), `#!/bin/sh\necho ${name} >> ${asked}\nexit 1\n`, { mode: 0o755 });
		await installDebianPackages("test", "darwin");
		expect(existsSync(asked)).toBe(false);
	});
});
