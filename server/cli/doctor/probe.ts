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
