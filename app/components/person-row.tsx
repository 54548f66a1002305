import { type LucideIcon, Signal, SignalHigh, SignalLow, SignalMedium, SignalZero } from "lucide-react";
import type { Person, Quality, Role } from "../../signaling/protocol/messages.ts";
import type { ViewerState } from "../viewer/state.ts";
import type { Viewer } from "../viewer/viewer.ts";
import { Face } from "./face.tsx";

interface PersonRowProps {
	readonly person: Person;
	readonly me: boolean;
	readonly state: ViewerState;
	readonly viewer: Viewer;
}

/** What people call each right. */
const roleNames: Readonly<Record<Role, string>> = {
	view: "Watches",
	control: "May control",
	own: "Owner",
};

const qualities: Readonly<Record<Quality, { words: string; icon: LucideIcon; colour: string }>> = {
	unknown: { words: "Connection not known yet", icon: Signal, colour: "text-soft" },
	good: { words: "Good connection", icon: SignalHigh, colour: "text-accent" },
	fair: { words: "Fair connection", icon: SignalMedium, colour: "text-soft" },
	poor: { words: "Poor connection", icon: SignalLow, colour: "text-danger" },
	away: { words: "Away", icon: SignalZero, colour: "text-soft" },
};

/** One person: who, with what right, since when, and what may be done about it. */
export function PersonRow({ person, me, state, viewer }: PersonRowProps) {
	const { viewerId, name, role, waiting } = person;
	const { control } = state;
	const own = state.role === "own";
	const holds = control?.holder === viewerId;
	const canGive = !me && !waiting && !holds && role !== "view" && (own || control?.holder === state.viewerId);
	const { words, icon: Icon, colour } = qualities[person.quality];
	return (
		<li data-testid="person" className="flex min-h-12 items-center gap-3 rounded-box px-2 py-1">
			<Face person={person} />
			<span className="min-w-0 flex-1">
				<span className="block truncate font-medium">
					{name}
					{me && <span className="font-normal text-soft"> (you)</span>}
				</span>
				<span className="block truncate text-small text-soft">
					{waiting ? "Waits to be let in" : holds ? "Has control" : roleNames[role]}, since{" "}
					{timeOf(person.since)}
				</span>
			</span>
			{waiting ? null : (
				<span title={words} className={colour}>
					<Icon aria-hidden size={18} />
					<span className="sr-only">{words}</span>
				</span>
			)}
			{canGive && (
				<RowButton words="Give control" name={name} onClick={() => viewer.control("give", viewerId)} />
			)}
			{own && waiting && (
				<>
					<RowButton words="Let in" name={name} onClick={() => viewer.admit(viewerId, true)} />
					<RowButton words="Refuse" name={name} onClick={() => viewer.admit(viewerId, false)} />
				</>
			)}
			{own && !me && !waiting && (
				<RowButton words="Remove" name={name} danger onClick={() => viewer.kick(viewerId)} />
			)}
		</li>
	);
}

interface RowButtonProps {
	readonly words: string;
	readonly name: string;
	readonly danger?: boolean;
	onClick(): void;
}

function RowButton({ words, name, danger = false, onClick }: RowButtonProps) {
	return (
		<button
			type="button"
			aria-label={`${words}: ${name}`}
			onClick={onClick}
			className={`eased h-8 shrink-0 rounded-box border border-line px-2 font-medium text-small hover:bg-hover ${danger ? "text-danger" : ""}`}
		>
			{words}
		</button>
	);
}

function timeOf(epochMs: number): string {
	return new Date(epochMs).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
