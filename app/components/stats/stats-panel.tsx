import { Copy, X } from "lucide-react";
import { useState } from "react";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import type { FrameTimes, Latency } from "../../viewer/stats/latency.ts";
import { bitrateText, latencyText, networkText, wayText } from "../../viewer/stats/stats-text.ts";
import type { Readings } from "../../viewer/stats/stats-watch.ts";
import { copyText } from "../copy-text.ts";

interface StatsPanelProps {
	readonly readings: Readings;
	readonly device: DeviceDescription | undefined;
	/** Whether the one-line summary shows. */
	readonly line: boolean;
	onLine(line: boolean): void;
	onClose(): void;
}

/** All figures: latency by stage, rates, loss, path, codec, encoder; and a button that copies them. */
export function StatsPanel({ readings, device, line, onLine, onClose }: StatsPanelProps) {
	const { latency } = readings;
	const [copied, setCopied] = useState<boolean>();
	const copy = async () => setCopied(await copyText(JSON.stringify({ device, ...readings }, null, "\t")));
	return (
		<section
			aria-label="Connection details"
			className="absolute bottom-full left-2 z-10 mb-1 flex w-[min(26rem,calc(100vw-1rem))] animate-appear flex-col gap-3 rounded-box border border-line bg-raised p-4 text-ink shadow-float"
			onKeyDown={(event) => event.key === "Escape" && onClose()}
		>
			<header className="flex items-start justify-between gap-2">
				<p className="tabular-nums">
					<span className="font-semibold text-title">{latencyText(latency)}</span>
					<span className="ml-2 text-small text-soft">
						{latency
							? `p95 ${Math.round(latency.p95)} ms, pixels read → shown by the browser`
							: "not measured yet"}
					</span>
				</p>
				<button
					type="button"
					aria-label="Close details"
					onClick={onClose}
					className="eased -m-1.5 grid size-8 shrink-0 place-items-center rounded-box text-soft hover:bg-hover hover:text-ink"
				>
					<X aria-hidden size={16} />
				</button>
			</header>
			<LatencyBar latency={latency} />
			<p className="min-h-8 text-pretty text-small text-soft">
				{latency
					? wayText[latency.way]
					: "The clocks are compared and pictures awaited; an idle screen sends none."}
			</p>
			<dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-small">
				{rowsFor(readings, device).map(([name, value]) => (
					<div key={name} className="contents">
						<dt className="text-soft">{name}</dt>
						<dd className="truncate text-right tabular-nums">{value ?? "–"}</dd>
					</div>
				))}
			</dl>
			<footer className="flex items-center gap-2 border-line border-t pt-3 text-small">
				<label className="flex items-center gap-2">
					<input
						type="checkbox"
						checked={line}
						onChange={(event) => onLine(event.target.checked)}
						className="size-4 accent-accent"
					/>
					Keep one line in view
				</label>
				<button
					type="button"
					onClick={() => void copy()}
					className="eased ml-auto flex items-center gap-1.5 rounded-box border border-line px-3 py-1.5 font-medium hover:bg-hover"
				>
					<Copy aria-hidden size={14} />
					{copied === undefined ? "Copy as JSON" : copied ? "Copied" : "Could not copy"}
				</button>
			</footer>
		</section>
	);
}

function rowsFor(
	{ stats, network }: Readings,
	device: DeviceDescription | undefined,
): [string, string | undefined][] {
	const size = stats?.width && stats.height ? `${stats.width} × ${stats.height}` : undefined;
	return [
		[
			"Pictures",
			stats && `${stats.fps.toFixed(0)} a second, ${stats.dropped} dropped, ${stats.freezes} freezes`,
		],
		["Bitrate", stats && bitrateText(stats.bitrate)],
		["Loss", stats && `${(stats.loss * 100).toFixed(1)} %`],
		["Path", stats?.path && [stats.path, roundTrip(stats.roundTrip)].filter(Boolean).join(", ")],
		["Network", network && networkText(network)],
		["Size", size && network?.rendition === "small" ? `${size}, half of the device's` : size],
		["Codec", stats?.codec],
		["Encoder", device?.encoder],
		["Decoder", stats?.decoder],
	];
}

function roundTrip(ms: number | undefined): string | undefined {
	return ms === undefined ? undefined : `${ms.toFixed(ms < 10 ? 1 : 0)} ms there and back`;
}

/** The stages of a frame's latency, in order. */
const latencyStages: readonly {
	readonly part: Exclude<keyof FrameTimes, "total">;
	readonly name: string;
}[] = [
	{ part: "encode", name: "Encode" },
	{ part: "network", name: "Network" },
	{ part: "buffer", name: "Buffer" },
	{ part: "decode", name: "Decode" },
	{ part: "display", name: "Display" },
];

/** Shades of the accent, dark to light; the legend repeats them, so that nothing depends on colour alone. */
const shades = ["opacity-100", "opacity-80", "opacity-60", "opacity-40", "opacity-25"];

/** Latency as a stacked bar by stage, with its legend. */
function LatencyBar({ latency }: { latency: Latency | undefined }) {
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
