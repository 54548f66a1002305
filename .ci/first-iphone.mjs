#!/usr/bin/env node
/** Prints the UDID of the first iPhone in the list that `simctl list --json devices available` writes; the newest system first. */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** Undefined when there is none. */
export function firstIphone({ devices = {} }) {
	const systems = Object.keys(devices).filter((name) => name.includes(".iOS-"));
	systems.sort((one, other) => other.localeCompare(one, "en", { numeric: true }));
	return systems.flatMap((name) => devices[name]).find(({ name }) => name.startsWith("iPhone"))?.udid;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const udid = firstIphone(JSON.parse(readFileSync(0, "utf8")));
	if (udid) console.log(udid);
	else {
		console.error("There is no iPhone among the simulators.");
		process.exitCode = 1;
	}
}
