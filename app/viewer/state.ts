import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import type { ControlState, ParticipantInfo, Reason, Role } from "../../signaling/protocol/messages.ts";
import type { MonotonicTime } from "../../signaling/protocol/time.ts";
import type { Silence } from "./connection/path-watch.ts";

/** Progress of the video: none requested, on its way, shown, late (connected, but no frame came), or lost. */
type MediaState = "none" | "coming" | "shown" | "late" | "lost";

/** Why nothing is shown, for now or for good. */
export interface Stop {
	/** `refused`: never let in; `ended`: was in; `unsupported`: this browser cannot. */
	readonly how: "ended" | "refused" | "unsupported";
	readonly reason: Reason;
	/** The page does not retry by itself; the user can. */
	readonly final: boolean;
}

/** Who holds control, and until when each request for it stands, on the page's clock. */
export interface TimedControl extends Omit<ControlState, "requests"> {
	readonly requests: readonly { readonly viewerId: string; readonly until: MonotonicTime }[];
}

/** Everything the device page knows about its connection; `phaseOf` derives what to show. */
export interface ViewerState {
	readonly deviceId: string;
	readonly device?: DeviceDescription;
	/** This viewer's id. */
	readonly viewerId?: string;
	readonly role?: Role;
	/** Who holds control; absent until signaling has sent it. */
	readonly control?: TimedControl;
	/** Everybody on the device, this viewer included; absent until signaling has sent it. */
	readonly participants?: readonly ParticipantInfo[];
	/** An owner has to let this viewer in. */
	readonly waiting: boolean;
	readonly link: "connecting" | "open" | "waiting" | "closed";
	readonly media: MediaState;
	/** Frames have been shown before, so that losing the video is an interruption, not a slow start. */
	readonly seen: boolean;
	readonly stop?: Stop;
	readonly stream?: MediaStream;
	/** Nothing comes from the host; absent while something does. */
	readonly silence?: Silence;
	/** Input reaches the host. */
	readonly channelOpen: boolean;
}

/** What the page shows; `statusText` says what each is called. */
export type Phase =
	| "connecting"
	| "waiting"
	| "live"
	| "stale"
	| "unanswered"
	| "reconnecting"
	| "no-picture"
	| "off"
	| "starting"
	| "offline"
	| "ended"
	| "refused"
	| "unsupported";

/** The initial state, with which the static page is rendered. */
export function initialState(deviceId: string): ViewerState {
	return { deviceId, link: "connecting", media: "none", waiting: false, seen: false, channelOpen: false };
}

/** The phase of a state. */
export function phaseOf(state: ViewerState): Phase {
	if (state.stop) return state.stop.how;
	if (state.device?.state === "offline") return "offline";
	if (state.waiting) return "waiting";
	const power = powerPhase(state);
	if (power) return power;
	// A frozen frame whose source is gone is not live.
	if (state.device?.state === "failed") return "no-picture";
	if (state.media === "shown" && state.silence) return state.silence === "silent" ? "stale" : "unanswered";
	if (state.media === "shown") return "live";
	if (state.media === "late") return "no-picture";
	return state.seen || state.media === "lost" ? "reconnecting" : "connecting";
}

/** `off` says more than a missing picture does; `starting` lasts until the first frame is shown. */
function powerPhase({ device, media }: ViewerState): Phase | undefined {
	if (device?.state === "off") return "off";
	return device?.state === "starting" && media !== "shown" ? "starting" : undefined;
}
