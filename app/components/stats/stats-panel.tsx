import { Copy, X } from "lucide-react";
import { useState } from "react";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import { copyText } from "../../viewer/copy-text.ts";
import type { Latency } from "../../viewer/stats/latency.ts";
import {
	bitrateText,
	latencyStages,
	latencyText,
	networkText,
	stageTexts,
	wayText,
} from "../../viewer/stats/stats-text.ts";
import type { Readings } from "../../viewer/stats/stats-watch.ts";

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
	const { latency, idle } = readings;
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
					<span className="font-semibold text-title">{panelText(readings)}</span>
					<span className="ml-2 text-small text-soft">
						{latency
							? `p95 ${Math.round(latency.p95)} ms, pixels read → shown by the browser`
							: idle
								? "nothing moves on the screen"
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
					: idle
						? "A screen on which nothing moves sends no pictures; the figures come back with the next ones."
						: "The clocks are compared and the first pictures left out."}
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

/** The total as exact as its parts. */
function panelText({ latency, ...readings }: Readings): string {
	if (!latency) return latencyText(readings);
	return `${latency.total.toFixed(1)} ms ±${Math.max(1, Math.ceil(latency.error))}`;
}

const stageNames = {
	encode: "Encode",
	network: "Network",
	buffer: "Buffer",
	decode: "Decode",
	display: "Display",
} as const satisfies Record<(typeof latencyStages)[number], string>;

/** Shades of the accent, dark to light; the legend repeats them, so that nothing depends on colour alone. */
const shades = ["opacity-100", "opacity-80", "opacity-60", "opacity-40", "opacity-25"];

/** Latency as a stacked bar by stage, with its legend. */
function LatencyBar({ latency }: { latency: Latency | undefined }) {
	const texts = latency && stageTexts(latency);
	return (
		<div>
			<div aria-hidden className="flex h-2.5 gap-px overflow-hidden rounded-full bg-hover">
				{latencyStages.map((stage, index) => (
					<span
						key={stage}
						className={`bg-accent ${shades[index]}`}
						style={{ width: latency ? `${(latency[stage] / latency.total) * 100}%` : 0 }}
					/>
				))}
			</div>
			<dl className="mt-2 grid grid-cols-5 gap-2 text-small">
				{latencyStages.map((stage, index) => (
					<div key={stage}>
						<dt className="flex items-center gap-1 text-soft">
							<span aria-hidden className={`size-2 shrink-0 rounded-full bg-accent ${shades[index]}`} />
							{stageNames[stage]}
						</dt>
						<dd className="tabular-nums">{texts ? `${texts[stage]} ms` : "–"}</dd>
					</div>
				))}
			</dl>
		</div>
	);
}
