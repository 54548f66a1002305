/**
 * Ways to a simulator's screen and input, best first. `addon`: this process, through IOSurface and VideoToolbox; `baguette`:
 * an installed program, driven over its standard input and output; `serve-sim`: an installed npm package, over loopback
 * HTTP; `screenshots`: pictures that `simctl` takes again and again, without input.
 */
export const rungNames = ["addon", "baguette", "serve-sim", "screenshots"] as const;

export type RungName = (typeof rungNames)[number];

/** Whether one way can be used on this machine. */
export interface RungFinding {
	readonly name: RungName;
	readonly usable: boolean;
	/** What was found when it can be used, such as `baguette 0.2.2`; else why it cannot, and what to do about it. */
	readonly detail: string;
}

/** What became of one way. */
export interface RungReport extends RungFinding {
	/** `failed`: it can be used, but gave up on a device while it ran, see `detail`; `spare`: a better one is in use. */
	readonly state: "in-use" | "spare" | "failed" | "unusable" | "not-asked";
}

/** Which way is in use and why the better ones are not. */
export interface SelectionReport {
	/** Absent: none can be used. */
	readonly chosen?: RungName;
	/** All of them, best first. */
	readonly rungs: readonly RungReport[];
}

export interface LadderChoice {
	/** The only one wanted (`?rung=NAME`). */
	readonly forced?: RungName | undefined;
	/** Those that gave up while they ran, with their reasons. */
	readonly failed?: ReadonlyMap<RungName, string>;
}

/** Chooses the best way that can be used and has not failed. Pure: `findings` in any order, one for each way. */
export function ladderReport(findings: readonly RungFinding[], choice: LadderChoice = {}): SelectionReport {
	const { forced, failed = new Map() } = choice;
	const sorted = rungNames.flatMap((name) => findings.filter((finding) => finding.name === name));
	const chosen = sorted.find(
		({ name, usable }) => usable && !failed.has(name) && (forced === undefined || forced === name),
	)?.name;
	const rungs = sorted.map((finding): RungReport => {
		const { name, usable } = finding;
		const failure = failed.get(name);
		if (forced !== undefined && forced !== name) return { ...finding, state: "not-asked" };
		if (!usable) return { ...finding, state: "unusable" };
		if (failure !== undefined) return { ...finding, detail: failure, state: "failed" };
		return { ...finding, state: name === chosen ? "in-use" : "spare" };
	});
	return { rungs, ...(chosen === undefined ? {} : { chosen }) };
}

/** Why the ways before the one in use are not; empty when the best is. One sentence for each, for people. */
export function reasonsAbove(report: SelectionReport): string {
	const sentences: string[] = [];
	for (const { name, state, detail } of report.rungs) {
		if (name === report.chosen) break;
		if (state === "unusable" || state === "failed") sentences.push(`${name}: ${asSentence(detail)}`);
	}
	return sentences.join(" ");
}

function asSentence(text: string): string {
	return /[.!?]$/.test(text) ? text : `${text}.`;
}
