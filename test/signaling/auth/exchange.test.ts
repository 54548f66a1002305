import { beforeEach, describe, expect, it } from "vitest";
import { Exchange } from "../../../signaling/auth/exchange.ts";
import type { Grant } from "../../../signaling/auth/grant.ts";
import type { GrantOrder } from "../../../signaling/auth/grant-book.ts";
import { SignalingHarness } from "../../support/signaling-harness.ts";

let harness: SignalingHarness;
let exchange: Exchange;
const refused = (code: string) => expect.objectContaining({ name: "PortholeError", code });

beforeEach(() => {
	harness = new SignalingHarness();
	const { access, grants, audited, clock } = harness;
	const audit = { note: (entry: (typeof audited)[number]) => audited.push(entry) };
	exchange = new Exchange({ access, grants, audit, clock, wall: clock.wall });
});

const shared = (more: Partial<GrantOrder> = {}) => harness.grant("phone", "view", more);
const usesOf = ({ id }: Grant) => harness.grants.get(id)?.used;

describe("the exchange", () => {
	it("gives the grant of a token and counts the use", async () => {
		const grant = await shared();
		expect(await exchange.open({ token: grant.token })).toMatchObject({ id: grant.id, deviceId: "phone" });
		expect(usesOf(grant)).toBe(1);
	});

	it("spends nothing on a browser that still has its cookie, which is asked for no PIN", async () => {
		const grant = await shared({ uses: 1, pin: "4711" });
		await exchange.open({ token: grant.token, pin: "4711" });
		const { cookie } = grant;
		expect(await exchange.open({ token: grant.token, cookie })).toMatchObject({ id: grant.id });
		expect(usesOf(grant)).toBe(1);
		await expect(exchange.open({ token: grant.token, pin: "4711" })).rejects.toThrow(refused("used-up"));
		const other = await shared();
		const forged = `porthole_grant_${grant.id}=${other.cookie.split("=")[1]}`;
		await expect(exchange.open({ token: grant.token, cookie: forged })).rejects.toThrow(refused("used-up"));
	});

	it("gives nothing for a cookie whose grant has ended", async () => {
		const grant = await shared();
		await harness.grants.revoke(grant.id);
		await expect(exchange.open(grant)).rejects.toThrow(refused("revoked"));
	});

	it("takes the token again and again while there are uses, from whoever has it", async () => {
		const { token } = await shared({ uses: 3 });
		for (let time = 0; time < 3; time++) await exchange.open({ token });
		await expect(exchange.open({ token })).rejects.toThrow(refused("used-up"));
	});

	it("does not look at a PIN again once a minute's tries at a grant are spent", async () => {
		const { token, id } = await shared({ pin: "4711" });
		for (let time = 0; time < 10; time++)
			await exchange.open({ token, pin: "4711", address: `192.0.2.${time}` });
		const eleventh = exchange.open({ token, pin: "0000", address: "192.0.2.99" });
		await expect(eleventh).rejects.toThrow(refused("too-many-tries"));
		expect(harness.grants.get(id)?.wrongPins).toBe(0);
		harness.clock.advance(6_000);
		await exchange.open({ token, pin: "4711", address: "192.0.2.99" });
	});

	it("lets one network try so many PINs a minute, at whatever grants", async () => {
		const grants = await Promise.all([
			shared({ pin: "4711" }),
			shared({ pin: "4711" }),
			shared({ pin: "4711" }),
		]);
		const codes: string[] = [];
		for (let time = 0; time < 27; time++) {
			const { token } = grants[time % 3] as (typeof grants)[number];
			const address = `2001:db8::${time + 1}`;
			await exchange.open({ token, pin: "0000", address }).catch(({ code }) => codes.push(code));
		}
		expect(codes.slice(0, 20)).toEqual(Array(20).fill("wrong-pin"));
		expect(codes.slice(20)).toEqual(Array(7).fill("too-many-tries"));
		const [{ token } = { token: "" }] = grants;
		await exchange.open({ token, pin: "4711", address: "2001:db8:0:1::1" });
	});

	it("closes a grant whose PIN is guessed from many addresses, and no other", async () => {
		const [guessed, other] = [await shared({ pin: "4711" }), await shared({ pin: "4711" })];
		for (let from = 0; from < 40; from++) {
			const pin = String(from).padStart(4, "0");
			await expect(
				exchange.open({ token: guessed.token, pin, address: `198.51.100.${from}` }),
			).rejects.toThrow();
			harness.clock.advance(10_000);
		}
		expect(harness.grants.get(guessed.id)?.wrongPins).toBe(10);
		await expect(exchange.open({ token: guessed.token, pin: "4711" })).rejects.toThrow(
			refused("too-many-tries"),
		);
		expect(harness.access.rightsOf({ cookie: guessed.cookie })).toHaveLength(1);
		await exchange.open({ token: other.token, pin: "4711" });
	});

	it("notes who opened which grant and who was refused, without secrets", async () => {
		const grant = await shared({ pin: "471147" });
		await exchange.open({ token: grant.token }).catch(() => {});
		await exchange.open({ token: grant.token, pin: "471147", address: "192.0.2.7" });
		await exchange.open({ token: grant.token, pin: "998877", address: "192.0.2.8" }).catch(() => {});
		await exchange.open({ token: "forged", address: "192.0.2.9" }).catch(() => {});
		expect(harness.audited).toEqual([
			{ event: "opened", device: "phone", grantId: grant.id, address: "192.0.2.7", detail: "view" },
			{ event: "refused", device: "phone", grantId: grant.id, address: "192.0.2.8", detail: "wrong-pin" },
			{
				event: "refused",
				device: undefined,
				grantId: undefined,
				address: "192.0.2.9",
				detail: "wrong-token",
			},
		]);
		expect(JSON.stringify(harness.audited)).not.toMatch(new RegExp(`471147|998877|${grant.token}`));
	});
});
