import { Info } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import { latencyText, rateText } from "../../viewer/stats/stats-text.ts";
import type { Readings } from "../../viewer/stats/stats-watch.ts";
import { StatsPanel } from "./stats-panel.tsx";

interface StatsStripProps {
	readonly readings: Readings;
	readonly live: boolean;
	readonly device: DeviceDescription | undefined;
	readonly hint: string;
}

/** One line under the screen: latency, rates and short notes. `i` opens the panel with all figures. */
export function StatsStrip({ readings, live, device, hint }: StatsStripProps) {
	const [line, setLine] = useState(true);
	const [open, setOpen] = useState(false);
	const { stats, idle } = readings;
	const button = useRef<HTMLButtonElement>(null);
	useEffect(() => {
		if (!open) return;
		const close = (event: KeyboardEvent) => {
			if (event.key !== "Escape") return;
			// It is not for the device then.
			event.preventDefault();
			event.stopPropagation();
			setOpen(false);
			button.current?.focus();
		};
		window.addEventListener("keydown", close, { capture: true });
		return () => window.removeEventListener("keydown", close, { capture: true });
	}, [open]);
	return (
		<div className="relative flex min-w-0 items-center gap-2 px-2 text-small text-soft group-data-full/page:absolute group-data-full/page:bottom-2 group-data-full/page:left-2 group-data-full/page:rounded-full group-data-full/page:bg-raised group-data-full/page:opacity-0 group-data-full/page:focus-within:opacity-100 group-data-full/page:hover:opacity-100">
			<button
				ref={button}
				type="button"
				aria-expanded={open}
				aria-label="Connection details"
				onClick={() => setOpen(!open)}
				className="eased grid size-7 shrink-0 place-items-center rounded-box hover:bg-hover hover:text-ink focus-visible:-outline-offset-2"
			>
				<Info aria-hidden size={15} />
			</button>
			<p data-testid="stats" className={`shrink-0 tabular-nums ${line && live ? "" : "invisible"}`}>
				<span data-testid="latency">{latencyText(readings)}</span>
				{stats && !idle && ` · ${rateText(stats)}`}
			</p>
			<p role="status" className="min-w-0 flex-1 truncate text-right group-data-full/page:text-left">
				{hint}
			</p>
			{open && (
				<StatsPanel
					readings={readings}
					device={device}
					line={line}
					onLine={setLine}
					onClose={() => setOpen(false)}
				/>
			)}
		</div>
	);
}
