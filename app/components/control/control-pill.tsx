import { AppWindow, ChevronDown, Eye, Hand, Hourglass, Lock, type LucideIcon } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { ParticipantInfo } from "../../../signaling/protocol/messages.ts";
import { type MonotonicTime, pageClock } from "../../../signaling/protocol/time.ts";
import type { ControlView } from "../../viewer/control-view.ts";
import type { Viewer } from "../../viewer/viewer.ts";
import { useLazyPopup } from "../popup.ts";

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
	elsewhere: AppWindow,
	other: Hand,
	requested: Hourglass,
	asked: Hand,
	locked: Lock,
};

/** Shows who has control. A click does the most likely thing; the menu has the rest. */
export function ControlPill({ viewer, control, live }: ControlPillProps) {
	const box = useRef<HTMLSpanElement>(null);
	const { wanted, open, setOpen, toggle, prepares } = useLazyPopup(loadMenu);
	const seconds = useSecondsTo(control.until);
	const { kind, text, short, primary, choices } = control;
	const mine = kind === "you" || kind === "asked" || kind === "elsewhere";
	const known = live && text !== "";
	const Icon = icons[kind];
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
				{...prepares}
				onClick={() => (primary ? viewer?.control(primary) : toggle())}
				className={`eased flex max-w-64 items-center gap-1.5 rounded-full pr-1 pl-3 focus-visible:-outline-offset-2 disabled:pr-3 disabled:text-soft sm:min-w-36 sm:justify-center ${mine ? "enabled:hover:opacity-90" : "enabled:hover:bg-hover"}`}
			>
				<Icon aria-hidden size={15} className="shrink-0" />
				<span data-testid="floor-words" className="min-w-0 truncate max-sm:sr-only">
					{text}
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
					{...prepares}
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

interface CalloutsProps {
	readonly viewer: Viewer | undefined;
	readonly control: ControlView;
	/** Who waits to be let in; empty unless the user may admit them. */
	readonly waiting: readonly ParticipantInfo[];
	/** Why the user's touch did nothing; empty otherwise. */
	readonly refusal: string;
}

/** Under the control pill: requests of others, and why a touch did nothing. Screen readers announce it. */
export function Callouts({ viewer, control, waiting, refusal }: CalloutsProps) {
	return (
		<div
			data-testid="callouts"
			aria-live="polite"
			className="pointer-events-none absolute top-2 right-2 z-10 flex max-w-[calc(100%-1rem)] flex-col items-end gap-2"
		>
			{refusal !== "" && (
				<p
					data-testid="touch-refused"
					className="animate-appear rounded-box border border-line bg-raised px-3 py-2 text-pretty font-medium shadow-float"
				>
					{refusal}
				</p>
			)}
			{control.requests.map(({ viewerId, name, until }) => (
				<Request
					key={`control ${viewerId}`}
					testId="control-request"
					text={`${name} asks for control`}
					until={until}
					yes="Give"
					no="Not now"
					onYes={() => viewer?.control("give", viewerId)}
					onNo={() => viewer?.control("deny", viewerId)}
				/>
			))}
			{waiting.map(({ viewerId, name }) => (
				<Request
					key={`door ${viewerId}`}
					testId="door-request"
					text={`${name} asks to be let in`}
					yes="Let in"
					no="Refuse"
					onYes={() => viewer?.admit(viewerId, true)}
					onNo={() => viewer?.admit(viewerId, false)}
				/>
			))}
		</div>
	);
}

interface RequestProps {
	readonly testId: string;
	readonly text: string;
	/** When it lapses; absent if it does not. */
	readonly until?: MonotonicTime;
	readonly yes: string;
	readonly no: string;
	onYes(): void;
	onNo(): void;
}

/** A request with its two answers. */
function Request({ testId, text, until, yes, no, onYes, onNo }: RequestProps) {
	const seconds = useSecondsTo(until);
	return (
		<div
			data-testid={testId}
			className="pointer-events-auto flex max-w-full animate-appear items-center gap-2 rounded-box border border-line bg-raised py-2 pr-2 pl-4 shadow-float"
		>
			<p className="min-w-0 truncate font-medium">{text}</p>
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

/** Whole seconds left until a moment, counting down to 0; undefined without one. */
function useSecondsTo(until: MonotonicTime | undefined): number | undefined {
	const [now, setNow] = useState(pageClock.now);
	useEffect(() => {
		if (until === undefined) return;
		setNow(pageClock.now());
		const timer = setInterval(() => setNow(pageClock.now()), 250);
		return () => clearInterval(timer);
	}, [until]);
	return until === undefined ? undefined : Math.max(0, Math.ceil((until - now) / 1000));
}
