import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import type { ControlState, ParticipantInfo, Reason, Role } from "../../signaling/protocol/messages.ts";

/** How far pictures are: none asked for, on their way, shown, late (connected, yet none came), or cut off. */
type MediaState = "none" | "coming" | "shown" | "late" | "lost";

/** Why there is nothing to see for now or for good. */
export interface Stop {
	/** `refused`: never let in; `ended`: was in; `unsupported`: this browser cannot. */
	readonly how: "ended" | "refused" | "unsupported";
	readonly reason: Reason;
	/** Only a person can change it; the page does not try again by itself. */
	readonly final: boolean;
}

/** Everything the device page knows of its connection. What to call it is worked out by `phaseOf`. */
export interface ViewerState {
	readonly deviceId: string;
	readonly device?: DeviceDescription;
	/** This viewer's id. */
	readonly viewerId?: string;
	readonly role?: Role;
	/** Who holds control; unknown until signaling tells. */
	readonly control?: ControlState;
	/** Everybody on the device, this viewer too; unknown until signaling tells. */
	readonly participants?: readonly ParticipantInfo[];
	/** An owner has to let this viewer in. */
	readonly waiting: boolean;
	readonly link: "connecting" | "open" | "waiting" | "closed";
	/** When signaling is tried again while `link` is `waiting`, ms since the epoch. */
	readonly retryAt?: number;
	readonly media: MediaState;
	/** Pictures have been shown before, so that losing them is a break, not a slow start. */
	readonly seen: boolean;
	readonly stop?: Stop;
	readonly stream?: MediaStream;
	/** Input reaches the host. */
	readonly channelOpen: boolean;
}

/** What the page shows; `statusText` says what each is called. */
export type Phase =
	| "connecting"
	| "waiting"
	| "live"
	| "reconnecting"
	| "no-picture"
	| "off"
	| "starting"
	| "offline"
	| "ended"
	| "refused"
	| "unsupported";

/** The state before anything has happened, as the static page shows it. */
export function initialState(deviceId: string): ViewerState {
	return { deviceId, link: "connecting", media: "none", waiting: false, seen: false, channelOpen: false };
}

/** What to call a state. */
export function phaseOf(state: ViewerState): Phase {
	if (state.stop) return state.stop.how;
	if (state.device?.state === "offline") return "offline";
	if (state.waiting) return "waiting";
	const power = powerPhase(state);
	if (power) return power;
	// A picture that stands still because its source is gone is not live.
	if (state.device?.state === "failed") return "no-picture";
	if (state.media === "shown") return "live";
	if (state.media === "late") return "no-picture";
	return state.seen || state.media === "lost" ? "reconnecting" : "connecting";
}

/** Off says more than that no picture comes; of one that starts the first picture does. */
function powerPhase({ device, media }: ViewerState): Phase | undefined {
	if (device?.state === "off") return "off";
	return device?.state === "starting" && media !== "shown" ? "starting" : undefined;
}
