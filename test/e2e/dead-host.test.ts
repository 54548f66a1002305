import type { Browser, Page } from "playwright";
import { beforeAll, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { newContext, openDevice, PATIENCE, recordStates, untilState } from "../support/device-page.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { startProduct } from "../support/product.ts";

const keep = keepForAll();
let browser: Browser;

beforeAll(async () => {
	browser = await keep(launchBrowser());
});

/** How long after now the page says each of these states, ms, by its own clock. */
function timesOf(page: Page, states: readonly string[]): Promise<number[]> {
	return page.evaluate(async (wanted) => {
		const panel = document.querySelector<HTMLElement>("[data-testid=state]");
		if (!panel) throw new Error("the page says no state");
		const start = performance.now();
		const times: number[] = [];
		for (const state of wanted) {
			while (panel.dataset.state !== state) {
				if (performance.now() - start > 20_000) throw new Error(`never ${state}: ${panel.dataset.state}`);
				await new Promise(requestAnimationFrame);
			}
			times.push(performance.now() - start);
		}
		return times;
	}, states);
}

test("a host that freezes is told within two and four seconds, and the page is live again when it thaws", async () => {
	const product = await keepForTest(startProduct({ devices: ["demo:"] }));
	const page = await openDevice(await newContext(browser, product), product, "demo");
	const times = timesOf(page, ["stale", "unanswered"]);
	process.kill(product.pid, "SIGSTOP");
	try {
		const [stale = 0, unanswered = 0] = await times;
		console.info(`may be old after ${Math.round(stale)} ms, no answer after ${Math.round(unanswered)} ms`);
		// A second more for a busy machine; the bounds themselves are held by the watch's own test.
		expect(stale).toBeLessThan(2000 + 1000);
		expect(unanswered).toBeLessThan(4000 + 1000);
		expect(await page.getByTestId("state").textContent()).toContain("does not answer");
	} finally {
		process.kill(product.pid, "SIGCONT");
	}
	await untilState(page, "live");
});

test("a host that is killed is told as soon, and no state in between claims to be live", async () => {
	const product = await keepForTest(startProduct({ devices: ["demo:"] }));
	const page = await openDevice(await newContext(browser, product), product, "demo");
	const states = await recordStates(page);
	await product.stop("SIGKILL");
	await untilState(page, "unanswered");
	await expect
		.poll(async () => (await states()).at(-1), { ...PATIENCE, timeout: 30_000 })
		.toBe("reconnecting");
	expect(await states()).toEqual(["live", "stale", "unanswered", "reconnecting"]);
});
