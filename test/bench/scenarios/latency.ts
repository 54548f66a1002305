import { setTimeout as after } from "node:timers/promises";
import type { BrowserContext, Page } from "playwright";
import type { Product } from "../../support/product.ts";
import type { Scenario } from "../bench.ts";
import { type Figure, ofSeries, type Target } from "../figure.ts";
import { openDevicePage } from "../page/device-page.ts";
import { type ReadingPoint, startReading, stopReading } from "../page/frame-reader.ts";
import { clockDelays, flipDelays } from "../page/frame-reading.ts";
import { Stage } from "../stage.ts";
import { targets } from "../targets.ts";

/** Until the page, the encoder's rate control and the jitter buffer have settled, ms. */
const SETTLE = 2500;
const WATCH = 15_000;
const CLICKS = 200;
/** Between presses: a base and a random part, so that presses meet every phase of the frame clock, ms. */
const PAUSE = { base: 110, random: 70 };
const POINTS: readonly ReadingPoint[] = ["decoded", "painted"];

interface Scene {
	readonly stage: Stage;
	readonly display: string;
	readonly product: Product;
	readonly context: BrowserContext;
	say(words: string): void;
}

/** The product and a real browser on its real page. */
export const latencyScenario: Scenario = {
	name: "latency",
	method: `1280×720, host, Xvfb and Chromium on this machine, one clock. drawn: an X client draws the wall clock (57 Hz, so
that it does not beat with 60 Hz) into the picture; decoded: the picture leaves Chromium's decoder (MediaStreamTrackProcessor
on a clone of the page's track); painted: requestVideoFrameCallback, which moves in steps of whole refreshes. Scanout of a
panel is in neither. click: pointerdown reaches the page; pixel: the first picture with the X client's answer in it.`,
	async run({ say, profile }) {
		await using stage = new Stage();
		const display = await stage.display();
		const product = await stage.product(display, { profile });
		const context = await stage.context(product);
		const scene: Scene = { stage, display, product, context, say };
		return [...(await measureClock(scene)), ...(await measureClicks(scene))];
	},
};

async function measureClock({ stage, display, product, context, say }: Scene): Promise<Figure[]> {
	const figures: Figure[] = [];
	const contents = [
		{ subject: "clock strip alone, 57 Hz", mode: "clock", arguments: ["--hz", "57"] },
		{ subject: "scrolling text with clock, 60 Hz", mode: "scroll", arguments: ["--fps", "60", "--clock"] },
		{ subject: "scrolling text with clock, 57 Hz", mode: "scroll", arguments: ["--fps", "57", "--clock"] },
	] as const;
	for (const { subject, mode, arguments: options } of contents) {
		const clear = await stage.show(display, mode, { arguments: options });
		const page = await openDevicePage(context, product);
		for (const point of POINTS) {
			say(`${subject}: drawn → ${point}`);
			await after(SETTLE);
			await startReading(page, point);
			await after(WATCH);
			const delays = clockDelays((await stopReading(page)).readings);
			const name = { subject, measure: `drawn → ${point}`, unit: "ms" } as const;
			figures.push(ofSeries(name, delays, point === "decoded" ? targets.drawnToDecoded : undefined));
		}
		await page.close();
		await clear();
	}
	return figures;
}

async function measureClicks({ stage, display, product, context, say }: Scene): Promise<Figure[]> {
	const half = "1280x360+0+0";
	const idle = await clickAll("click, idle screen", targets.clickToPixelIdle);
	const clear = await stage.show(display, "scroll", {
		geometry: "1280x360+0+360",
		arguments: ["--fps", "60"],
	});
	const busy = await clickAll("click, half the screen scrolls at 60 Hz");
	await clear();
	return [...idle, ...busy];

	async function clickAll(subject: string, target?: Target): Promise<Figure[]> {
		const figures: Figure[] = [];
		const clearEcho = await stage.show(display, "echo", { geometry: half });
		const page = await openDevicePage(context, product);
		for (const point of POINTS) {
			say(`${subject}: to ${point} pixel`);
			await after(SETTLE);
			await startReading(page, point);
			await press(page, CLICKS);
			const { presses, readings } = await stopReading(page);
			const measure = point === "decoded" ? "click → decoded pixel" : "click → painted pixel";
			const delays = flipDelays(presses, readings);
			say(`${delays.length} of ${presses.length} presses answered`);
			figures.push(
				ofSeries({ subject, measure, unit: "ms" }, delays, point === "decoded" ? target : undefined),
			);
		}
		await page.close();
		await clearEcho();
		return figures;
	}
}

/** Presses the left button where the answering window is, well away from the corner that is read. */
async function press(page: Page, times: number): Promise<void> {
	const box = await page.locator("video[data-testid=screen]").boundingBox();
	if (!box) throw new Error("the page has no screen to click on");
	await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.3);
	await after(300);
	for (let count = 0; count < times; count++) {
		await page.mouse.down();
		await after(30);
		await page.mouse.up();
		await after(PAUSE.base + Math.random() * PAUSE.random);
	}
}
