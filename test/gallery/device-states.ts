import type { Page } from "playwright";
import type { Rewrite } from "./signaling-script.ts";
import { DEMO, type GalleryState, inState, live, settle } from "./states.ts";

/** Says something else of the device than it is, and keeps its picture away. */
const insteadOf =
	(fields: object, role?: string): Rewrite =>
	(message) => {
		if (message.type === "offer") return [];
		if (message.type !== "welcome" && message.type !== "device") return [message];
		const device = { ...(message.device as object), ...fields };
		return [{ ...message, device, ...(role && message.type === "welcome" && { role }) }];
	};

/** Says that the device is held in another way than it is. */
const heldAs =
	(fields: object): Rewrite =>
	(message) =>
		message.type === "welcome" || message.type === "device"
			? [{ ...message, device: { ...(message.device as object), ...fields } }]
			: [message];

const off = { state: "off", power: "off" };

async function framed(page: Page): Promise<void> {
	await live(page);
	await page.waitForSelector("[data-testid=frame][data-loaded]");
	await settle(page, 1200);
}

/** The demo is turned back by whoever turned it: all states share one product. */
async function turn(page: Page): Promise<void> {
	await page.click("[data-testid=button-rotate]");
	await settle(page, 1200);
}

/** The device's own bezel, its power, and two fingers of one mouse. */
export const deviceStates: readonly GalleryState[] = [
	{ name: "frame", words: "A phone in its own frame", path: DEMO, reach: framed },
	{
		name: "frame-landscape",
		words: "Turned: the frame turns with it",
		path: DEMO,
		reach: async (page) => {
			await framed(page);
			await turn(page);
		},
		after: turn,
	},
	{
		name: "held-sideways",
		words: "Held sideways while its picture stays with the glass: the page turns the picture",
		path: DEMO,
		rewrite: heldAs({ orientation: "landscape-left", rotation: 270 }),
		reach: async (page) => {
			await framed(page);
			const box = await page.getByTestId("screen").boundingBox();
			if (!box) throw new Error("there is no screen");
			await page.mouse.move(box.x + box.width * 0.25, box.y + box.height * 0.2);
			await page.keyboard.down("Alt");
			await page.waitForSelector("[data-testid=finger-marks]");
			await settle(page);
		},
	},
	{
		name: "frame-button",
		words: "A button of the frame is pressed, and what it does",
		path: DEMO,
		reach: async (page) => {
			await framed(page);
			await page.focus("[data-testid=frame-button-volume-up]");
			await page.keyboard.down("Enter");
			await settle(page);
		},
	},
	{
		name: "no-bezel",
		words: "Without what is around the screen",
		path: DEMO,
		before: () => localStorage.setItem("porthole-no-bezels", "1"),
		reach: (page) => live(page).then(() => settle(page, 1200)),
	},
	{
		name: "off",
		words: "Switched off, for an owner",
		path: DEMO,
		rewrite: insteadOf(off),
		reach: (page) => inState(page, "off").then(() => settle(page, 900)),
	},
	{
		name: "off-guest",
		words: "Switched off, for a guest",
		path: DEMO,
		rewrite: insteadOf(off, "view"),
		reach: (page) => inState(page, "off").then(() => settle(page, 900)),
	},
	{
		name: "starting",
		words: "Starting",
		path: DEMO,
		rewrite: insteadOf({ state: "starting", power: "starting" }),
		reach: (page) => inState(page, "starting").then(() => settle(page, 900)),
	},
	{
		name: "shut-down",
		words: "Before a device is shut down",
		path: DEMO,
		reach: async (page) => {
			await framed(page);
			await page.locator("[data-testid=rail-power]").scrollIntoViewIfNeeded();
			await page.click("[data-testid=rail-power]");
			await page.waitForSelector("[data-testid=power-dialog]");
			await settle(page);
		},
	},
	{
		name: "pinch",
		words: "Two fingers of one mouse, with Alt held",
		path: DEMO,
		reach: async (page) => {
			await framed(page);
			const box = await page.getByTestId("screen").boundingBox();
			if (!box) throw new Error("there is no screen");
			await page.mouse.move(box.x + box.width * 0.68, box.y + box.height * 0.48);
			await page.keyboard.down("Alt");
			await page.mouse.down();
			await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.44, { steps: 6 });
			await page.waitForSelector("[data-testid=finger-marks]");
			await settle(page);
		},
	},
	{
		name: "devices-off",
		words: "The devices, one switched off and one that starts",
		path: "/",
		rewrite: (message) => {
			if (message.type !== "devices") return [message];
			const [first, ...rest] = message.devices as object[];
			const starting = { ...first, id: "starting", name: "Test phone", state: "starting", power: "starting" };
			return [{ ...message, devices: [{ ...first, ...off }, starting, ...rest] }];
		},
		reach: async (page) => {
			await page.waitForFunction(() => document.querySelectorAll("img").length >= 1);
			await page.getByTestId("device-menu").first().click();
			await page.waitForSelector("[role=menuitem][data-testid=power]");
			await settle(page);
		},
	},
];
