/** What is told of a series. */
export interface Summary {
	readonly count: number;
	readonly median: number;
	readonly p95: number;
}

/**
 * The value below which a share of a series lies, interpolated between neighbours; not a number for an empty one.
 *
 * @param share 0..1
 */
export function percentile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	const place = (sorted.length - 1) * share;
	const below = sorted[Math.floor(place)] ?? Number.NaN;
	const above = sorted[Math.ceil(place)] ?? Number.NaN;
	return below + (above - below) * (place - Math.floor(place));
}

export function summarize(values: readonly number[]): Summary {
	return { count: values.length, median: percentile(values, 0.5), p95: percentile(values, 0.95) };
}
