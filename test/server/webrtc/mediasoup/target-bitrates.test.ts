import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TargetBitrates } from "../../../../server/webrtc/media.ts";
import {
	TargetBitratesReporter,
	targetBitratesOf,
} from "../../../../server/webrtc/mediasoup/target-bitrates.ts";

const maxBitrates = { main: 4_000_000, small: 1_000_000 };
const taker = (estimate?: number, watching = true) => ({ watching, estimate });

describe("the rate that all viewers want together", () => {
	it("is the best while no path is known to carry less", () => {
		expect(targetBitratesOf([taker(), taker(9_000_000)], maxBitrates)).toEqual({ main: 4_000_000 });
	});

	it("is a part of what the slowest path carries", () => {
		expect(targetBitratesOf([taker(9_000_000), taker(3_000_000)], maxBitrates)).toEqual({ main: 2_550_000 });
	});

	it("does not fall below a floor for the sake of one", () => {
		expect(targetBitratesOf([taker(9_000_000), taker(100_000)], maxBitrates)).toEqual({ main: 1_600_000 });
	});

	it("is none when nobody watches, and leaves out who does not", () => {
		expect(targetBitratesOf([], maxBitrates)).toEqual({});
		expect(targetBitratesOf([taker(9_000_000, false)], maxBitrates)).toEqual({});
		expect(targetBitratesOf([taker(2_000_000, false), taker()], maxBitrates)).toEqual({ main: 4_000_000 });
	});

	it("always lies between the floor and the best", () => {
		const some = fc.array(
			fc.record({ watching: fc.boolean(), estimate: fc.option(fc.nat(20_000_000), { nil: undefined }) }),
		);
		fc.assert(
			fc.property(some, (takers) => {
				const { main } = targetBitratesOf(takers, maxBitrates);
				expect(main !== undefined).toBe(takers.some(({ watching }) => watching));
				expect(main ?? maxBitrates.main).toBeGreaterThanOrEqual(maxBitrates.main * 0.4);
				expect(main ?? maxBitrates.main).toBeLessThanOrEqual(maxBitrates.main);
			}),
		);
	});
});

describe("what is told of it", () => {
	let now = 0;
	const open = () => {
		now = 0;
		const told: TargetBitrates[] = [];
		return {
			told,
			teller: new TargetBitratesReporter(
				() => now,
				(targetBitrates) => told.push(targetBitrates),
			),
		};
	};

	it("is its beginning and end, at once", () => {
		const { told, teller } = open();
		for (const targetBitrates of [{}, { main: 100 }, {}, { main: 100 }]) teller.update(targetBitrates);
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
