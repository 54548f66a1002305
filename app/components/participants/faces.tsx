import { lazy, Suspense, useRef } from "react";
import type { ViewerState } from "../../viewer/state.ts";
import type { Viewer } from "../../viewer/viewer.ts";
import { useLazyPopup } from "../popup.ts";
import { Face } from "./face.tsx";

const loadPanel = () => import("./participants-panel.tsx");
const ParticipantsPanel = lazy(async () => ({ default: (await loadPanel()).ParticipantsPanel }));

/** Faces shown before the rest is only counted; on a phone there is room for one. */
const SHOWN = 2;

/** Who is here: a few faces and a number. Opens the panel of participants. */
export function Faces({ viewer, state }: { viewer: Viewer; state: ViewerState }) {
	const button = useRef<HTMLButtonElement>(null);
	const { wanted, open, setOpen, toggle, prepares } = useLazyPopup(loadPanel);
	const participants = (state.participants ?? []).filter(
		({ waiting, quality }) => !waiting && quality !== "away",
	);
	return (
		<>
			<button
				ref={button}
				type="button"
				data-testid="people"
				aria-haspopup="dialog"
				aria-expanded={open}
				onClick={toggle}
				{...prepares}
				className={`eased flex h-9 shrink-0 items-center rounded-full px-1 hover:bg-hover focus-visible:-outline-offset-2 aria-expanded:bg-hover ${participants.length > 0 ? "" : "invisible"}`}
			>
				<span className="sr-only">People here: {participants.length}</span>
				<span aria-hidden className="flex -space-x-1.5">
					{participants.slice(0, SHOWN).map((participant, at) => (
						<span key={participant.viewerId} className={at > 0 ? "max-sm:hidden" : ""}>
							<Face participant={participant} />
						</span>
					))}
				</span>
				<More count={participants.length - SHOWN} look="max-sm:hidden" />
				<More count={participants.length - 1} look="sm:hidden" />
			</button>
			{wanted && (
				<Suspense>
					<ParticipantsPanel viewer={viewer} state={state} open={open} onOpen={setOpen} anchor={button} />
				</Suspense>
			)}
		</>
	);
}

function More({ count, look }: { count: number; look: string }) {
	if (count <= 0) return null;
	return (
		<span aria-hidden className={`pr-1 pl-1 font-medium text-small text-soft tabular-nums ${look}`}>
			+{count}
		</span>
	);
}
