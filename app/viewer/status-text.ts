import { asSentence } from "../../signaling/protocol/errors.ts";
import type { Reason } from "../../signaling/protocol/messages.ts";
import { wantsPin } from "./connection/share-link.ts";
import { type Phase, phaseOf, type ViewerState } from "./state.ts";
import { PLACEHOLDER_ID } from "./urls.ts";

/** What the page says about a state, and what it offers. */
export interface StatusText {
	readonly phase: Phase;
	/** One or two words beside the dot in the top bar. */
	readonly label: string;
	/** The sentence in the middle of the stage; empty while the video is shown. */
	readonly title: string;
	/** Why, and what happens next. */
	readonly detail: string;
	/** Whether "try again" would help. */
	readonly retry: boolean;
	/** A PIN is needed, or another than the last one. */
	readonly pin?: "wanted" | "wrong";
}

const QUICK = "This usually takes less than a second.";
/** How long connecting may take before the page explains what it is trying, ms. */
export const SLOW_AFTER = 3000;

/**
 * The text for a state, with the device's name in it.
 *
 * @param waited How long this state has lasted, ms.
 * @param clock Formats a time of day, such as `14:02`.
 */
export function statusText(
	state: ViewerState,
	waited: number,
	clock: (epochMs: number) => string,
): StatusText {
	const phase = phaseOf(state);
	const name = state.device?.name ?? (state.deviceId === PLACEHOLDER_ID ? "the device" : state.deviceId);
	const say = (label: string, title: string, detail = "", retry = false): StatusText => ({
		phase,
		label,
		title,
		detail,
		retry,
	});
	const nothing = { code: "none", message: "" };
	switch (phase) {
		case "live":
			return say("Live", "");
		case "stale":
			return say("May be old", "The picture may be old", `Nothing has come from ${name} for a moment.`);
		case "unanswered":
			return say(
				"No answer",
				`${name} does not answer`,
				"The picture is old. This page reconnects by itself.",
				true,
			);
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
		case "off": {
			if (state.device?.power === "stopping")
				return say(
					"Shutting down",
					`${name} is shutting down…`,
					"It can be switched on again when it is off.",
				);
			const owner = state.role === "own" && state.device?.power !== undefined;
			const detail = owner
				? "Switch it on, and its screen appears here."
				: "Its screen appears here by itself when an owner switches it on.";
			return say("Off", `${name} is switched off`, detail);
		}
		case "starting":
			return say(
				"Starting",
				`${name} is starting…`,
				state.device?.note ?? "Its screen appears here by itself.",
			);
		case "waiting":
			return say("Waiting", "Asked the owner to let you in", "The screen appears here as soon as they do.");
		case "ended": {
			const reason = state.stop?.reason ?? nothing;
			if (!state.stop?.final)
				return say("Waiting", sentence(reason.message), "This page reconnects by itself.", true);
			const [title, detail, retry] = endText(reason, clock);
			return say("Ended", title, detail, retry);
		}
		case "refused": {
			const reason = state.stop?.reason ?? nothing;
			const [title, detail] = refusalText(reason, name, clock);
			const text = say("Refused", title, detail, TRY_AGAIN.has(reason.code));
			return wantsPin(reason.code)
				? { ...text, pin: reason.code === "wrong-pin" ? "wrong" : "wanted" }
				: text;
		}
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

/** Refusals that time may undo. */
const TRY_AGAIN = new Set([
	"too-many-tries",
	"too-fast",
	"link-full",
	"device-full",
	"admission-full",
	"full",
	"not-let-in",
	"no-such-device",
	"internal",
	// The page is loaded anew.
	"wrong-version",
]);

/** Formats a time of day, such as `14:02`. */
type TimeOfDay = (epochMs: number) => string;

/** Title and next step for a final end, and whether trying again may help. */
export function endText({ code, message }: Reason, clock: TimeOfDay): [string, string, boolean] {
	switch (code) {
		case "removed":
			return [...removedText(message), false];
		case "expired":
			return [expiry(message, clock), "Ask whoever shared it for a new one.", false];
		case "revoked":
			return ["The link was revoked", "Ask whoever shared it for a new one.", false];
		case "not-let-in":
			return ["You were not let in", "Ask the owner, then try again.", true];
		case "superseded":
			return ["You opened this device elsewhere", "It goes on there. Try again to have it here.", true];
		case "flooding":
			return [
				"This page sent far too much",
				"It was disconnected, so that others keep their picture. Try again in a minute.",
				true,
			];
		default:
			return [sentence(message), "Other devices may still be there.", true];
	}
}

/** Title and next step for a viewer who was refused; where the server knows what to do, its own message says so. */
export function refusalText({ code, message }: Reason, name: string, clock: TimeOfDay): [string, string] {
	switch (code) {
		case "needs-pin":
			return ["This link needs a PIN", "Whoever shared it can tell you."];
		case "wrong-pin":
			return ["That PIN is wrong", "After ten wrong ones the link is closed."];
		case "too-many-tries":
			return ["Too many wrong PINs", sentence(message)];
		case "link-full":
			return ["This link is full", "Try again when somebody has left, or ask for another link."];
		case "used-up":
			return ["This link has been used up", "Ask whoever shared it for a new one."];
		case "expired":
			return [expiry(message, clock), "Ask whoever shared it for a new one."];
		case "revoked":
			return ["The link was revoked", "Ask whoever shared it for a new one."];
		case "wrong-device":
			return [
				"This link is for another device",
				"Open the device it was shared for, or ask for a link to this one.",
			];
		case "not-let-in":
			return ["You were not let in", "Ask the owner, then try again."];
		case "removed":
			return removedText(message);
		case "no-such-device":
			return [
				`There is no device ${name} here`,
				"It may have been taken away, or the address may be mistyped.",
			];
		case "wrong-version":
			return ["This page is older than its server", "Reload it to get the one that fits."];
		case "no-token":
			return ["No link was used", sentence(message)];
		case "wrong-token":
			return ["This link is not good here", sentence(message)];
		case "device-full":
			return [`${name} is full`, sentence(message)];
		default:
			return [`${name} cannot be opened now`, sentence(message)];
	}
}

/** Who removed the viewer, and what would let them in again. */
function removedText(message: string): [string, string] {
	const [, title = "You were removed", until] =
		/^(You were removed by .+?)( for ten minutes|, and the link has ended)?\.$/.exec(message) ?? [];
	if (until === " for ten minutes") return [title, "In ten minutes the link lets you in again."];
	return [title, until ? "The link has ended. Ask for another one." : "Ask them before you come back."];
}

/** A reason as a sentence of its own. */
function sentence(text: string): string {
	return text === "" ? "" : asSentence(text);
}

/** The server gives times in UTC; the page shows local time. */
function expiry(message: string, clock: TimeOfDay): string {
	const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/.exec(message) ?? [];
	return day && time ? `The link expired at ${clock(Date.parse(`${day}T${time}Z`))}` : "The link has expired";
}
