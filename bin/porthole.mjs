#!/usr/bin/env node
/** `npx porthole`: runs the command line on a Node that can, the one npm installed where there is one. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const installed = join(root, "node_modules", ".bin", "node");
const program = existsSync(installed) ? installed : process.execPath;
const flags = ["--disable-warning=ExperimentalWarning", "--experimental-strip-types"];
const main = join(root, "server", "cli", "main.ts");

if (!existsSync(join(root, "node_modules", "ws"))) {
	process.stderr.write("Porthole is not set up yet. Run `npm start` once in its folder.\n");
	process.exit(1);
}
const child = spawn(program, [...flags, main, ...process.argv.slice(2)], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
