import { describe, expect, it } from "vitest";
import { Access } from "../../../signaling/grants/access.ts";
import { COOKIE_SECONDS } from "../../../signaling/grants/session-cookie.ts";
import { keys } from "../../support/signaling-harness.ts";

let now = 1_700_000_000_000;
const access = new Access(keys, () => now);

describe("access", () => {
	it("gives everything to the owner's token and nothing to another", () => {
		expect(access.roleOf({ token: keys.ownerToken })).toBe("own");
		expect(access.roleOf({ token: "guess" })).toBeUndefined();
		expect(access.roleOf({ token: "" })).toBeUndefined();
		expect(access.roleOf({})).toBeUndefined();
	});

	it("gives a cookie's role for thirty days", () => {
		const cookie = access.cookieFor("control", false).split(";")[0];
		expect(access.roleOf({ cookie })).toBe("control");
		now += COOKIE_SECONDS * 1000;
		expect(access.roleOf({ cookie })).toBeUndefined();
	});

	it("takes no other key for the host's", () => {
		expect(access.isHost(keys.hostKey)).toBe(true);
		expect(access.isHost(keys.ownerToken)).toBe(false);
	});

	it("proves a seat for one viewer on one device, across restarts with the same keys", () => {
		const key = access.seatKey("v1", "phone");
		const restarted = new Access(keys);
		expect(restarted.ownsSeat("v1", "phone", key)).toBe(true);
		expect(restarted.ownsSeat("v2", "phone", key)).toBe(false);
		expect(restarted.ownsSeat("v1", "tablet", key)).toBe(false);
		expect(new Access({ ...keys, signingKey: "another" }).ownsSeat("v1", "phone", key)).toBe(false);
	});
});
