import { beforeEach, describe, expect, it } from "vitest";
import { InputVisits, STAYS_FOR } from "../../../../server/gateways/baguette/input-visits.ts";
import type { GatewayHost, GatewayRequest, GatewayVisit } from "../../../../server/gateways/gateway-host.ts";
import { ownerRights, type Rights } from "../../../../signaling/auth/rights.ts";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Reason } from "../../../../signaling/protocol/messages.ts";
import { FakeClock, settled } from "../../../fakes/fake-clock.ts";
import { FakeDevice } from "../../../fakes/fake-device.ts";

let clock: FakeClock;
let entered: GatewayRequest[];
let left: number;
let failure: PortholeError | undefined;
let ends: ((reason: Reason) => void)[];
let visits: InputVisits;
const device = new FakeDevice();

beforeEach(() => {
	clock = new FakeClock();
	entered = [];
	left = 0;
	failure = undefined;
	ends = [];
	const host: GatewayHost = {
		list: () => [],
		device: () => device,
		async enter(request) {
			entered.push(request);
			if (failure) throw failure;
			const visit: GatewayVisit = {
				input: () => undefined,
				claim: () => undefined,
				release() {},
				watch: () => ({ requestKeyframe() {}, setBitrate() {}, close() {} }),
				onEnd: (listener) => void ends.push(listener),
				leave: () => left++,
			};
			return visit;
		},
	};
	visits = new InputVisits(host, clock);
});

const begin = (rights: Rights = ownerRights, address = "127.0.0.1") => visits.begin(device, rights, address);

describe("clients that send requests", () => {
	it("are one viewer while the next comes soon, and gone after", async () => {
		for (let again = 0; again < 3; again++) {
			(await begin()).done();
			clock.advance(STAYS_FOR - 1);
		}
		expect([entered.length, left]).toEqual([1, 0]);
		clock.advance(1);
		expect(left).toBe(1);
		(await begin()).done();
		expect(entered).toHaveLength(2);
	});

	it("stay as long as a request takes, and until the last of several is done", async () => {
		const [first, second] = await Promise.all([begin(), begin()]);
		expect(first.player).toBe(second.player);
		first.done();
		first.done();
		clock.advance(STAYS_FOR * 10);
		expect(left).toBe(0);
		second.done();
		clock.advance(STAYS_FOR);
		expect(left).toBe(1);
	});

	it("are told apart by their right and where they are", async () => {
		const guest: Rights = { role: "control", devices: ["phone"], grantId: "g1", label: "" };
		await Promise.all([begin(), begin(guest), begin(guest, "192.0.2.1")]);
		expect(entered.map(({ rights, address }) => [rights.grantId, address])).toEqual([
			["owner", "127.0.0.1"],
			["g1", "127.0.0.1"],
			["g1", "192.0.2.1"],
		]);
	});

	it("come in again after they were sent away or could not come in", async () => {
		const sent = await begin();
		ends[0]?.({ code: "removed", message: "You were removed." });
		expect(await sent.player.play({ type: "scroll", dx: 0, dy: 1 })).toMatchObject({ ok: false });
		failure = new PortholeError("device-full", "Too many people are on this device.");
		await expect(begin()).rejects.toMatchObject({ code: "device-full" });
		failure = undefined;
		await settled();
		await begin();
		sent.done();
		clock.advance(STAYS_FOR);
		expect([entered.length, left]).toEqual([3, 0]);
	});

	it("all leave when the gateway closes", async () => {
		await Promise.all([begin(), begin(ownerRights, "192.0.2.1")]);
		visits.close();
		expect([left, clock.pending]).toEqual([2, 0]);
	});

	it("are bounded in number", async () => {
		for (let index = 0; index < 256; index++) await begin(ownerRights, `192.0.2.${index}`);
		await expect(begin(ownerRights, "198.51.100.1")).rejects.toMatchObject({ code: "full" });
	});
});
