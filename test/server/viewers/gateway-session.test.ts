import { describe, expect, it } from "vitest";
import { GatewayTickets } from "../../../server/viewers/gateway-session.ts";

describe("a gateway's tickets", () => {
	it("are good once, each for whoever it was issued to", () => {
		const tickets = new GatewayTickets();
		const arrived: string[] = [];
		const [one, two] = [tickets.issue(() => arrived.push("one")), tickets.issue(() => arrived.push("two"))];
		tickets.redeem(two)?.({} as never);
		expect(arrived).toEqual(["two"]);
		expect(tickets.redeem(two)).toBeUndefined();
		tickets.withdraw(one);
		expect([tickets.redeem(one), tickets.redeem("made-up")]).toEqual([undefined, undefined]);
	});
});
