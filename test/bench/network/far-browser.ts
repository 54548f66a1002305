import type { Page } from "playwright";
import { CHROMIUM, launchBrowser } from "../../support/browser.ts";
import type { Product } from "../../support/product.ts";
import { keepConnections } from "../page/connection-stats.ts";
import type { LimitedLink } from "./namespaces.ts";

/** A browser at the viewer's end of a link. */
export interface FarBrowser {
	/** Opens the product's only device, by the host's address, and waits until its frame is there. */
	open(): Promise<Page>;
	close(): Promise<void>;
}

/** Starts Chromium at the viewer's end of a link to a product that runs at the host's end. */
export async function startFarBrowser(link: LimitedLink, product: Product): Promise<FarBrowser> {
	const executablePath = await link.viewer.wrap(CHROMIUM);
	const origin = `http://${link.host.address}:${new URL(product.origin).port}`;
	// Decoded frames can be read in secure contexts alone, which the page itself does without.
	const secure = `--unsafely-treat-insecure-origin-as-secure=${origin}`;
	const browser = await launchBrowser({ executablePath, arguments: [secure] });
	return {
		async open() {
			const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
			await keepConnections(context);
			const page = await context.newPage();
			await page.goto(`${origin}/#token=${product.ownerToken}`);
			await page.waitForFunction(() => location.hash === "");
			await page.goto(`${origin}/devices/${product.deviceIds[0]}`);
			await page.waitForFunction(() => {
				const video = document.querySelector<HTMLVideoElement>("video[data-testid=screen]");
				return video !== null && video.readyState >= 2 && video.videoWidth > 0;
			});
			return page;
		},
		close: () => browser.close(),
	};
}
