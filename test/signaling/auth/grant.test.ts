import { describe, expect, it } from "vitest";
import { isLive, MAX_WRONG_PINS, rightsBy, stateOf } from "../../../signaling/auth/grant.ts";
import { sampleGrant } from "../../support/sample-grant.ts";

const grant = sampleGrant();
const now = grant.created;

describe("a grant", () => {
	it.each([
		["open at first", sampleGrant(), now, "open"],
		["open until its last moment", sampleGrant(), grant.expires - 1, "open"],
		["expired then", sampleGrant(), grant.expires, "expired"],
		["used up by its last use", sampleGrant({ uses: 2, used: 2 }), now, "used-up"],
		["open while it has uses left", sampleGrant({ uses: 2, used: 1 }), now, "open"],
		["closed by wrong PINs", sampleGrant({ wrongPins: MAX_WRONG_PINS }), now, "closed"],
		["open after one less", sampleGrant({ wrongPins: MAX_WRONG_PINS - 1 }), now, "open"],
		["closed rather than used up", sampleGrant({ wrongPins: 10, uses: 1, used: 1 }), now, "closed"],
		["expired rather than closed", sampleGrant({ wrongPins: 10 }), grant.expires, "expired"],
		[
			"revoked, also when its time is over",
			sampleGrant({ ended: { at: now, reason: "revoked" } }),
			grant.expires,
			"revoked",
		],
	] as const)("is %s", (_, one, at, state) => {
		expect(stateOf(one, at)).toBe(state);
	});

	it("keeps those whom it let in when it opens for nobody new", () => {
		expect(isLive(sampleGrant({ uses: 1, used: 1 }), now)).toBe(true);
		expect(isLive(sampleGrant({ wrongPins: MAX_WRONG_PINS }), now)).toBe(true);
		expect(isLive(sampleGrant(), grant.expires)).toBe(false);
		expect(isLive(sampleGrant({ ended: { at: now, reason: "revoked" } }), now)).toBe(false);
	});

	it("gives its role on its device and nothing else", () => {
		expect(rightsBy(grant)).toEqual({
			role: "view",
			devices: ["phone"],
			grantId: grant.id,
			label: "For Ana",
			expires: grant.expires,
		});
	});
});
