import type { Browser, BrowserContext } from "playwright";
import { CHROMIUM, launchBrowser } from "../support/browser.ts";
import { type Product, type ProductOptions, startProduct } from "../support/product.ts";
import { type ScreenClientMode, startScreenClient } from "../support/screen-client.ts";
import { startXDisplay } from "../support/x-display.ts";
import { newContext } from "./page/device-page.ts";

/** The screen that all figures with a target are for. */
export const SCREEN = { width: 1280, height: 720 } as const;

/** Things that are closed in the reverse order of their opening, as soon as they are out of scope. */
export class Stage implements AsyncDisposable {
	readonly #closers: (() => Promise<unknown>)[] = [];

	/** Closes something later. Returns it. */
	keep<Thing extends { close(): Promise<unknown> }>(thing: Thing): Thing {
		this.#closers.push(() => thing.close());
		return thing;
	}

	/** A display of its own, in the size that the targets are for. */
	async display(): Promise<string> {
		return this.keep(await startXDisplay(SCREEN)).display;
	}

	/** Shows something on a display, on all of it when no geometry is given. Returns a function that ends it. */
	async show(
		display: string,
		mode: ScreenClientMode,
		options: { geometry?: string; arguments?: readonly string[] } = {},
	): Promise<() => Promise<void>> {
		const geometry = options.geometry ?? `${SCREEN.width}x${SCREEN.height}+0+0`;
		return this.keep(await startScreenClient(mode, { ...options, display, geometry })).close;
	}

	/** The product with this display as its only device. */
	async product(display: string, options: Omit<ProductOptions, "devices"> = {}): Promise<Product> {
		return this.keep(await startProduct({ devices: [`x11:${display}`], echo: true, ...options }));
	}

	/** The whole Chromium, as people have it. */
	async browser(): Promise<Browser> {
		return this.keep(await launchBrowser({ executablePath: CHROMIUM }));
	}

	/** A browser that may use the product. */
	async context(product: Product): Promise<BrowserContext> {
		return newContext(await this.browser(), product);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const close of this.#closers.splice(0).reverse()) await close();
	}
}
