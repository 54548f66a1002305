import { describe, expect, it } from "vitest";
import { endWords, refusalWords } from "../../../app/viewer/reason-words.ts";

const clock = (epochMs: number) => new Date(epochMs).toISOString().slice(11, 16);
const expired = "The link expired at 2026-11-20 15:00 UTC. Ask for a new one.";

describe("an end for good", () => {
	it.each([
		["removed", "You were removed by Ana.", "You were removed by Ana"],
		["expired", expired, "The link expired at 15:00"],
		["expired", "It is over.", "The link has expired"],
		["revoked", "x", "The link was revoked"],
		["not-let-in", "x", "You were not let in"],
		["device-gone", "Demo was shut down", "Demo was shut down."],
	])("by %s is told with a next step", (code, message, title) => {
		const [said, step] = endWords({ code, message }, clock);
		expect(said).toBe(title);
		expect(step).not.toBe("");
	});

	it("offers to try again only where that may help", () => {
		expect(endWords({ code: "revoked", message: "" }, clock)[2]).toBe(false);
		expect(endWords({ code: "removed", message: "" }, clock)[2]).toBe(true);
	});
});

describe("a refusal", () => {
	it.each([
		["needs-pin", "This link needs a PIN"],
		["wrong-pin", "That PIN is wrong"],
		["too-many-tries", "Too many wrong PINs"],
		["used-up", "This link has been used up"],
		["wrong-device", "This link is for another device"],
		["revoked", "The link was revoked"],
		["wrong-token", "This link does not open Demo"],
		["device-full", "Demo cannot be opened now"],
	])("%s is told with a next step", (code, title) => {
		const [said, step] = refusalWords({ code, message: "Wait a minute" }, "Demo", clock);
		expect(said).toBe(title);
		expect(step).not.toBe("");
	});
});
