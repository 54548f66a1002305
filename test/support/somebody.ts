import type { ParticipantInfo } from "../../signaling/protocol/messages.ts";

/** A person on a device, as signaling tells of them. */
export function somebody(viewerId: string, more: Partial<ParticipantInfo> = {}): ParticipantInfo {
	return {
		viewerId,
		number: 1,
		person: 1,
		name: viewerId,
		role: "control",
		since: 0,
		quality: "good",
		waiting: false,
		...more,
	};
}
