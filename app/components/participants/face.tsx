import type { ParticipantInfo } from "../../../signaling/protocol/messages.ts";
import { colourOf, initialsOf } from "../../viewer/participants.ts";

/** A participant as initials on their colour; grey while they are away. */
export function Face({ participant }: { participant: Pick<ParticipantInfo, "name" | "number" | "quality"> }) {
	return (
		<span
			aria-hidden
			className={`grid size-7 shrink-0 place-items-center rounded-full border-2 border-raised font-semibold text-small tracking-tight text-paper ${participant.quality === "away" ? "grayscale" : ""}`}
			style={{ background: colourOf(participant.number) }}
		>
			{initialsOf(participant.name)}
		</span>
	);
}
