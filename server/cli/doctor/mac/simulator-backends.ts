import { messageOf } from "../../../../signaling/protocol/errors.ts";
import type { Finding } from "../probe.ts";

/** What the provider of simulators says of its backends, best first (server/devices/simulator/backend-selection.ts). */
export interface SimulatorBackends {
	/** The one that would be used; absent: none can be. */
	readonly chosen?: string;
	readonly backends: readonly {
		readonly name: string;
		readonly state: string;
		/** What was found, or why it cannot be used. */
		readonly detail: string;
	}[];
}

const name = "way to simulators";

/** Which way would be used, and why the better ones are not. */
export async function backendFindings(
	simulatorBackends: () => Promise<SimulatorBackends>,
): Promise<Finding[]> {
	let found: SimulatorBackends;
	try {
		found = await simulatorBackends();
	} catch (error) {
		const remedy = "Repair what is bad above, then ask again.";
		return [{ name, state: "bad", detail: messageOf(error), remedy }];
	}
	const { chosen, backends } = found;
	const each = backends.map((backend) => backendFinding(backend, isAbove(backend.name, found)));
	if (chosen === undefined) {
		const remedy = "Repair one of those below; with Xcode chosen, screenshots are always there.";
		return [{ name, state: "bad", detail: "none can be used", remedy }, ...each];
	}
	return [{ name, state: "good", detail: chosen }, ...each];
}

/** Whether a way is better than the one that is used. */
function isAbove(backend: string, { chosen, backends }: SimulatorBackends): boolean {
	const names = backends.map(({ name }) => name);
	return chosen === undefined || names.indexOf(backend) < names.indexOf(chosen);
}

function backendFinding(
	{ name: backend, state, detail }: SimulatorBackends["backends"][number],
	above: boolean,
): Finding {
	const name = `way ${backend}`;
	if (state === "in-use" || state === "spare") return { name, state: "good", detail: `${state}: ${detail}` };
	if (!above) return { name, state: "good", detail: `not needed: ${detail}` };
	const remedy = "Its reason says what to do; what is used instead may be slower or take less input.";
	return { name, state: "warning", detail: `${state}: ${detail}`, remedy };
}
