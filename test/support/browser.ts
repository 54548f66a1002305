import { type Browser, chromium } from "playwright";

export const CHROMIUM = "/usr/bin/chromium";

/** The same engine without a browser's window, tabs and side panels around it, which cost more than a page of ours does. */
const HEADLESS_SHELL = "/usr/bin/chromium-headless-shell";

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
	/** Another than the headless shell: Chromium, or a program that starts it. */
	readonly executablePath?: string;
	/** Further arguments. */
	readonly arguments?: readonly string[];
}

/** Debian's Chromium as a headless shell, without traffic of its own. The caller closes it. */
export function launchBrowser(options: BrowserOptions = {}): Promise<Browser> {
	return chromium.launch({
		executablePath: options.executablePath ?? HEADLESS_SHELL,
		headless: true,
		args: [...CHROMIUM_ARGUMENTS, ...(options.arguments ?? [])],
	});
}
