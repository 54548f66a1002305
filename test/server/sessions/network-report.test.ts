import { expect, it } from "vitest";
import { NetworkReport } from "../../../server/sessions/network-report.ts";

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
