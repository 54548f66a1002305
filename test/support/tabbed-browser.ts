import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type BrowserContext, chromium } from "playwright";
import { CHROMIUM, CHROMIUM_ARGUMENTS } from "./browser.ts";

const START_LIMIT_MS = 50_000;

/** A browser whose tabs are in one window, so that bringing one to the front hides the others. */
export interface TabbedBrowser {
	/** The person's own session; its pages are the tabs. */
	readonly context: BrowserContext;
	close(): Promise<void>;
}

/**
 * Debian's Chromium with real tabs. A browser that Playwright starts tells each page that it is seen and focused,
 * whatever lies before it; one that it joins later without its defaults does not.
 */
export async function launchTabbedBrowser(): Promise<TabbedBrowser> {
	const profile = await mkdtemp(join(tmpdir(), "porthole-tabs-"));
	const own = ["--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
	const child = spawn(CHROMIUM, [...CHROMIUM_ARGUMENTS, ...own], { stdio: ["ignore", "ignore", "pipe"] });
	const gone = once(child, "exit");
	const end = async () => {
		if (child.exitCode === null && child.signalCode === null) child.kill();
		await gone;
		await rm(profile, { recursive: true, force: true, maxRetries: 5 });
	};
	const late = setTimeout(() => child.kill("SIGKILL"), START_LIMIT_MS);
	try {
		const browser = await chromium.connectOverCDP(await debuggerOf(child.stderr), { noDefaults: true });
		const [context] = browser.contexts();
		if (!context) throw new Error("Chromium has no session to open tabs in.");
		const close = async () => {
			await browser.close();
			await end();
		};
		return { context, close };
	} catch (error) {
		await end();
		throw error;
	} finally {
		clearTimeout(late);
	}
}

/** Where Chromium says that it can be steered. */
async function debuggerOf(output: NodeJS.ReadableStream): Promise<string> {
	for await (const line of createInterface({ input: output })) {
		const address = /^DevTools listening on (ws:\S+)$/.exec(line)?.[1];
		if (address === undefined) continue;
		output.resume();
		return address;
	}
	throw new Error("Chromium ended before it could be steered.");
}
