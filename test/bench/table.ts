import { type Figure, isMet, type Unit } from "./figure.ts";

const shortUnit: Record<Unit, string> = {
	ms: "ms",
	"%": "%",
	"% of a core": "%",
	MB: "MB",
	"a second": "/s",
	"kbit/s": "kbit/s",
	viewers: "",
	times: "×",
	pixels: "px",
	s: "s",
};

/** A table for people: a row for each subject, a column for each measure, and how the targets were kept. */
export function formatTable(figures: readonly Figure[]): string {
	const measures = [...new Set(figures.map(({ measure }) => measure))];
	const subjects = [...new Set(figures.map(({ subject }) => subject))];
	const withTargets = figures.some(({ target }) => target !== undefined);
	const rows = subjects.map((subject) => {
		const own = figures.filter((figure) => figure.subject === subject);
		const cells = measures.map((measure) => cellOf(own.find((figure) => figure.measure === measure)));
		return [subject, ...cells, ...(withTargets ? [verdictOf(own)] : [])];
	});
	return align([["", ...measures, ...(withTargets ? ["target (median / p95)"] : [])], ...rows]);
}

function cellOf(figure: Figure | undefined): string {
	if (figure === undefined) return "";
	const { median, p95, count, unit } = figure;
	if (count === 0) return "no samples";
	if (unit === "viewers" || unit === "times" || unit === "pixels") return median.toFixed(0);
	const values = p95 === undefined ? digits(median) : `${digits(median)} / ${digits(p95)}`;
	return `${values} ${shortUnit[unit]}${count > 1 ? ` (n ${count})` : ""}`;
}

function verdictOf(figures: readonly Figure[]): string {
	return figures
		.flatMap((figure) => {
			const { target } = figure;
			if (target === undefined) return [];
			const limits = [target.median, target.p95].filter((limit) => limit !== undefined).join(" / ");
			const words = `${target.atLeast ? "≥" : target.below ? "<" : "≤"} ${limits} ${shortUnit[figure.unit]}`;
			return [`${words}: ${isMet(figure) ? "met" : "NOT MET"}`];
		})
		.join("; ");
}

function digits(value: number): string {
	return value.toFixed(Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);
}

function align(rows: readonly (readonly string[])[]): string {
	const columns = Math.max(...rows.map((row) => row.length));
	const widths = Array.from({ length: columns }, (_, column) =>
		Math.max(...rows.map((row) => row[column]?.length ?? 0)),
	);
	return rows
		.map((row) =>
			row
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join("  ")
				.trimEnd(),
		)
		.join("\n");
}
