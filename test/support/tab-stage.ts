import type { Page } from "playwright";
import { beforeAll, beforeEach, expect } from "vitest";
import { PATIENCE } from "./device-page.ts";
import { keepForAll, keepForTest } from "./keep.ts";
import { ownerCookie, type Product, readMetric, startProduct } from "./product.ts";
import { startScreenClient } from "./screen-client.ts";
import { launchTabbedBrowser, type TabbedBrowser } from "./tabbed-browser.ts";
import { startXDisplay, type XDisplay } from "./x-display.ts";

/** One product for a file's tests, and for each test a browser with a window in which tabs hide each other. */
export class TabStage {
	#display: XDisplay | undefined;
	#product: Product | undefined;
	#tabs: TabbedBrowser | undefined;

	constructor() {
		const keep = keepForAll();
		beforeAll(async () => {
			this.#display = await keep(startXDisplay({ width: 800, height: 600 }));
			this.#product = await keep(startProduct({ devices: [`x11:${this.#display.display}?id=screen`] }));
		});
		beforeEach(async () => {
			const display = this.#display?.display ?? "";
			await keepForTest(startScreenClient("clock", { display, geometry: "800x600+0+0" }));
			this.#tabs = await keepForTest(launchTabbedBrowser());
			await this.#tabs.context.addCookies([await ownerCookie(this.product)]);
		});
	}

	get product(): Product {
		if (!this.#product) throw new Error("The product is started before the first test.");
		return this.#product;
	}

	async openTab(url = `${this.product.origin}/devices/screen`): Promise<Page> {
		const page = await this.#tabs?.context.newPage();
		if (!page) throw new Error("The browser is started before each test.");
		await page.goto(url, { waitUntil: "domcontentloaded" });
		return page;
	}

	/** Frames encoded so far. */
	encoded(): Promise<number> {
		return readMetric(this.product, "porthole_access_units_total");
	}

	/** Until the device gives no more frames. */
	async untilResting(): Promise<void> {
		let before = -1;
		const resting = async () => {
			const now = await this.encoded();
			const same = now === before;
			before = now;
			return same;
		};
		await expect.poll(resting, { ...PATIENCE, interval: 300 }).toBe(true);
	}
}

export const visibility = (page: Page) => page.evaluate(() => document.visibilityState);
