import type { Page } from "playwright";
import { ana, guest, held, party } from "./party-script.ts";
import { DEMO, ended, type GalleryState, inState, live, settle } from "./states.ts";

const LINK = `${DEMO}#grant=a.b.c`;

const panel = (page: Page) => page.waitForSelector("[data-testid=state] input, [data-state=refused] a");

async function openShare(page: Page): Promise<void> {
	await live(page);
	await page.click("[data-testid=share]");
	await page.waitForSelector("[data-testid=make-link]");
	await settle(page);
}

const refusedLink = (name: string, words: string, code: string, message: string): GalleryState => ({
	name,
	words,
	path: LINK,
	stranger: true,
	refused: { code, message },
	reach: (page) =>
		inState(page, "refused")
			.then(() => panel(page))
			.then(() => settle(page)),
});

const endedBy = (name: string, words: string, code: string, message: string): GalleryState => ({
	name,
	words,
	path: DEMO,
	rewrite: party([guest, ana], () => held("ana")),
	reach: async (page, signaling) => {
		await live(page);
		signaling.say(ended(code, message, true));
		await inState(page, "ended");
		await settle(page);
	},
});

/** Every state of links: made, refused, and ended while somebody was there; in the order of the index. */
export const linkStates: readonly GalleryState[] = [
	{
		name: "card-menu",
		words: "What a card offers",
		path: "/",
		reach: async (page) => {
			await page.waitForFunction(() => document.querySelectorAll("img").length >= 2);
			await page.click("[data-testid=device-menu] >> nth=0");
			await page.waitForSelector("text=Share…");
			await settle(page);
		},
	},
	{ name: "share", words: "Sharing", path: DEMO, reach: openShare },
	{
		name: "share-link",
		words: "A link was made, with a PIN; the live links",
		path: DEMO,
		reach: async (page) => {
			await openShare(page);
			await page.click("text=Ask for a PIN");
			await page.click("summary");
			await page.fill("input[placeholder='Who it is for']", "Design review");
			await page.fill("input[placeholder='Any number']", "5");
			await page.click("[data-testid=make-link]");
			await page.waitForSelector("[data-testid=qr]");
			await page.waitForSelector("[data-testid=live-link]");
			await settle(page);
		},
	},
	refusedLink("pin", "The link needs a PIN", "needs-pin", "This link needs a PIN."),
	refusedLink("pin-wrong", "The PIN was wrong", "wrong-pin", "The PIN is wrong."),
	refusedLink(
		"pin-closed",
		"Too many wrong PINs",
		"too-many-tries",
		"This link was closed after too many wrong PINs. Ask for a new one.",
	),
	refusedLink(
		"used-up",
		"The link has been used up",
		"used-up",
		"This link has been used up. Ask for a new one.",
	),
	refusedLink(
		"expired-before",
		"The link had expired before it was opened",
		"expired",
		"The link expired at 2026-11-20 15:00 UTC. Ask for a new one.",
	),
	refusedLink(
		"wrong-device",
		"The link is for another device",
		"wrong-device",
		"This link is for another device.",
	),
	endedBy("removed", "Removed by an owner", "removed", "You were removed by Ana for ten minutes."),
	endedBy(
		"expired",
		"The link expired",
		"expired",
		"The link expired at 2026-11-20 15:00 UTC. Ask for a new one.",
	),
	endedBy(
		"revoked",
		"The link was revoked",
		"revoked",
		"The link was revoked. Ask whoever shared it for a new one.",
	),
	endedBy("not-let-in", "Not let in", "not-let-in", "You were not let in."),
];
