import type { Reason } from "../../signaling/protocol/messages.ts";

/** Tells a time of day, such as `14:02`. */
type ClockWords = (epochMs: number) => string;

/** Title and next step for an end for good, and whether trying again may help. */
export function endWords({ code, message }: Reason, clock: ClockWords): [string, string, boolean] {
	switch (code) {
		case "removed":
			return [message.replace(/\.$/, ""), "Your link may still be good: ask them, then try again.", true];
		case "expired":
			return [expiry(message, clock), "Ask whoever shared it for a new one.", false];
		case "revoked":
			return ["The link was revoked", "Ask whoever shared it for a new one.", false];
		case "not-let-in":
			return ["You were not let in", "Ask the owner, then try again.", true];
		case "superseded":
			return ["You opened this device elsewhere", "It goes on there. Try again to have it here.", true];
		default:
			return [sentence(message), "Other devices may still be there.", true];
	}
}

/** Title and next step for a viewer who was never let in; the server's own words say what to do where it knows. */
export function refusalWords({ code, message }: Reason, name: string, clock: ClockWords): [string, string] {
	switch (code) {
		case "needs-pin":
			return ["This link needs a PIN", "Whoever shared it can tell you."];
		case "wrong-pin":
			return ["That PIN is wrong", "After ten wrong ones the link is closed."];
		case "too-many-tries":
			return ["Too many wrong PINs", sentence(message)];
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
			return [message.replace(/\.$/, ""), "Your link may still be good: ask them, then try again."];
		case "no-such-device":
			return [
				`There is no device ${name} here`,
				"It may have been taken away, or the address may be mistyped.",
			];
		case "wrong-version":
			return ["This page is older than its server", "Reload it to get the one that fits."];
		case "no-token":
		case "wrong-token":
			return [`This link does not open ${name}`, sentence(message)];
		default:
			return [`${name} cannot be opened now`, sentence(message)];
	}
}

/** A reason as a sentence of its own. */
export function sentence(text: string): string {
	return text === "" || /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** The server tells times in UTC; people read them by their own clock. */
function expiry(message: string, clock: ClockWords): string {
	const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/.exec(message) ?? [];
	return day && time ? `The link expired at ${clock(Date.parse(`${day}T${time}Z`))}` : "The link has expired";
}
