import type { Finding, Probe } from "../report.ts";
import { type MacMachine, permissionsFindings, systemFindings, thisMac } from "./machine.ts";
import { backendFindings, findSimulators, inputFindings, simulatorsFindings } from "./simulators.ts";
import { findPrivateNames, findTools, privateNamesFindings, toolsFindings } from "./xcode.ts";

/** This Mac; nothing elsewhere. */
export const macProbe: Probe = () => (process.platform === "darwin" ? macFindings(thisMac()) : []);

/**
 * Everything about a Mac and its simulators, in the order in which one thing needs the other. Tested with injected
 * answers, which are written from the programs' documentation; it has not yet run on a Mac.
 */
export async function macFindings(mac: MacMachine): Promise<Finding[]> {
	const [system, tools, permissions] = await Promise.all([
		systemFindings(mac),
		findTools(mac),
		permissionsFindings(mac),
	]);
	return [
		...system,
		...toolsFindings(tools),
		...(tools?.kind === "xcode" ? await xcodeFindings(mac, tools) : []),
		...permissions,
		...(await backendFindings(mac.simulatorBackends)),
	];
}

async function xcodeFindings(
	mac: MacMachine,
	tools: NonNullable<Awaited<ReturnType<typeof findTools>>>,
): Promise<Finding[]> {
	const simulators = await findSimulators(mac);
	const booted = typeof simulators === "string" ? [] : simulators.booted;
	return [
		...simulatorsFindings(simulators),
		...privateNamesFindings(findPrivateNames(mac, tools.developerDir)),
		...(await inputFindings(mac, tools, booted)),
	];
}
