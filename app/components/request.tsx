import { useSecondsTo } from "./use-seconds-to.ts";

interface RequestProps {
	readonly testId: string;
	readonly words: string;
	/** When it lapses, ms since the epoch; never when absent. */
	readonly until?: number;
	readonly yes: string;
	readonly no: string;
	onYes(): void;
	onNo(): void;
}

/** Something that somebody asks for, with its two answers. */
export function Request({ testId, words, until, yes, no, onYes, onNo }: RequestProps) {
	const seconds = useSecondsTo(until);
	return (
		<div
			data-testid={testId}
			className="pointer-events-auto flex max-w-full animate-appear items-center gap-2 rounded-box border border-line bg-raised py-2 pr-2 pl-4 shadow-float"
		>
			<p className="min-w-0 truncate font-medium">{words}</p>
			<span
				aria-hidden
				className={`w-7 shrink-0 text-right text-small text-soft tabular-nums ${seconds === undefined ? "hidden" : ""}`}
			>
				{seconds} s
			</span>
			<button
				type="button"
				onClick={onYes}
				className="eased h-8 shrink-0 rounded-box bg-accent px-3 font-medium text-on-accent hover:opacity-90"
			>
				{yes}
			</button>
			<button
				type="button"
				onClick={onNo}
				className="eased h-8 shrink-0 rounded-box border border-line px-3 font-medium hover:bg-hover"
			>
				{no}
			</button>
		</div>
	);
}
