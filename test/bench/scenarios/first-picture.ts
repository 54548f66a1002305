import { setTimeout as after } from "node:timers/promises";
import type { BrowserContext } from "playwright";
import { shareDevice } from "../../support/guests.ts";
import type { Scenario } from "../bench.ts";
import { type Figure, ofSeries } from "../figure.ts";
import { deviceUrl, newContext, openDevicePage } from "../page/device-page.ts";
import { type JoinTrace, joinSteps, readTrace, traceJoins } from "../page/join-trace.ts";
import { Stage } from "../stage.ts";
import { targets } from "../targets.ts";

const NAVIGATIONS = 20;
const SLOW_NAVIGATIONS = 10;
/** A source ends this long after its last viewer, and a little more, ms. */
const SOURCE_GONE = 5_500;

/** From navigation to frame, step by step. */
export const firstFrameScenario: Scenario = {
	name: "first-picture",
	method: `Times since the navigation began, on the real device page in a new tab, cookie set, server warm, idle 1280×720 screen.
first picture: first requestVideoFrameCallback of the page's video. source runs: another viewer watches already.
pasted link: a share link in a browser that has neither cache nor cookie, the exchange of the link included.
steps beside each other overlap; a step that this browser does not tell is left empty.`,
	async run({ say, profile }) {
		await using stage = new Stage();
		const display = await stage.display();
		await stage.show(display, "echo");
		const product = await stage.product(display, { profile });
		const browser = await stage.browser();

		say("page in the browser's cache, source stopped");
		const warm = await newContext(browser, product);
		await traceJoins(warm);
		await navigate(warm, deviceUrl(product));
		const asleep = await repeat(SLOW_NAVIGATIONS, async () => {
			await after(SOURCE_GONE);
			return navigate(warm, deviceUrl(product));
		});

		await openDevicePage(await newContext(browser, product), product);
		say("page in the browser's cache, source runs");
		const cached = await repeat(NAVIGATIONS, () => navigate(warm, deviceUrl(product)));
		say("nothing cached, source runs");
		const cold = await repeat(NAVIGATIONS, async () => {
			const context = await newContext(browser, product);
			await traceJoins(context);
			const trace = await navigate(context, deviceUrl(product));
			await context.close();
			return trace;
		});
		say("a share link pasted into a new browser");
		const link = await shareDevice(product, product.deviceIds[0] ?? "", { role: "control" });
		const pasted = await repeat(SLOW_NAVIGATIONS, async () => {
			const context = await browser.newContext();
			await traceJoins(context);
			const trace = await navigate(context, link.url);
			await context.close();
			return trace;
		});
		return [
			...figuresOf("pasted link", pasted),
			...figuresOf("cached page, source runs", cached),
			...figuresOf("cold page, source runs", cold),
			...figuresOf("cached page, source stopped", asleep),
		];
	},
};

async function navigate(context: BrowserContext, url: string): Promise<JoinTrace> {
	const page = await context.newPage();
	await page.goto(url, { waitUntil: "commit" });
	const trace = await readTrace(page);
	await page.close();
	return trace;
}

async function repeat<Value>(times: number, run: () => Promise<Value>): Promise<Value[]> {
	const values: Value[] = [];
	for (let count = 0; count < times; count++) values.push(await run());
	return values;
}

function figuresOf(subject: string, traces: readonly JoinTrace[]): Figure[] {
	return joinSteps.flatMap((step) => {
		const times = traces.flatMap((trace) => trace[step] ?? []);
		if (times.length === 0 && step !== "first picture") return [];
		const target = step === "first picture" ? targets.firstFrame : undefined;
		return ofSeries({ subject: step, measure: subject, unit: "ms" }, times, target);
	});
}
