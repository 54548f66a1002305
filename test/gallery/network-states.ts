import type { Page } from "playwright";
import { encodeHostMessage } from "../../signaling/protocol/input-codec.ts";
import { keepChannel } from "./party-script.ts";
import { DEMO, DESKTOP, type GalleryState, live, settle } from "./states.ts";

/** As if the host said, again and again, that the path carries so much, which is enough for the small picture. */
async function narrow(page: Page): Promise<void> {
	await live(page);
	const bytes = encodeHostMessage({
		type: "network",
		rendition: "small",
		estimate: 1_240_000,
		queueDelay: 18,
	});
	await page.evaluate(
		(message) => {
			const say = () =>
				window.galleryChannel?.dispatchEvent(
					new MessageEvent("message", { data: Uint8Array.from(message).buffer }),
				);
			setInterval(say, 50);
		},
		[...bytes],
	);
	await page.waitForSelector("text=Smaller picture");
}

/** A viewer whose network carries the small picture alone. */
export const networkStates: readonly GalleryState[] = [
	{
		name: "smaller",
		words: "A smaller picture over a narrow line",
		path: DESKTOP,
		before: keepChannel,
		reach: (page) => narrow(page).then(() => settle(page, 2500)),
	},
	{
		name: "smaller-details",
		words: "Connection details of a narrow line",
		path: DEMO,
		before: keepChannel,
		reach: async (page) => {
			await narrow(page);
			await page.click("button[aria-label='Connection details']");
			await settle(page, 2500);
		},
	},
];
