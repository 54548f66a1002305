import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PeerLink } from "../../../../app/viewer/connection/peer-connection.ts";
import { LatencyMeter } from "../../../../app/viewer/stats/latency.ts";
import { StatsWatch } from "../../../../app/viewer/stats/stats-watch.ts";

/** What the connection tells next; a second goes by with each report. */
let line: { roundTrip: number; lost: number };
let seconds: number;
let peer: PeerLink | undefined;
let watch: StatsWatch;

beforeEach(() => {
	vi.useFakeTimers();
	line = { roundTrip: 0.01, lost: 0 };
	seconds = 0;
	peer = {
		stats: async () => {
			seconds++;
			return new Map<string, object>([
				[
					"video",
					{
						id: "video",
						type: "inbound-rtp",
						kind: "video",
						timestamp: seconds * 1000,
						framesDecoded: seconds * 60,
						packetsReceived: seconds * 100,
						packetsLost: seconds * line.lost,
					},
				],
				[
					"pair",
					{
						id: "pair",
						type: "candidate-pair",
						nominated: true,
						state: "succeeded",
						currentRoundTripTime: line.roundTrip,
					},
				],
			]);
		},
	} as unknown as PeerLink;
	watch = new StatsWatch(() => peer, new LatencyMeter());
	watch.start();
});

afterEach(() => {
	watch.stop();
	vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("StatsWatch", () => {
	it("gives rates from the second reading on", async () => {
		await pass(1000);
		expect(watch.readings.get().stats).toBeUndefined();
		await pass(1000);
		expect(watch.readings.get()).toMatchObject({ stats: { fps: 60, loss: 0 }, poor: false });
	});

	it.each([
		["loses packets", { roundTrip: 0.01, lost: 20 }],
		["is slow", { roundTrip: 0.9, lost: 0 }],
	])("calls a line poor that %s for three seconds, and good again at once", async (_, bad) => {
		await pass(1000);
		line = bad;
		await pass(2000);
		expect(watch.readings.get().poor).toBe(false);
		await pass(1000);
		expect(watch.readings.get().poor).toBe(true);
		line = { roundTrip: 0.01, lost: 0 };
		await pass(1000);
		expect(watch.readings.get().poor).toBe(false);
	});

	it("tells at once what the host says of the network, and keeps it over readings", async () => {
		watch.hear({ rendition: "main", estimate: 4e6 });
		expect(watch.readings.get()).toEqual({
			network: { rendition: "main", estimate: 4e6 },
			idle: false,
			poor: false,
		});
		await pass(2000);
		expect(watch.readings.get()).toMatchObject({ network: { estimate: 4e6 }, stats: { fps: 60 } });
		watch.reset();
		expect(watch.readings.get()).toEqual({ idle: false, poor: false });
	});

	it("says why the picture is smaller in the same words until it is not, also while nothing is sent", () => {
		const smaller = (rendition: "main" | "small" | undefined, estimate: number) => {
			watch.hear({ ...(rendition && { rendition }), estimate });
			return watch.readings.get().smaller;
		};
		const words = "Smaller picture: your network carries 1.2 Mbit/s";
		expect(smaller("main", 4e6)).toBeUndefined();
		expect(smaller("small", 1_234_567)).toBe(words);
		expect(smaller("small", 900_000)).toBe(words);
		expect(smaller(undefined, 900_000)).toBe(words);
		expect(smaller("main", 3e6)).toBeUndefined();
		expect(smaller("small", 345_678)).toBe("Smaller picture: your network carries 350 kbit/s");
	});

	it("does not compare one connection with another", async () => {
		await pass(2000);
		watch.reset();
		expect(watch.readings.get()).toEqual({ idle: false, poor: false });
		await pass(1000);
		expect(watch.readings.get().stats).toBeUndefined();
	});

	it("waits while there is no connection, and stops", async () => {
		peer = undefined;
		await pass(5000);
		expect(seconds).toBe(0);
		watch.stop();
		expect(vi.getTimerCount()).toBe(0);
	});
});
