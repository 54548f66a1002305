import { expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { newContext, openDevice, PATIENCE, placeOnPage } from "../support/device-page.ts";
import { keepForTest } from "../support/keep.ts";
import { askAsOwner, startProduct } from "../support/product.ts";
import { frameSize } from "../support/screen-pixels.ts";

/**
 * For machines with a device that others have not: its spec, such as `simulator:UDID` of a booted simulator, and the
 * browser to use. It has not yet run against a simulator.
 */
const { PORTHOLE_TEST_DEVICE: device, PORTHOLE_TEST_BROWSER: executablePath } = process.env;

test.skipIf(!device)(
	"the device that was named shows a picture, and another one after it was swiped",
	async () => {
		const product = await keepForTest(startProduct({ devices: [device ?? ""] }));
		const browser = await keepForTest(launchBrowser(executablePath ? { executablePath } : {}));
		const [id = ""] = product.deviceIds;
		const page = await openDevice(await newContext(browser, product), product, id);
		const { width, height } = await frameSize(page);
		expect(Math.min(width, height)).toBeGreaterThan(100);
		const look = () => page.getByTestId("screen").screenshot();
		const before = await look();
		const from = await placeOnPage(page, { x: width * 0.8, y: height / 2 });
		const to = await placeOnPage(page, { x: width * 0.2, y: height / 2 });
		await page.mouse.move(from.x, from.y);
		await page.mouse.down();
		await page.mouse.move(to.x, to.y, { steps: 12 });
		await page.mouse.up();
		await expect.poll(async () => before.equals(await look()), PATIENCE).toBe(false);
		const dropped = (await askAsOwner(product, "/metrics"))
			.split("\n")
			.filter((line) => /^porthole_input_dropped_total\{.*\} (?!0$)/.test(line));
		expect(dropped).toEqual([]);
	},
);
