/** What one check found. */
export interface Finding {
	/** What was looked at. */
	readonly name: string;
	/** `warning`: Porthole works, with less. */
	readonly state: "good" | "warning" | "bad";
	readonly detail: string;
	/** What to do, unless all is good. */
	readonly remedy?: string;
}

/** One check; it never throws. */
export type Probe = () => Finding[] | Promise<Finding[]>;

/** What a bug report begins with. */
export interface Subject {
	/** Version of Porthole. */
	readonly porthole: string;
	readonly node: string;
	/** In Node's words. */
	readonly platform: string;
	readonly arch: string;
}

/** All findings, to be pasted into a bug report as they are. */
export interface Report extends Subject {
	/** Nothing is bad. */
	readonly healthy: boolean;
	readonly findings: readonly Finding[];
}

const marks = { good: "✓", warning: "!", bad: "✗" };

/** Puts findings together, without the names of people in paths. `home`: the user's folder. */
export function makeReport(subject: Subject, findings: readonly Finding[], home: string): Report {
	return {
		...subject,
		healthy: findings.every(({ state }) => state !== "bad"),
		findings: findings.map(({ name, state, detail, remedy }) => ({
			name: withoutPeople(name, home),
			state,
			detail: withoutPeople(detail, home),
			...(remedy === undefined ? {} : { remedy: withoutPeople(remedy, home) }),
		})),
	};
}

/** A line for each finding, with its remedy below. */
export function reportLines({ findings }: Report): string[] {
	return findings.map(
		({ name, state, detail, remedy }) =>
			`${marks[state]} ${name}: ${detail}${remedy ? `\n    → ${remedy}` : ""}`,
	);
}

/** The user's folder is `~`; of others' folders the name is left out. */
function withoutPeople(text: string, home: string): string {
	const own = home.length > 1 ? text.replaceAll(home, "~") : text;
	return own.replace(/\/(Users|home)\/(?!Shared\b)[^/\s:;,]+/g, "/$1/…");
}
