import { setTimeout as after } from "node:timers/promises";
import type { Page } from "playwright";
import type { Scenario } from "../bench.ts";
import { type Figure, ofReading, ofSeries } from "../figure.ts";
import { CLEAR, ImpairedLink, type Impairment } from "../network/impaired-link.ts";
import { leadThrough } from "../network/lead-through.ts";
import { keepConnections, readConnection } from "../page/connection-stats.ts";
import { openDevicePage } from "../page/device-page.ts";
import { startReading, stopReading } from "../page/frame-reader.ts";
import { clockReadings, recoveryTime } from "../page/frame-reading.ts";
import { Stage } from "../stage.ts";
import { targets } from "../targets.ts";

const SETTLE = 4_000;
const WATCH = 20_000;
const ONE_WAY = 20;
const BLACKOUTS = [50, 100, 200, 400];
const TIMES = 6;
/** Between two blackouts, ms. */
const PAUSE = 3_000;

const LINKS: readonly { readonly name: string; readonly impairment: Impairment; readonly judged: boolean }[] =
	[
		{ name: "nothing wrong", impairment: CLEAR, judged: false },
		{ name: "40 ms round trip", impairment: { ...CLEAR, delay: ONE_WAY }, judged: false },
		{ name: "2 % loss, 40 ms", impairment: { ...CLEAR, delay: ONE_WAY, loss: 0.02 }, judged: true },
		{
			name: "5 % 15 ms late, 5 % twice, 40 ms",
			impairment: { ...CLEAR, delay: ONE_WAY, reorder: 0.05, reorderBy: 15, duplicate: 0.05 },
			judged: true,
		},
	];

/** One viewer behind a bad link. */
export const lossScenario: Scenario = {
	name: "loss",
	method: `One 1280×720 device, scrolling text with a clock at 60 Hz, Chromium behind a relay in user space that loses,
delays, repeats and reorders packets of both directions. pictures: that the browser decoded, by its own count. recovery: end of a blackout to the
first picture that is no older than ${100 + ONE_WAY} ms; ${TIMES} blackouts of each length, 40 ms round trip.`,
	async run({ say }) {
		await using stage = new Stage();
		const display = await stage.display();
		await stage.show(display, "scroll", { arguments: ["--fps", "60", "--clock"] });
		const product = await stage.product(display);
		const context = await stage.context(product);
		const link = stage.keep(await ImpairedLink.open());
		await keepConnections(context);
		await leadThrough(context, link);
		const page = await openDevicePage(context, product);
		const figures: Figure[] = [];
		for (const { name, impairment, judged } of LINKS) {
			say(name);
			link.impairment = impairment;
			await after(SETTLE);
			figures.push(...(await watch(page, name, judged)));
		}
		link.impairment = { ...CLEAR, delay: ONE_WAY };
		for (const length of BLACKOUTS) {
			say(`blackouts of ${length} ms`);
			figures.push(await recoverFrom(length, link, page));
		}
		return figures;
	},
};

async function watch(page: Page, subject: string, judged: boolean): Promise<Figure[]> {
	const before = await readConnection(page);
	await startReading(page, "decoded");
	const started = performance.now();
	await after(WATCH);
	const { readings } = await stopReading(page);
	const seconds = (performance.now() - started) / 1000;
	const now = await readConnection(page);
	const delays = clockReadings(readings).map(({ delay }) => delay);
	const rate = (now.framesDecoded - before.framesDecoded) / seconds;
	return [
		ofReading(
			{ subject, measure: "pictures", unit: "a second" },
			rate,
			judged ? targets.lossyRate : undefined,
		),
		ofSeries({ subject, measure: "drawn → decoded", unit: "ms" }, delays),
		ofReading({ subject, measure: "freezes", unit: "times" }, now.freezes - before.freezes),
	];
}

async function recoverFrom(length: number, link: ImpairedLink, page: Page): Promise<Figure> {
	const ends: number[] = [];
	await after(PAUSE);
	await startReading(page, "decoded");
	for (let time = 0; time < TIMES; time++) {
		link.dark = true;
		await after(length);
		link.dark = false;
		ends.push(performance.timeOrigin + performance.now());
		await after(PAUSE);
	}
	const readings = clockReadings((await stopReading(page)).readings);
	const times = ends.map((end) => recoveryTime(readings, end, 100 + ONE_WAY) ?? PAUSE);
	const name = { subject: `blackout of ${length} ms`, measure: "recovery", unit: "ms" } as const;
	return ofSeries(name, times, targets.blackoutRecovery);
}
