import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import {
	newContext,
	openDevice,
	PATIENCE,
	recordStates,
	stateOf,
	untilAdvanced,
	untilState,
} from "../support/device-page.ts";
import { keepForTest } from "../support/keep.ts";
import { startProduct } from "../support/product.ts";
import { startScreenClient } from "../support/screen-client.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";
import { startXDisplay } from "../support/x-display.ts";

const inClone = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test("threads of the addon that throw end what they served, never the host, and the picture comes back", async () => {
	const browser = await keepForTest(launchBrowser());
	const x = await keepForTest(startXDisplay({ width: 1280, height: 720 }));
	await keepForTest(startScreenClient("clock", { display: x.display, geometry: "1280x720+0+0" }));
	const product = await keepForTest(
		startProduct({
			devices: [`x11:${x.display}?id=screen`],
			program: inClone("test/support/failing-porthole.ts"),
			environment: {
				PORTHOLE_ADDON: inClone("native/build/Release/porthole-faults.node"),
				PORTHOLE_FAULTS: "sender,sender thread,capture thread,input thread",
			},
		}),
	);
	const page = await openDevice(await newContext(browser, product), product, "screen");
	await untilAdvanced(page, STRIP_CELL.x11);

	// A sender, and the thread of all: the page is offered another connection.
	for (const failures of [1, 2]) {
		const states = await recordStates(page);
		process.kill(product.pid, "SIGUSR2");
		await expect.poll(() => product.log().split("sender-failed").length - 1, PATIENCE).toBe(failures);
		await expect.poll(states, PATIENCE).not.toEqual(["live"]);
		await untilState(page, "live");
		await untilAdvanced(page, STRIP_CELL.x11);
	}

	// The source: it is opened again.
	const states = await recordStates(page);
	process.kill(product.pid, "SIGUSR2");
	await expect.poll(states, PATIENCE).not.toEqual(["live"]);
	await untilState(page, "live");
	await untilAdvanced(page, STRIP_CELL.x11);

	// The input: the device is opened again for whoever asks.
	process.kill(product.pid, "SIGUSR2");
	const stateAfterClick = async () => {
		await page.mouse.click(600, 400);
		return stateOf(page);
	};
	await expect.poll(stateAfterClick, PATIENCE).toBe("ended");
	expect(product.log()).toContain("input-failed");
	await page.getByTestId("try-again").click();
	await untilState(page, "live");
	await untilAdvanced(page, STRIP_CELL.x11);
	expect(product.running()).toBe(true);
});
