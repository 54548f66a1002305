import type { Phase } from "../viewer/state.ts";

const colours: Readonly<Record<Phase, string>> = {
	live: "bg-accent",
	connecting: "bg-soft animate-pulse",
	waiting: "bg-soft animate-pulse",
	reconnecting: "bg-soft animate-pulse",
	"no-picture": "bg-soft",
	off: "bg-transparent ring-2 ring-soft ring-inset",
	starting: "bg-soft animate-pulse",
	offline: "bg-transparent ring-2 ring-soft ring-inset",
	ended: "bg-transparent ring-2 ring-soft ring-inset",
	refused: "bg-danger",
	unsupported: "bg-danger",
};

/** A state as a dot; the word beside it says the same. */
export function StateDot({ phase }: { phase: Phase }) {
	return <span aria-hidden className={`eased size-2 rounded-full ${colours[phase]}`} />;
}
