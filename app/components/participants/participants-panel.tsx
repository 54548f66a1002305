import { Popover } from "@base-ui/react/popover";
import { type LucideIcon, Signal, SignalHigh, SignalLow, SignalMedium, SignalZero } from "lucide-react";
import { type RefObject, useState } from "react";
import type { ParticipantInfo, Quality, Role } from "../../../signaling/protocol/messages.ts";
import type { ViewerState } from "../../viewer/state.ts";
import type { Viewer } from "../../viewer/viewer.ts";
import { ignoresAnchor } from "../popup.ts";
import { Face } from "./face.tsx";
import { NameForm } from "./name-form.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";

interface ParticipantsPanelProps {
	readonly viewer: Viewer;
	readonly state: ViewerState;
	readonly open: boolean;
	onOpen(open: boolean): void;
	readonly anchor: RefObject<HTMLButtonElement | null>;
}

/** Everybody on the device, with role and connection quality, and a form for one's own name. */
export function ParticipantsPanel({ viewer, state, open, onOpen, anchor }: ParticipantsPanelProps) {
	const participants = state.participants ?? [];
	const me = participants.find(({ viewerId }) => viewerId === state.viewerId);
	const [leaving, setLeaving] = useState<ParticipantInfo>();
	return (
		<Popover.Root open={open} onOpenChange={ignoresAnchor(anchor, onOpen)}>
			<Popover.Portal>
				<Popover.Positioner anchor={anchor} side="bottom" align="end" sideOffset={8} className="z-20">
					<Popover.Popup
						data-testid="people-panel"
						finalFocus={anchor}
						className="flex max-h-[min(32rem,calc(100dvh-5rem))] w-[min(24rem,calc(100vw-1rem))] animate-appear flex-col rounded-box border border-line bg-raised text-ink shadow-float outline-none"
					>
						<Popover.Title className="px-4 pt-4 pb-2 font-semibold text-large">People</Popover.Title>
						<ul className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
							{participants.map((participant) => (
								<ParticipantRow
									key={participant.viewerId}
									participant={participant}
									me={me}
									onRemove={() => setLeaving(participant)}
									state={state}
									viewer={viewer}
								/>
							))}
						</ul>
						{me && (
							<div className="border-line border-t p-4">
								<NameForm name={me.name} action="Rename" onName={(name) => viewer.rename(name)} />
							</div>
						)}
						<RemoveDialog
							participant={leaving}
							onClose={() => setLeaving(undefined)}
							onRemove={(and) => leaving && viewer.kick(leaving.viewerId, and)}
						/>
					</Popover.Popup>
				</Popover.Positioner>
			</Popover.Portal>
		</Popover.Root>
	);
}

interface ParticipantRowProps {
	readonly participant: ParticipantInfo;
	/** The user. */
	readonly me: ParticipantInfo | undefined;
	readonly state: ViewerState;
	readonly viewer: Viewer;
	onRemove(): void;
}

/** Roles as the page calls them. */
const roleNames: Readonly<Record<Role, string>> = {
	view: "Watches",
	control: "May control",
	own: "Owner",
};

const qualities: Readonly<Record<Quality, { text: string; icon: LucideIcon; colour: string }>> = {
	unknown: { text: "Connection not known yet", icon: Signal, colour: "text-soft" },
	good: { text: "Good connection", icon: SignalHigh, colour: "text-accent" },
	fair: { text: "Fair connection", icon: SignalMedium, colour: "text-soft" },
	poor: { text: "Poor connection", icon: SignalLow, colour: "text-danger" },
	away: { text: "Away", icon: SignalZero, colour: "text-soft" },
};

/** One participant: name, role, since when, and what the user may do about it. */
export function ParticipantRow({ participant, me, state, viewer, onRemove }: ParticipantRowProps) {
	const { viewerId, name, role, waiting } = participant;
	const { control } = state;
	const own = state.role === "own";
	const holds = control?.holder === viewerId;
	const here = participant === me;
	const mine = participant.person === me?.person;
	const canGive =
		!mine && !waiting && !holds && role !== "view" && (own || control?.holder === state.viewerId);
	const { text, icon: Icon, colour } = qualities[participant.quality];
	return (
		<li data-testid="person" className="flex min-h-12 items-center gap-3 rounded-box px-2 py-1">
			<Face participant={participant} />
			<span className="min-w-0 flex-1">
				<span className="block truncate font-medium">
					{name}
					{mine && (
						<span className="font-normal text-soft">{here ? " (you)" : " (you, in another tab)"}</span>
					)}
				</span>
				<span className="block truncate text-small text-soft">
					{waiting ? "Waits to be let in" : holds ? "Has control" : roleNames[role]}, since{" "}
					{timeOf(participant.since)}
				</span>
			</span>
			{waiting ? null : (
				<span title={text} className={colour}>
					<Icon aria-hidden size={18} />
					<span className="sr-only">{text}</span>
				</span>
			)}
			{canGive && (
				<RowButton text="Give control" name={name} onClick={() => viewer.control("give", viewerId)} />
			)}
			{own && waiting && (
				<>
					<RowButton text="Let in" name={name} onClick={() => viewer.admit(viewerId, true)} />
					<RowButton text="Refuse" name={name} onClick={() => viewer.admit(viewerId, false)} />
				</>
			)}
			{own && !mine && !waiting && <RowButton text="Remove" name={name} danger onClick={onRemove} />}
		</li>
	);
}

interface RowButtonProps {
	readonly text: string;
	readonly name: string;
	readonly danger?: boolean;
	onClick(): void;
}

function RowButton({ text, name, danger = false, onClick }: RowButtonProps) {
	return (
		<button
			type="button"
			aria-label={`${text}: ${name}`}
			onClick={onClick}
			className={`eased h-8 shrink-0 rounded-box border border-line px-2 font-medium text-small hover:bg-hover ${danger ? "text-danger" : ""}`}
		>
			{text}
		</button>
	);
}

function timeOf(epochMs: number): string {
	return new Date(epochMs).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
