import { ChevronDown, Eye, Hand, Hourglass, Lock, type LucideIcon } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import type { ControlView } from "../viewer/control-view.ts";
import type { Viewer } from "../viewer/viewer.ts";
import { useSecondsTo } from "./use-seconds-to.ts";

const loadMenu = () => import("./control-menu.tsx");
const ControlMenu = lazy(async () => ({ default: (await loadMenu()).ControlMenu }));

interface ControlPillProps {
	readonly viewer: Viewer | undefined;
	readonly control: ControlView;
	readonly live: boolean;
}

const icons: Readonly<Record<ControlView["kind"], LucideIcon>> = {
	unknown: Hand,
	"view-only": Eye,
	free: Hand,
	you: Hand,
	other: Hand,
	requested: Hourglass,
	asked: Hand,
	locked: Lock,
};

/** Who has control. The pill itself does what is wanted most; its menu holds the rest. */
export function ControlPill({ viewer, control, live }: ControlPillProps) {
	const box = useRef<HTMLSpanElement>(null);
	const [wanted, setWanted] = useState(false);
	const [open, setOpen] = useState(false);
	const seconds = useSecondsTo(control.until);
	const { kind, words, short, primary, choices } = control;
	const mine = kind === "you" || kind === "asked";
	const known = live && words !== "";
	const Icon = icons[kind];
	const prepare = () => void loadMenu();
	const toggle = () => {
		setWanted(true);
		setOpen(!open);
	};
	return (
		<span
			ref={box}
			className={`flex h-8 shrink-0 items-stretch rounded-full border font-medium text-small ${
				mine ? "border-accent bg-accent text-on-accent" : "border-line bg-raised text-ink"
			} ${known ? "" : "invisible"}`}
		>
			<button
				type="button"
				data-testid="control-pill"
				data-floor={kind}
				disabled={choices.length === 0}
				aria-haspopup={primary ? undefined : "menu"}
				onPointerEnter={prepare}
				onFocus={prepare}
				onClick={() => (primary ? viewer?.control(primary) : toggle())}
				className={`eased flex max-w-64 items-center gap-1.5 rounded-full pr-1 pl-3 focus-visible:-outline-offset-2 disabled:pr-3 disabled:text-soft sm:min-w-36 sm:justify-center ${mine ? "enabled:hover:opacity-90" : "enabled:hover:bg-hover"}`}
			>
				<Icon aria-hidden size={15} className="shrink-0" />
				<span data-testid="floor-words" className="min-w-0 truncate max-sm:sr-only">
					{words}
				</span>
				<span aria-hidden className="max-w-20 truncate sm:hidden">
					{short}
				</span>
				{seconds !== undefined && (
					<span aria-hidden className="w-6 shrink-0 text-right tabular-nums">
						{seconds} s
					</span>
				)}
			</button>
			{choices.length > 0 && (
				<button
					type="button"
					data-testid="floor-menu"
					aria-label="Control: more"
					aria-haspopup="menu"
					aria-expanded={open}
					onPointerEnter={prepare}
					onFocus={prepare}
					onClick={toggle}
					className={`eased grid w-7 place-items-center rounded-full pr-1 focus-visible:-outline-offset-2 ${mine ? "hover:opacity-80" : "hover:bg-hover"}`}
				>
					<ChevronDown aria-hidden size={15} />
				</button>
			)}
			{wanted && viewer && (
				<Suspense>
					<ControlMenu
						choices={choices}
						open={open}
						onOpen={setOpen}
						onChoice={({ action, viewerId }) => viewer.control(action, viewerId)}
						anchor={box}
					/>
				</Suspense>
			)}
		</span>
	);
}
