import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Browser } from "playwright";
import { launchBrowser } from "../support/browser.ts";
import { endTogether } from "../support/end-together.ts";
import { ownerCookie, type Product, startProduct } from "../support/product.ts";
import { seriousFaults } from "./accessibility.ts";
import { deviceStates } from "./device-states.ts";
import { fileOf, indexPage, type View } from "./index-page.ts";
import { linkStates } from "./link-states.ts";
import { networkStates } from "./network-states.ts";
import { partyStates } from "./party-states.ts";
import { scriptSignaling } from "./signaling-script.ts";
import { type GalleryState, loneStates } from "./states.ts";

endTogether();

/** Every state of the page there is, in the order of the index. */
const galleryStates: readonly GalleryState[] = [
	...loneStates,
	...deviceStates,
	...networkStates,
	...partyStates,
	...linkStates,
];
const FOLDER = resolve(import.meta.dirname, "..", "..", "gallery");
/** The README's picture, renewed by every whole run. */
const README_PICTURE = resolve(FOLDER, "..", "docs", "device.png");
const REACH_WITHIN_MS = 15_000;

const sizes = [
	{ name: "1440", width: 1440, height: 900, phone: false },
	{ name: "1024", width: 1024, height: 768, phone: false },
	{ name: "390", width: 390, height: 844, phone: true },
];
const views: readonly View[] = sizes.flatMap((size) =>
	(["light", "dark"] as const).map((colorScheme) => ({
		...size,
		name: `${size.name}-${colorScheme}`,
		colorScheme,
	})),
);

/** Takes one picture of the running product. Throws when the state is not reached or axe finds serious faults. */
async function take(browser: Browser, product: Product, state: GalleryState, view: View): Promise<void> {
	const context = await browser.newContext({
		viewport: { width: view.width, height: view.height },
		colorScheme: view.colorScheme,
		reducedMotion: "reduce",
		hasTouch: view.phone,
		isMobile: view.phone,
		deviceScaleFactor: view.phone ? 2 : 1,
	});
	try {
		if (!state.stranger) await context.addCookies([await ownerCookie(product)]);
		const page = await context.newPage();
		page.setDefaultTimeout(REACH_WITHIN_MS);
		if (state.before) await page.addInitScript(state.before);
		const { refused } = state;
		if (refused) {
			await page.route("**/api/session", (route) => route.fulfill({ status: 401, json: { error: refused } }));
		}
		const signaling = await scriptSignaling(page, state.rewrite ?? ((message) => [message]));
		await page.goto(product.origin + state.path);
		await state.reach(page, signaling);
		await page.screenshot({ path: join(FOLDER, fileOf(state, view)) });
		await state.after?.(page);
		const faults = await seriousFaults(page);
		if (faults.length > 0) throw new Error(faults.join("\n\t"));
	} finally {
		await context.close();
	}
}

/** `npm run gallery [-- STATE…]`: pictures of every state, or of those named, into `gallery/`. */
async function main(wanted: readonly string[]): Promise<number> {
	const states = galleryStates.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
	if (wanted.length === 0) await rm(FOLDER, { recursive: true, force: true });
	await mkdir(FOLDER, { recursive: true });
	const product = await startProduct({ devices: ["demo:", "desktop:1280x720"], echo: true });
	const browser = await launchBrowser();
	let faulty = 0;
	try {
		for (const state of states) {
			for (const view of views) {
				await take(browser, product, state, view).catch((error: unknown) => {
					faulty++;
					console.error(`${fileOf(state, view)}: ${error instanceof Error ? error.message : error}`);
				});
			}
			console.log(state.name);
		}
	} finally {
		await browser.close();
		await product.close();
	}
	if (wanted.length === 0) await copyFile(join(FOLDER, "phone-1440-light.png"), README_PICTURE);
	await writeFile(join(FOLDER, "index.html"), indexPage(galleryStates, views));
	console.log(`${states.length * views.length} pictures, ${faulty} faulty: ${join(FOLDER, "index.html")}`);
	return faulty === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
