import { type Browser, chromium } from "playwright-core";

/** Debian's Chromium without a window and without traffic of its own. The caller closes it. */
export function launchBrowser(executablePath = "/usr/bin/chromium"): Promise<Browser> {
	return chromium.launch({
		executablePath,
		headless: true,
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
		],
	});
}
