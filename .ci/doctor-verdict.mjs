#!/usr/bin/env node
/**
 * What a report of `porthole doctor --json` says of a hosted runner: the addon has to load, an encoder has to be tried.
 * Encoding itself may fail there, as the hardware is not passed through to every virtual machine: that is told as a
 * notice, with the reason. Reads the report from standard input.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** Lines for the log, and whether the job may go on. */
export function verdictOn(report) {
	const findings = report.findings ?? [];
	const addon = findings.find(({ name }) => name === "addon");
	const encoders = findings.filter(({ name }) => name.startsWith("encoder "));
	const lines = [];
	if (addon?.state !== "good")
		lines.push(`::error::The addon does not load: ${addon?.detail ?? "it was not tried"}`);
	if (encoders.length === 0) lines.push("::error::No encoder was tried.");
	const ok = lines.length === 0;
	const working = encoders.filter(({ state }) => state === "good");
	for (const { name, detail } of working) lines.push(`${name}: ${detail}`);
	if (ok && working.length === 0) {
		const reasons = encoders.map(({ name, detail }) => `${name}: ${detail}`).join("; ");
		lines.push(`::notice::Encoding is skipped, no encoder works on this runner: ${reasons}`);
	}
	return { ok, lines };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const { ok, lines } = verdictOn(JSON.parse(readFileSync(0, "utf8")));
	for (const line of lines) console.log(line);
	process.exitCode = ok ? 0 : 1;
}
