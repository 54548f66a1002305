import type { Browser, Page } from "playwright";
import { beforeAll, expect, test, vi } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { moveTo, openDevice, openPage, PATIENCE, untilState } from "../support/device-page.ts";
import { chooseControl, join, joinAsOwner, pillWords, untilControl } from "../support/guests.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";
import { type ScreenClient, startScreenClient } from "../support/screen-client.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

const keep = keepForAll();
let browser: Browser;
let x: XDisplay;
let product: Product;

beforeAll(async () => {
	[browser, x] = await Promise.all([keep(launchBrowser()), keep(startXDisplay({ width: 640, height: 480 }))]);
	product = await keep(startProduct({ devices: [`x11:${x.display}?id=screen`] }));
});

const openEcho = () =>
	keepForTest(startScreenClient("echo", { display: x.display, geometry: "640x480+0+0" }));

const presses = ({ events }: ScreenClient) => events.filter((event) => event.event === "button");

/** Presses the screen and keeps it pressed. */
async function press(page: Page, x: number): Promise<void> {
	await moveTo(page, { x, y: 100 });
	await page.mouse.down();
}

test("a lock takes control from a guest at once, lets go of what they held, and lets the owner act", async () => {
	const client = await openEcho();
	const owner = await joinAsOwner(browser, product, "screen");
	const guest = await join(browser, product, "screen", { name: "Gus", role: "control" });
	await press(guest, 100);
	await client.until((events) => events.some((event) => event.event === "button" && event.down));
	await untilControl(owner, "other");
	await chooseControl(owner, "lock");
	await untilControl(guest, "locked");
	await client.until((events) => events.some((event) => event.event === "button" && !event.down));
	expect(await pillWords(owner)).toBe("You have control – locked");
	expect(await pillWords(guest)).toBe("Owner has control – locked");
	const before = presses(client).length;
	await guest.mouse.up();
	await press(guest, 120);
	await press(owner, 200);
	await client.until(() => presses(client).length > before);
	expect(presses(client).slice(before)).toMatchObject([{ down: true, button: 1 }]);
	await owner.mouse.up();
	await chooseControl(owner, "unlock");
	await chooseControl(owner, "release");
	await untilControl(guest, "free");
});

test("a person's second tab is that person: either drives, and says where control is", async () => {
	const client = await openEcho();
	const owner = await joinAsOwner(browser, product, "screen");
	const tab = await openDevice(owner.context(), product, "screen");
	await press(owner, 100);
	await owner.mouse.up();
	await untilControl(owner, "you");
	await untilControl(tab, "elsewhere");
	expect(await pillWords(tab)).toBe("You, in another tab");
	const before = presses(client).length;
	await press(tab, 300);
	await tab.mouse.up();
	await client.until(() => presses(client).length === before + 2);
	await untilControl(tab, "you");
	await untilControl(owner, "elsewhere");
	await tab.getByTestId("people").click();
	const people = tab.getByTestId("people-panel").getByTestId("person");
	await expect.poll(() => people.allTextContents(), PATIENCE).toHaveLength(2);
	expect((await people.allTextContents()).join()).toContain("(you, in another tab)");
});

/** The owner opens the people panel and removes somebody, after choosing what keeps them out. */
async function remove(owner: Page, name: string, choice: RegExp): Promise<void> {
	if (!(await owner.getByTestId("people-panel").isVisible())) await owner.getByTestId("people").click();
	await owner.getByRole("button", { name: `Remove: ${name}` }).click();
	await owner.getByTestId("remove-dialog").getByText(choice).click();
	await owner.getByTestId("remove-confirm").click();
}

test("a guest who is removed for ten minutes stays out, by reload and by the link", async () => {
	const owner = await joinAsOwner(browser, product, "screen");
	const guest = await join(browser, product, "screen", { name: "Gus", role: "control" });
	await remove(owner, "Gus", /10 minutes/);
	await untilState(guest, "ended");
	const panel = guest.getByTestId("state");
	expect(await panel.textContent()).toContain("You were removed by Owner");
	expect(await panel.textContent()).toContain("In ten minutes");
	expect(await guest.getByTestId("try-again").count()).toBe(0);
	await guest.reload();
	await untilState(guest, "refused");
	expect(await panel.textContent()).toContain("You were removed by Owner");
});

test("a guest who is removed with the link does not come back by it", async () => {
	const owner = await joinAsOwner(browser, product, "screen");
	const guest = await join(browser, product, "screen", { name: "Gil", role: "control" });
	await remove(owner, "Gil", /end the link/);
	await untilState(guest, "ended");
	expect(await guest.getByTestId("state").textContent()).toContain("The link has ended");
	const again = await openPage(guest.context(), `${product.origin}/devices/screen`);
	await untilState(again, "refused");
	await vi.waitFor(
		async () => expect(await again.getByTestId("state").textContent()).toMatch(/removed|revoked/),
		PATIENCE,
	);
});
