import { expect, it } from "vitest";
import {
	ConnectionQuality,
	NetworkReport,
	type QualitySigns,
	qualityOf,
} from "../../../server/viewers/connection-quality.ts";

it.each([
	[{}, "unknown"],
	[{ lost: 0 }, "good"],
	[{ roundTrip: 20 }, "good"],
	[{ lost: 0.019, roundTrip: 149 }, "good"],
	[{ lost: 0.02, roundTrip: 20 }, "fair"],
	[{ lost: 0, roundTrip: 150 }, "fair"],
	[{ lost: 0.08, roundTrip: 20 }, "poor"],
	[{ lost: 0, roundTrip: 400 }, "poor"],
	[{ rendition: "small" }, "fair"],
	[{ lost: 0, roundTrip: 20, rendition: "small" }, "fair"],
	[{ lost: 0.2, rendition: "small" }, "poor"],
	[{ lost: 0, rendition: "main" }, "good"],
	[{ lost: 0, roundTrip: 20, skipped: 29 }, "good"],
	[{ lost: 0, roundTrip: 20, skipped: 30 }, "poor"],
] as [QualitySigns, string][])("calls %o %s", (stats, quality) => {
	expect(qualityOf(stats)).toBe(quality);
});

it("tells a change once, worse at once and better only when it lasts", () => {
	const quality = new ConnectionQuality();
	const [good, fair, poor] = [{ lost: 0 }, { lost: 0.03 }, { lost: 0.2 }];
	const told = [{}, good, good, poor, good, good, poor, good, good, fair, fair, good, good, good, {}].map(
		(stats) => quality.read(stats),
	);
	const nothing = undefined;
	expect(told).toEqual([
		nothing,
		"good",
		nothing,
		"poor",
		nothing,
		nothing,
		nothing,
		nothing,
		nothing,
		"fair",
		nothing,
		nothing,
		nothing,
		"good",
		nothing,
	]);
});

it("counts the pictures left out since the last reading, not those before the first", () => {
	const quality = new ConnectionQuality();
	const told = [500, 500, 529, 559, 559, 559, 559].map((skipped) => quality.read({ lost: 0, skipped }));
	expect(told).toEqual(["good", undefined, undefined, "poor", undefined, undefined, "good"]);
});

it("says nothing while nothing is known", () => {
	expect(new NetworkReport().news({}, 0)).toBeUndefined();
});

it("tells another rendition at once, figures once a second, and nothing twice", () => {
	const report = new NetworkReport();
	const told = [
		[{ rendition: "main", estimate: 4e6 }, 0],
		[{ rendition: "main", estimate: 3e6 }, 999],
		[{ rendition: "small", estimate: 1e6, queueDelay: 12 }, 999],
		[{ rendition: "small", estimate: 1e6, queueDelay: 14 }, 1_500],
		[{ rendition: "small", estimate: 1e6, queueDelay: 14 }, 1_999],
		[{ rendition: "small", estimate: 1e6, queueDelay: 14 }, 60_000],
		[{}, 60_001],
	] as const;
	expect(told.map(([stats, now]) => report.news(stats, now))).toEqual([
		{ type: "network", rendition: "main", estimate: 4e6 },
		undefined,
		{ type: "network", rendition: "small", estimate: 1e6, queueDelay: 12 },
		undefined,
		{ type: "network", rendition: "small", estimate: 1e6, queueDelay: 14 },
		undefined,
		{ type: "network" },
	]);
});
