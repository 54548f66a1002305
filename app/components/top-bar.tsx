import { ChevronLeft } from "lucide-react";
import type { ControlView } from "../viewer/control-view.ts";
import type { ViewerState } from "../viewer/state.ts";
import type { Viewer } from "../viewer/viewer.ts";
import type { Words } from "../viewer/words.ts";
import { ControlPill } from "./control-pill.tsx";
import { Faces } from "./faces.tsx";
import { ShareButton } from "./share-button.tsx";
import { StateDot } from "./state-dot.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

interface TopBarProps {
	readonly viewer: Viewer | undefined;
	readonly state: ViewerState;
	readonly control: ControlView;
	readonly words: Words;
	readonly name: string;
	/** The line is bad, yet pictures come. */
	readonly poor: boolean;
}

/** Which device this is, how it stands, who is here and who may touch it. */
export function TopBar({ viewer, state, control, words, name, poor }: TopBarProps) {
	const live = words.phase === "live";
	return (
		<header className="flex items-center gap-2 overflow-hidden border-line border-b bg-raised pr-2 pl-1 group-data-full/page:invisible sm:col-span-2 sm:pr-3">
			<a
				href="/"
				aria-label="All devices"
				className="eased grid size-10 shrink-0 place-items-center rounded-box text-soft hover:bg-hover hover:text-ink focus-visible:-outline-offset-2"
			>
				<ChevronLeft aria-hidden size={20} />
			</a>
			<h1 className="min-w-0 truncate font-semibold text-large">
				{name || <span className="sr-only">Device</span>}
			</h1>
			<span className="flex shrink-0 items-center gap-1.5 text-small text-soft">
				<StateDot phase={words.phase} />
				<span className="max-sm:sr-only">{poor ? "Slow connection" : words.label}</span>
			</span>
			<span className="flex-1" />
			{viewer && !state.stop && <Faces viewer={viewer} state={state} />}
			<ControlPill viewer={viewer} control={control} live={live} />
			{state.role === "own" && state.device && <ShareButton device={state.device} />}
			<span className="max-sm:hidden">
				<ThemeSwitch />
			</span>
		</header>
	);
}
