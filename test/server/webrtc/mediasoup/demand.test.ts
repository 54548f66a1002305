import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Demand } from "../../../../server/webrtc/media.ts";
import { DemandTeller, demandOf } from "../../../../server/webrtc/mediasoup/demand.ts";

const supply = { main: 4_000_000, small: 1_000_000 };
const taker = (estimate?: number, watching = true) => ({ watching, estimate });

describe("the rate that all viewers want together", () => {
	it("is the best while no path is known to carry less", () => {
		expect(demandOf([taker(), taker(9_000_000)], supply)).toEqual({ main: 4_000_000 });
	});

	it("is a part of what the slowest path carries", () => {
		expect(demandOf([taker(9_000_000), taker(3_000_000)], supply)).toEqual({ main: 2_550_000 });
	});

	it("does not fall below a floor for the sake of one", () => {
		expect(demandOf([taker(9_000_000), taker(100_000)], supply)).toEqual({ main: 1_600_000 });
	});

	it("is none when nobody watches, and leaves out who does not", () => {
		expect(demandOf([], supply)).toEqual({});
		expect(demandOf([taker(9_000_000, false)], supply)).toEqual({});
		expect(demandOf([taker(2_000_000, false), taker()], supply)).toEqual({ main: 4_000_000 });
	});

	it("always lies between the floor and the best", () => {
		const some = fc.array(
			fc.record({ watching: fc.boolean(), estimate: fc.option(fc.nat(20_000_000), { nil: undefined }) }),
		);
		fc.assert(
			fc.property(some, (takers) => {
				const { main } = demandOf(takers, supply);
				expect(main !== undefined).toBe(takers.some(({ watching }) => watching));
				expect(main ?? supply.main).toBeGreaterThanOrEqual(supply.main * 0.4);
				expect(main ?? supply.main).toBeLessThanOrEqual(supply.main);
			}),
		);
	});
});

describe("what is told of it", () => {
	let now = 0;
	const open = () => {
		now = 0;
		const told: Demand[] = [];
		return {
			told,
			teller: new DemandTeller(
				() => now,
				(demand) => told.push(demand),
			),
		};
	};

	it("is its beginning and end, at once", () => {
		const { told, teller } = open();
		for (const demand of [{}, { main: 100 }, {}, { main: 100 }]) teller.update(demand);
		expect(told).toEqual([{}, { main: 100 }, {}, { main: 100 }]);
	});

	it("is another rate every 100 ms at most, and the last one in the end", () => {
		const { told, teller } = open();
		teller.update({ main: 1000 });
		for (now = 10; now < 100; now += 10) teller.update({ main: 1000 - now });
		expect(told).toEqual([{ main: 1000 }]);
		teller.update({ main: 800 });
		expect(told).toEqual([{ main: 1000 }, { main: 800 }]);
	});

	it("is not what hardly differs, nor the same twice", () => {
		const { told, teller } = open();
		teller.update({ main: 1000 });
		now = 1000;
		for (const main of [1000, 1040, 960]) teller.update({ main });
		teller.update({ main: 1050 });
		expect(told).toEqual([{ main: 1000 }, { main: 1050 }]);
	});
});
