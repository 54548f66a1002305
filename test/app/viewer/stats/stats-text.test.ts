import { expect, it } from "vitest";
import { networkText, smallRenditionText } from "../../../../app/viewer/stats/stats-text.ts";

it.each([
	[{}, "Slow connection: showing a smaller picture"],
	[{ estimate: 1_249_000 }, "Smaller picture: your network carries 1.2 Mbit/s"],
	[{ estimate: 349_999 }, "Smaller picture: your network carries 350 kbit/s"],
])("says why the picture is small of %o", (network, text) => {
	expect(smallRenditionText(network)).toBe(text);
});

it.each([
	[{}, undefined],
	[{ rendition: "main" as const }, undefined],
	[{ estimate: 2_345_678 }, "carries 2.3 Mbit/s"],
	[{ queueDelay: 11.6 }, "queues add 12 ms"],
	[{ estimate: 80_000, queueDelay: 0 }, "carries 80 kbit/s, queues add 0 ms"],
])("puts the figures of %o into words", (network, text) => {
	expect(networkText(network)).toBe(text);
});
