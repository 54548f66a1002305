import { setTimeout as after } from "node:timers/promises";
import { expect, test } from "vitest";
import { PATIENCE, stateOf, untilAdvanced, untilState } from "../support/device-page.ts";
import { readMetric } from "../support/product.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";
import { TabStage, visibility } from "../support/tab-stage.ts";

const stage = new TabStage();

/** Longer than a host waits for a viewer that is gone (12 s), ms. */
const LONG_HIDDEN = 14_000;

test("a tab that is hidden for long keeps its connection and costs the device nothing", async () => {
	const page = await stage.openTab();
	await untilState(page, "live");
	await untilAdvanced(page, STRIP_CELL.x11);
	const ended = await readMetric(stage.product, "porthole_peers_ended_total", { reason: "silent" });
	const other = await stage.openTab("about:blank");
	await expect.poll(() => visibility(page), PATIENCE).toBe("hidden");
	await stage.untilResting();
	const before = await stage.encoded();
	await after(LONG_HIDDEN);
	expect(await stage.encoded()).toBe(before);
	expect(await stateOf(page)).toBe("live");
	await page.bringToFront();
	await untilAdvanced(page, STRIP_CELL.x11);
	expect(await readMetric(stage.product, "porthole_peers_ended_total", { reason: "silent" })).toBe(ended);
	await other.close();
}, 60_000);
