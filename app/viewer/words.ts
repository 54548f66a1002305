import { PLACEHOLDER_ID } from "./place.ts";
import { type Phase, phaseOf, type ViewerState } from "./state.ts";

/** What the page says about a state, and what it offers. */
export interface Words {
	readonly phase: Phase;
	/** One or two words beside the dot in the top bar. */
	readonly label: string;
	/** The sentence in the middle of the stage; empty while the picture speaks for itself. */
	readonly title: string;
	/** Why, and what happens next. */
	readonly detail: string;
	/** Whether "try again" would help. */
	readonly retry: boolean;
}

const QUICK = "This usually takes less than a second.";
/** How long connecting may take before the page says what it is trying, ms. */
export const SLOW_AFTER = 3000;

/**
 * Words for a state, with the device's name in them.
 *
 * @param waited How long this state has held, ms.
 * @param clock Tells a time of day, such as `14:02`.
 */
export function wordsFor(state: ViewerState, waited: number, clock: (epochMs: number) => string): Words {
	const phase = phaseOf(state);
	const name = state.device?.name ?? (state.deviceId === PLACEHOLDER_ID ? "the device" : state.deviceId);
	const say = (label: string, title: string, detail = "", retry = false): Words => ({
		phase,
		label,
		title,
		detail,
		retry,
	});
	switch (phase) {
		case "live":
			return say("Live", "");
		case "connecting": {
			const slow = waited >= SLOW_AFTER;
			return say("Connecting", `Connecting to ${name}…`, slow ? trying(state) : QUICK, true);
		}
		case "reconnecting":
			return say(
				"Reconnecting",
				`Reconnecting to ${name}…`,
				waited >= SLOW_AFTER ? trying(state) : QUICK,
				true,
			);
		case "no-picture":
			return say(
				"No picture",
				`${name} is on but sends no picture`,
				state.device?.note ?? "It has drawn nothing yet. The picture appears here by itself.",
				true,
			);
		case "offline":
			return say(
				"Offline",
				`The computer ${name} runs on is offline since ${clock(state.device?.since ?? 0)}`,
				"This page reconnects by itself.",
				true,
			);
		case "ended":
			return state.stop?.final
				? say("Ended", sentence(state.stop.reason.message), "Other devices may still be there.", true)
				: say("Waiting", sentence(state.stop?.reason.message ?? ""), "This page reconnects by itself.", true);
		case "refused":
			return say("Refused", ...refusal(state, name), true);
		case "unsupported":
			return say(
				"Cannot show",
				"This browser cannot show H.264 over WebRTC",
				"Current versions of Chrome, Edge, Firefox and Safari can. In Chromium builds without H.264 it is missing.",
			);
	}
}

function trying(state: ViewerState): string {
	if (state.link === "waiting") return "Porthole does not answer. Still trying by itself.";
	if (state.link === "connecting") return "Still trying to reach Porthole at this address.";
	if (state.media === "none") return "Porthole answers. Still waiting for the device to offer its picture.";
	return "The device answers. Still looking for a way for its picture; a firewall may stand between.";
}

/** Title and detail for a viewer who was not let in; the server's own words say what to do where it knows. */
function refusal({ stop }: ViewerState, name: string): [string, string] {
	const reason = sentence(stop?.reason.message ?? "");
	switch (stop?.reason.code) {
		case "no-such-device":
			return [
				`There is no device ${name} here`,
				"It may have been taken away, or the address may be mistyped.",
			];
		case "wrong-version":
			return ["This page is older than its server", "Reload it to get the one that fits."];
		case "no-token":
		case "wrong-token":
			return [`This link does not open ${name}`, reason];
		default:
			return [`${name} cannot be opened now`, reason];
	}
}

/** A reason as a sentence of its own. */
function sentence(text: string): string {
	return text === "" || /[.!?…]$/.test(text) ? text : `${text}.`;
}
