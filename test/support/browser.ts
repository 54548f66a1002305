import { type Browser, chromium } from "playwright-core";

export interface BrowserOptions {
	/** Chromium, or a program that starts it. */
	readonly executablePath?: string;
	/** Further arguments. */
	readonly arguments?: readonly string[];
}

/** Debian's Chromium without a window and without traffic of its own. The caller closes it. */
export function launchBrowser(options: BrowserOptions = {}): Promise<Browser> {
	return chromium.launch({
		executablePath: options.executablePath ?? "/usr/bin/chromium",
		headless: true,
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			...(options.arguments ?? []),
		],
	});
}
