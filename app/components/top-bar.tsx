import { ChevronLeft, Share2 } from "lucide-react";
import { lazy, Suspense, useRef } from "react";
import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import type { ControlView } from "../viewer/control-view.ts";
import type { Phase, ViewerState } from "../viewer/state.ts";
import type { StatusText } from "../viewer/status-text.ts";
import type { Viewer } from "../viewer/viewer.ts";
import { ControlPill } from "./control/control-pill.tsx";
import { Faces } from "./participants/faces.tsx";
import { useLazyPopup } from "./popup.ts";
import { ThemeSwitch } from "./theme-switch.tsx";

interface TopBarProps {
	readonly viewer: Viewer | undefined;
	readonly state: ViewerState;
	readonly control: ControlView;
	readonly status: StatusText;
	readonly name: string;
	/** The connection is bad, but video still comes. */
	readonly poor: boolean;
}

/** Which device this is, its state, who is here and who has control. */
export function TopBar({ viewer, state, control, status, name, poor }: TopBarProps) {
	const live = status.phase === "live";
	return (
		<header className="flex items-center gap-2 overflow-hidden border-line border-b bg-raised pr-2 pl-1 group-data-full/page:invisible sm:col-span-2 sm:pr-3">
			<a
				href="../"
				aria-label="All devices"
				className="eased grid size-10 shrink-0 place-items-center rounded-box text-soft hover:bg-hover hover:text-ink focus-visible:-outline-offset-2"
			>
				<ChevronLeft aria-hidden size={20} />
			</a>
			<h1 className="min-w-0 truncate font-semibold text-large">
				{name || <span className="sr-only">Device</span>}
			</h1>
			<span className="flex shrink-0 items-center gap-1.5 text-small text-soft">
				<StateDot phase={status.phase} />
				<span className="max-sm:sr-only">{poor ? "Slow connection" : status.label}</span>
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

const colours: Readonly<Record<Phase, string>> = {
	live: "bg-accent",
	connecting: "bg-soft animate-pulse",
	waiting: "bg-soft animate-pulse",
	reconnecting: "bg-soft animate-pulse",
	stale: "bg-soft animate-pulse",
	unanswered: "bg-danger",
	"no-picture": "bg-soft",
	off: "bg-transparent ring-2 ring-soft ring-inset",
	starting: "bg-soft animate-pulse",
	offline: "bg-transparent ring-2 ring-soft ring-inset",
	ended: "bg-transparent ring-2 ring-soft ring-inset",
	refused: "bg-danger",
	unsupported: "bg-danger",
};

/** A state as a dot; the word beside it says the same. */
function StateDot({ phase }: { phase: Phase }) {
	return <span aria-hidden className={`eased size-2 rounded-full ${colours[phase]}`} />;
}

const loadDialog = () => import("./sharing/share-dialog.tsx");
const ShareDialog = lazy(async () => ({ default: (await loadDialog()).ShareDialog }));

/** Opens the share dialog. Its code is loaded when a pointer or the focus comes near. */
function ShareButton({ device }: { device: DeviceDescription }) {
	const button = useRef<HTMLButtonElement>(null);
	const { wanted, open, setOpen, toggle, prepares } = useLazyPopup(loadDialog);
	return (
		<>
			<button
				ref={button}
				type="button"
				data-testid="share"
				aria-label={`Share ${device.name}`}
				aria-haspopup="dialog"
				onClick={toggle}
				{...prepares}
				className="eased flex h-8 shrink-0 items-center gap-1.5 rounded-full border border-line bg-raised px-2.5 font-medium text-small hover:bg-hover"
			>
				<Share2 aria-hidden size={15} />
				<span className="max-sm:sr-only">Share</span>
			</button>
			{wanted && (
				<Suspense>
					<ShareDialog device={device} open={open} onOpen={setOpen} opener={button} />
				</Suspense>
			)}
		</>
	);
}
