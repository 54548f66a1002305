import { expect, test } from "vitest";
import { PATIENCE, stateOf, untilAdvanced, untilState } from "../support/device-page.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";
import { TabStage, visibility } from "../support/tab-stage.ts";

const stage = new TabStage();

test("a tab behind another gets no frames, its device rests, and both are back when it is in front again", async () => {
	const page = await stage.openTab();
	await untilState(page, "live");
	await untilAdvanced(page, STRIP_CELL.x11);
	const other = await stage.openTab("about:blank");
	await expect.poll(() => visibility(page), PATIENCE).toBe("hidden");
	await stage.untilResting();
	expect(await stateOf(page)).toBe("live");
	await page.bringToFront();
	await untilAdvanced(page, STRIP_CELL.x11);
	await other.close();
}, 60_000);

test("a device goes on for the tab that is seen, and rests only when none is", async () => {
	const first = await stage.openTab();
	await untilState(first, "live");
	const second = await stage.openTab();
	await untilState(second, "live");
	await expect.poll(() => visibility(first), PATIENCE).toBe("hidden");
	await untilAdvanced(second, STRIP_CELL.x11);
	const cover = await stage.openTab("about:blank");
	await expect.poll(() => visibility(second), PATIENCE).toBe("hidden");
	await stage.untilResting();
	await first.bringToFront();
	await untilAdvanced(first, STRIP_CELL.x11);
	await cover.close();
}, 60_000);

test("a tab that was opened behind another shows its picture when it is first seen", async () => {
	const page = await stage.openTab();
	await untilState(page, "live");
	const cover = await stage.openTab("about:blank");
	await expect.poll(() => visibility(page), PATIENCE).toBe("hidden");
	await page.reload({ waitUntil: "domcontentloaded" });
	expect(await visibility(page)).toBe("hidden");
	await expect
		.poll(
			() => page.getByTestId("screen").evaluate((video: HTMLVideoElement) => video.srcObject !== null),
			PATIENCE,
		)
		.toBe(true);
	await stage.untilResting();
	await page.bringToFront();
	await untilState(page, "live");
	await untilAdvanced(page, STRIP_CELL.x11);
	await cover.close();
}, 60_000);
