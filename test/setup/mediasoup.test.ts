import { execFileSync } from "node:child_process";
import { access, appendFile, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { expect, it } from "vitest";
import { keptPath } from "../../setup/mediasoup.mjs";
import { root } from "../../setup/step.mjs";
import { temporaryFolder } from "../support/temporary-folder.ts";

it("a built worker is kept for all clones of a user, by what it was built from", () => {
	const path = keptPath("digest", "/cache");
	expect(path).toMatch(/^\/cache\/porthole\/mediasoup-worker-[0-9a-f]{16}$/);
	expect(keptPath("digest", "/cache")).toBe(path);
	expect(keptPath("another", "/cache")).not.toBe(path);
	for (const unusable of ["", "not/absolute"]) {
		expect(keptPath("digest", unusable)).toContain(join(".cache", "porthole"));
	}
});

it("a kept worker is taken once and told of once; later runs find it there and say nothing", async () => {
	const clone = await temporaryFolder();
	const programs = join(clone, "programs");
	await cp(join(root, "setup"), join(clone, "setup"), { recursive: true });
	await cp(join(root, "package.json"), join(clone, "package.json"));
	await mkdir(programs);
	// Stands for npm, which has nothing to do here.
	await writeFile(join(programs, "npm"), `#!/bin/sh\necho "$@" >> ${clone}/npm.log\n`, { mode: 0o755 });
	const run = (words: string) => {
		const text = `import * as mediasoup from "./setup/mediasoup.mjs"; ${words}`;
		return execFileSync(process.execPath, ["--input-type=module", "-e", text], {
			cwd: clone,
			encoding: "utf8",
			env: {
				...process.env,
				PORTHOLE_MEDIASOUP: "",
				XDG_CACHE_HOME: join(clone, "cache"),
				PATH: [programs, process.env.PATH].join(delimiter),
			},
		});
	};
	const kept = run("console.log(mediasoup.keptPath(mediasoup.workerDigest()))").trim();
	await mkdir(dirname(kept), { recursive: true });
	await writeFile(kept, "worker");

	const first = run("await mediasoup.installMediasoupIfKept()");
	expect(first.match(/Taking mediasoup's worker from/g)).toHaveLength(1);
	expect(await readFile(join(clone, ".setup", "mediasoup", "mediasoup-worker"), "utf8")).toBe("worker");
	expect(run("await mediasoup.installMediasoupIfKept()")).toBe("");
	await expect(access(join(clone, "npm.log"))).rejects.toThrow(/ENOENT/);

	await appendFile(join(clone, "setup", "mediasoup", "build.mjs"), "\n");
	expect(run("await mediasoup.installMediasoupIfKept()")).toBe("");
	await writeFile(join(clone, ".setup", "mediasoup-version"), "3.0.0");
	expect(run("await mediasoup.installMediasoupIfKept()")).toContain("mediasoup's worker is not here");
});
