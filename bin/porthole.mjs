#!/usr/bin/env node
/**
 * `npx porthole`: runs the command line on a Node that can, the one npm installed where there is one. In a clone it runs
 * the TypeScript as it is; the package, in which Node strips no types, has it as JavaScript.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Oldest Node that runs Porthole. */
const OLDEST = [22, 12];

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "server", "cli", "main.ts");
const isClone = existsSync(source);
const program = installedNode() ?? process.execPath;
if (!find("ws/package.json")) stop("Porthole is not set up yet. Run `npm start` once in its folder.");
if (program === process.execPath && isTooOld()) {
	stop(
		`Porthole needs Node ${OLDEST.join(".")} or newer, this is ${process.versions.node}. Install a newer one.`,
	);
}

const command = isClone
	? ["--disable-warning=ExperimentalWarning", "--experimental-strip-types", source]
	: [join(root, "dist", "server", "cli", "main.js")];
const { whenParentIsGone } = await import(isClone ? "../setup/parent.mjs" : "../dist/setup/parent.mjs");
const env = { ...process.env, PORTHOLE_PARENT: String(process.pid) };
const child = spawn(program, [...command, ...process.argv.slice(2)], { stdio: "inherit", env });
// npx ends its shell, which leaves this alone.
whenParentIsGone(() => child.kill("SIGTERM"));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));

/** The Node of the npm package for this machine. */
function installedNode() {
	const manifest = find(`node-${process.platform}-${process.arch}/package.json`);
	const path = manifest && join(dirname(manifest), "bin", "node");
	return path && existsSync(path) ? path : undefined;
}

/** Where a file of a package that we depend on lies; undefined when it is not installed. */
function find(name) {
	try {
		return createRequire(import.meta.url).resolve(name);
	} catch {
		return undefined;
	}
}

function isTooOld() {
	const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
	return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

function stop(words) {
	process.stderr.write(`${words}\n`);
	process.exit(1);
}
