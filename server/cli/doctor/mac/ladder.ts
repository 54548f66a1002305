import { messageOf } from "../../../../signaling/protocol/errors.ts";
import type { Finding } from "../probe.ts";

/** What the provider of simulators says of its ways to them, best first (server/devices/simulator/ladder-report.ts). */
export interface Ladder {
	/** The one that would be used; absent: none can be. */
	readonly chosen?: string;
	readonly rungs: readonly {
		readonly name: string;
		readonly state: string;
		/** What was found, or why it cannot be used. */
		readonly detail: string;
	}[];
}

const name = "way to simulators";

/** Which way would be used, and why the better ones are not. */
export async function ladderFindings(ladder: () => Promise<Ladder>): Promise<Finding[]> {
	let found: Ladder;
	try {
		found = await ladder();
	} catch (error) {
		const remedy = "Repair what is bad above, then ask again.";
		return [{ name, state: "bad", detail: messageOf(error), remedy }];
	}
	const { chosen, rungs } = found;
	const each = rungs.map((rung) => rungFinding(rung, isAbove(rung.name, found)));
	if (chosen === undefined) {
		const remedy = "Repair one of those below; with Xcode chosen, screenshots are always there.";
		return [{ name, state: "bad", detail: "none can be used", remedy }, ...each];
	}
	return [{ name, state: "good", detail: chosen }, ...each];
}

/** Whether a way is better than the one that is used. */
function isAbove(rung: string, { chosen, rungs }: Ladder): boolean {
	const names = rungs.map(({ name }) => name);
	return chosen === undefined || names.indexOf(rung) < names.indexOf(chosen);
}

function rungFinding({ name: rung, state, detail }: Ladder["rungs"][number], above: boolean): Finding {
	const name = `way ${rung}`;
	if (state === "in-use" || state === "spare") return { name, state: "good", detail: `${state}: ${detail}` };
	if (!above) return { name, state: "good", detail: `not needed: ${detail}` };
	const remedy = "Its reason says what to do; what is used instead may be slower or take less input.";
	return { name, state: "warning", detail: `${state}: ${detail}`, remedy };
}
