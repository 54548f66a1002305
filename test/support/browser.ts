import { type Browser, chromium } from "playwright";

export const CHROMIUM = "/usr/bin/chromium";

/** Without a GPU and without traffic of its own. */
export const CHROMIUM_ARGUMENTS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
] as const;

export interface BrowserOptions {
	/** Chromium, or a program that starts it. */
	readonly executablePath?: string;
	/** Further arguments. */
	readonly arguments?: readonly string[];
}

/** Debian's Chromium without a window and without traffic of its own. The caller closes it. */
export function launchBrowser(options: BrowserOptions = {}): Promise<Browser> {
	return chromium.launch({
		executablePath: options.executablePath ?? CHROMIUM,
		headless: true,
		args: [...CHROMIUM_ARGUMENTS, ...(options.arguments ?? [])],
	});
}
