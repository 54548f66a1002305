import { Eye, Hand } from "lucide-react";
import type { Role } from "../../signaling/protocol/messages.ts";

interface ControlPillProps {
	readonly role: Role | undefined;
	readonly live: boolean;
	readonly onlyWatching: boolean;
	onOnlyWatching(only: boolean): void;
}

/** Says whether touches reach the device. Whoever may touch can lay it down and take it up again. */
export function ControlPill({ role, live, onlyWatching, onOnlyWatching }: ControlPillProps) {
	const known = role !== undefined && live;
	const mayControl = known && role !== "view";
	const active = mayControl && !onlyWatching;
	const [words, short] =
		role === "view"
			? ["View only", "View only"]
			: onlyWatching
				? ["Only watching", "Watching"]
				: ["You have control", "Control"];
	const Icon = active ? Hand : Eye;
	return (
		<button
			type="button"
			data-testid="control-pill"
			disabled={!mayControl}
			aria-label={words}
			aria-pressed={active}
			title={mayControl ? (active ? "Only watch" : "Take control") : undefined}
			onClick={() => onOnlyWatching(!onlyWatching)}
			className={`eased flex h-8 shrink-0 items-center gap-1.5 rounded-full border px-3 font-medium text-small sm:min-w-38 sm:justify-center ${
				active
					? "border-accent bg-accent text-on-accent"
					: "border-line bg-raised text-soft enabled:hover:bg-hover enabled:hover:text-ink"
			} ${known ? "" : "invisible"}`}
		>
			<Icon aria-hidden size={15} />
			<span className="max-sm:hidden">{words}</span>
			<span aria-hidden className="sm:hidden">
				{short}
			</span>
		</button>
	);
}
