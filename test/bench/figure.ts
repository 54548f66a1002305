import { type Summary, summarize } from "./percentiles.ts";

/** What a figure is held against: not above these, or not below when `atLeast`. */
export interface Target {
	readonly median: number;
	readonly p95?: number;
	/** The value itself misses, as in "less than 2 %". */
	readonly below?: boolean;
	/** The median must reach the target. */
	readonly atLeast?: boolean;
}

export type Unit =
	| "ms"
	| "%"
	| "s"
	| "% of a core"
	| "MB"
	| "a second"
	| "kbit/s"
	| "viewers"
	| "times"
	| "pixels";

/** One measured quantity. A single reading has a median alone. */
export interface Figure {
	/** What was done, such as `720p, scrolling text`. Figures of one subject share a row. */
	readonly subject: string;
	/** What of it was measured, such as `drawn → decoded`; a column. */
	readonly measure: string;
	readonly unit: Unit;
	readonly count: number;
	readonly median: number;
	readonly p95?: number;
	readonly target?: Target;
}

export type FigureName = Pick<Figure, "subject" | "measure" | "unit">;

/** A figure of a series of samples. */
export function ofSeries(name: FigureName, samples: readonly number[], target?: Target): Figure {
	const summary: Summary = summarize(samples);
	return { ...name, ...summary, ...(target === undefined ? {} : { target }) };
}

/** A figure that was read once, over the whole run. */
export function ofReading(name: FigureName, value: number, target?: Target): Figure {
	return { ...name, count: 1, median: value, ...(target === undefined ? {} : { target }) };
}

/** Whether a figure keeps to its target; undefined where there is none. Without samples nothing is kept to. */
export function isMet(figure: Figure): boolean | undefined {
	const { target } = figure;
	if (target === undefined) return undefined;
	if (target.atLeast) return figure.median >= target.median;
	const keeps = (value: number | undefined, limit: number | undefined) => {
		if (limit === undefined) return true;
		return value !== undefined && (target.below ? value < limit : value <= limit);
	};
	return keeps(figure.median, target.median) && keeps(figure.p95, target.p95);
}
