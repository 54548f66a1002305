import type { FrameTimes, Latency } from "../viewer/latency.ts";

/** The parts of a picture's way, in order. */
export const latencyStages: readonly {
	readonly part: Exclude<keyof FrameTimes, "total">;
	readonly name: string;
}[] = [
	{ part: "encode", name: "Encode" },
	{ part: "network", name: "Network" },
	{ part: "buffer", name: "Buffer" },
	{ part: "decode", name: "Decode" },
	{ part: "display", name: "Display" },
];

/** Steps of the accent, dark to light; the legend repeats them, so that colour is not all that tells. */
const shades = ["opacity-100", "opacity-80", "opacity-60", "opacity-40", "opacity-25"];

/** Latency as a stacked bar by stage, with its legend. */
export function LatencyBar({ latency }: { latency: Latency | undefined }) {
	const parts = latencyStages.map((stage) => ({ ...stage, ms: Math.max(0, latency?.[stage.part] ?? 0) }));
	const sum = parts.reduce((all, { ms }) => all + ms, 0);
	return (
		<div>
			<div aria-hidden className="flex h-2.5 gap-px overflow-hidden rounded-full bg-hover">
				{parts.map(({ part, ms }, index) => (
					<span
						key={part}
						className={`bg-accent ${shades[index]}`}
						style={{ width: sum > 0 ? `${(ms / sum) * 100}%` : 0 }}
					/>
				))}
			</div>
			<dl className="mt-2 grid grid-cols-5 gap-2 text-small">
				{parts.map(({ part, name, ms }, index) => (
					<div key={part}>
						<dt className="flex items-center gap-1 text-soft">
							<span aria-hidden className={`size-2 shrink-0 rounded-full bg-accent ${shades[index]}`} />
							{name}
						</dt>
						<dd className="tabular-nums">{latency ? `${ms.toFixed(1)} ms` : "–"}</dd>
					</div>
				))}
			</dl>
		</div>
	);
}
