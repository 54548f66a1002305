import { setTimeout as after } from "node:timers/promises";
import type { Page } from "playwright";
import type { Scenario } from "../bench.ts";
import { type Figure, ofReading, ofSeries } from "../figure.ts";
import { startFarBrowser } from "../network/far-browser.ts";
import { layLink } from "../network/namespaces.ts";
import { readConnection } from "../page/connection-stats.ts";
import { startReading, stopReading } from "../page/frame-reader.ts";
import { clockReadings } from "../page/frame-reading.ts";
import { type Crowd, gatherCrowd } from "../receivers/crowd.ts";
import { Stage } from "../stage.ts";
import { targets } from "../targets.ts";

/** Mbit/s. */
const NARROW = 3;
const WIDE = 20;
const WANTED = 8;
/** What waits in front of the link before it drops, ms. */
const QUEUE = 1_500;
/** Time behind the narrow link, and how much of its end counts, ms. */
const STAY = 30_000;
const JUDGED = 20_000;
const AFTER_OPENING = 15_000;
const OTHERS = 9;
const BESIDE = 10_000;

/** A link too narrow for the stream, alone and beside viewers that have no such link. */
export const bottleneckScenario: Scenario = {
	name: "bottleneck",
	method: `One 1280×720 device, film-like content at 60 Hz that wants ${WANTED} Mbit/s; Chromium in a network namespace of its own
behind tc tbf. behind ${NARROW} Mbit/s: the last ${JUDGED / 1000} of ${STAY / 1000} s. opened: from the change to ${WIDE} Mbit/s until a second's bytes
reach 90 % of the rate at the end, in full size. The others are libdatachannel receivers in the host's namespace.`,
	async run({ say, profile }) {
		await using stage = new Stage();
		const link = stage.keep(await layLink(NARROW, QUEUE));
		const display = await stage.display();
		await stage.show(display, "video", { arguments: ["--fps", "60", "--clock"] });
		const options = ["--lan", "--bitrate", `${WANTED}000`];
		const product = await stage.product(display, { within: link.host.within, arguments: options, profile });
		const browser = stage.keep(await startFarBrowser(link, product));
		const figures: Figure[] = [];

		say(`behind ${NARROW} Mbit/s`);
		const page = await browser.open();
		await startReading(page, "decoded");
		await after(STAY - JUDGED);
		figures.push(...(await watch(page, JUDGED, `alone behind ${NARROW} Mbit/s`, true)));

		say(`opened to ${WIDE} Mbit/s`);
		link.limit(WIDE);
		figures.push(await timeToFullRate(page));
		await page.close();
		link.limit(NARROW);

		say(`${OTHERS} others`);
		const crowd = stage.keep(gatherCrowd(product, link.host.within));
		await crowd.grow(OTHERS);
		await after(5_000);
		figures.push(await delivery(crowd, `${OTHERS} others, nobody behind the link`));
		const late = await browser.open();
		await after(5_000);
		await startReading(late, "decoded");
		const [others] = await Promise.all([
			delivery(crowd, `${OTHERS} others, one behind ${NARROW} Mbit/s`),
			after(BESIDE),
		]);
		figures.push(others, ...(await watch(late, 0, `one behind ${NARROW} Mbit/s beside ${OTHERS}`, false)));
		return figures;
	},
};

/** What the page shows within the next `time` ms, or since reading began when that is 0. */
async function watch(page: Page, time: number, subject: string, judged: boolean): Promise<Figure[]> {
	const started = time === 0 ? 0 : performance.timeOrigin + performance.now();
	await after(time);
	const { width } = await readConnection(page);
	const readings = (await stopReading(page)).readings.filter(({ at }) => at >= started);
	const span = ((readings.at(-1)?.at ?? 0) - (readings[0]?.at ?? 0)) / 1000;
	const delays = clockReadings(readings).map(({ delay }) => delay);
	const { bottleneckDelay, bottleneckRate } = targets;
	return [
		ofSeries(
			{ subject, measure: "drawn → decoded", unit: "ms" },
			delays,
			judged ? bottleneckDelay : undefined,
		),
		ofReading(
			{ subject, measure: "pictures", unit: "a second" },
			readings.length / span,
			judged ? bottleneckRate : undefined,
		),
		ofReading({ subject, measure: "width", unit: "pixels" }, width),
	];
}

async function timeToFullRate(page: Page): Promise<Figure> {
	const step = 250;
	const samples: { at: number; bytes: number; width: number }[] = [];
	const started = performance.now();
	while (performance.now() - started < AFTER_OPENING) {
		const { bytesReceived: bytes, width } = await readConnection(page);
		samples.push({ at: performance.now() - started, bytes, width });
		await after(step);
	}
	const rateAt = (index: number) => {
		const now = samples[index];
		const before = samples[index - 1000 / step];
		return now && before ? (now.bytes - before.bytes) / (now.at - before.at) : 0;
	};
	const last = samples.map((_, index) => rateAt(index)).slice(-12);
	const full = last.reduce((sum, rate) => sum + rate, 0) / last.length;
	const reached = samples.find(({ width }, index) => width === 1280 && rateAt(index) >= 0.9 * full);
	const subject = `opened to ${WIDE} Mbit/s, ${((full * 8) / 1000).toFixed(1)} Mbit/s at the end`;
	const time = (reached?.at ?? AFTER_OPENING) / 1000;
	return ofReading({ subject, measure: "full rate after", unit: "s" }, time, targets.reopened);
}

async function delivery(crowd: Crowd, subject: string): Promise<Figure> {
	crowd.measure();
	await after(BESIDE);
	return ofSeries({ subject, measure: "delivery", unit: "ms" }, (await crowd.report()).delays);
}
