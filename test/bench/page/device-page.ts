import type { Browser, BrowserContext, Page } from "playwright";
import { ownerCookie, type Product } from "../../support/product.ts";

const VIEWPORT = { width: 1440, height: 900 };

/** A browser session that may do everything, with nothing cached. */
export async function newContext(browser: Browser, product: Product): Promise<BrowserContext> {
	const context = await browser.newContext({ viewport: VIEWPORT });
	await context.addCookies([await ownerCookie(product)]);
	return context;
}

/** Opens the product's only device and waits until its frame is there. */
export async function openDevicePage(context: BrowserContext, product: Product): Promise<Page> {
	const page = await context.newPage();
	await page.goto(deviceUrl(product));
	await page.waitForFunction(() => {
		const video = document.querySelector<HTMLVideoElement>("video[data-testid=screen]");
		return video !== null && video.readyState >= 2 && video.videoWidth > 0;
	});
	return page;
}

export function deviceUrl(product: Product): string {
	return `${product.origin}/devices/${product.deviceIds[0]}`;
}
