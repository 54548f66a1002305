import { beforeEach, describe, expect, it } from "vitest";
import { Access } from "../../../signaling/auth/access.ts";
import { OWNER_COOKIE_SECONDS } from "../../../signaling/auth/cookies.ts";
import { GrantBook } from "../../../signaling/auth/grant-book.ts";
import { ownerRights, rightsOn } from "../../../signaling/auth/rights.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { cookiesOf, keys, plainScope, SignalingHarness } from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
let access: Access;
beforeEach(() => {
	harness = new SignalingHarness();
	access = harness.access;
});

const roleOn = (cookie: string, deviceId: string) => rightsOn(access.rightsOf({ cookie }), deviceId)?.role;
const refusal = (cookie: string, deviceId?: string) => access.refusal({ cookie }, deviceId).code;

describe("access", () => {
	it("gives everything to the owner's token and nothing to another", () => {
		expect(access.rightsOf({ token: keys.ownerToken })).toEqual([ownerRights]);
		expect(access.rightsOf({ token: "guess" })).toEqual([]);
		expect(access.rightsOf({ token: "" })).toEqual([]);
		expect(access.rightsOf({})).toEqual([]);
	});

	it("gives everything to the owner's cookie for thirty days", () => {
		const cookie = cookiesOf(access.ownerCookie(plainScope));
		expect(access.rightsOf({ cookie })).toEqual([ownerRights]);
		harness.clock.advance(OWNER_COOKIE_SECONDS * 1000);
		expect(access.rightsOf({ cookie })).toEqual([]);
	});

	it("gives what a grant gives, until it ends", async () => {
		const { id, cookie } = await harness.grant("phone", "control");
		expect(roleOn(cookie, "phone")).toBe("control");
		expect(roleOn(cookie, "tablet")).toBeUndefined();
		await harness.grants.revoke(id);
		expect(access.rightsOf({ cookie })).toEqual([]);
	});

	it("takes no grant for a token: it has to be exchanged first", async () => {
		const { token } = await harness.grant("phone", "own");
		expect(access.rightsOf({ token })).toEqual([]);
		expect(access.refusal({ token }).code).toBe("wrong-token");
	});

	it("does not let good cookies save a wrong token", async () => {
		const { cookie } = await harness.grant("phone", "own");
		const all = `${cookie}; ${cookiesOf(access.ownerCookie(plainScope))}`;
		expect(access.rightsOf({ token: "guess", cookie: all })).toEqual([]);
	});

	it("adds up the grants of a browser", async () => {
		const [view, control, other] = [
			await harness.grant("phone", "view"),
			await harness.grant("phone", "control"),
			await harness.grant("tablet", "own"),
		];
		const cookie = `${view.cookie}; ${control.cookie}; ${other.cookie}`;
		expect([roleOn(cookie, "phone"), roleOn(cookie, "tablet")]).toEqual(["control", "own"]);
		await harness.grants.revoke(control.id);
		expect(roleOn(cookie, "phone")).toBe("view");
	});

	it("keeps a browser's cookies of live grants and removes those of ended ones", async () => {
		const [gone, stays, fresh] = [
			await harness.grant("phone", "view"),
			await harness.grant("phone", "view"),
			await harness.grant("phone", "view"),
		];
		await harness.grants.revoke(gone.id);
		const sent = access.grantCookies(fresh, `${gone.cookie}; ${stays.cookie}`, plainScope);
		expect(sent).toHaveLength(2);
		expect(sent[0]).toContain(`porthole_grant_${fresh.id}=`);
		expect(sent[1]).toMatch(new RegExp(`^porthole_grant_${gone.id}=; Path=/; Max-Age=0;`));
	});
});

describe("a refusal", () => {
	it("tells nothing to a stranger but how to come in", () => {
		expect(refusal("", "phone")).toBe("no-token");
		expect(access.refusal({ token: "guess" }, "phone").code).toBe("wrong-token");
	});

	it("tells of the grant for that very device, whatever other grants there are", async () => {
		const [phone, tablet] = [await harness.grant("phone", "view"), await harness.grant("tablet", "view")];
		await harness.grants.revoke(phone.id);
		for (const cookie of [`${phone.cookie}; ${tablet.cookie}`, `${tablet.cookie}; ${phone.cookie}`]) {
			expect(refusal(cookie, "phone")).toBe("revoked");
		}
		expect(refusal(tablet.cookie, "phone")).toBe("wrong-device");
	});

	it("tells that a grant has expired, and when", async () => {
		const end = Date.UTC(2026, 10, 20, 15, 4);
		harness = new SignalingHarness(new FakeClock(end - 1_000));
		access = harness.access;
		const { cookie } = await harness.grant("phone", "view", { expires: end });
		harness.clock.advance(1_000);
		expect(access.refusal({ cookie }, "phone")).toMatchObject({
			code: "expired",
			message: expect.stringContaining("2026-11-20 15:04 UTC"),
		});
		expect(refusal(cookie)).toBe("expired");
	});

	it("takes a grant that the book has forgotten for revoked", async () => {
		const { cookie } = await harness.grant("phone", "view");
		const fresh = new Access(keys, new GrantBook(keys.signingKey));
		expect(fresh.refusal({ cookie }, "phone").code).toBe("revoked");
	});

	it("does not speak of grants whose cookies are forged", async () => {
		const { id } = await harness.grant("phone", "view");
		expect(refusal(`porthole_grant_${id}=${"A".repeat(43)}`, "phone")).toBe("no-token");
	});
});

it("proves a participant for one viewer on one device, across restarts with the same keys", () => {
	const key = access.participantKey("v1", "phone");
	const restarted = new Access(keys, new GrantBook(keys.signingKey));
	expect(restarted.isParticipantKey("v1", "phone", key)).toBe(true);
	expect(restarted.isParticipantKey("v2", "phone", key)).toBe(false);
	expect(restarted.isParticipantKey("v1", "tablet", key)).toBe(false);
	const other = new Access({ ...keys, signingKey: "another" }, new GrantBook("another"));
	expect(other.isParticipantKey("v1", "phone", key)).toBe(false);
});
