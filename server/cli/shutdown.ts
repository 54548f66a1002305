import { whenParentIsGone } from "../../setup/parent.mjs";
import type { Log } from "../log.ts";

/** Longest that closing may take, ms. */
const CLOSE_WITHIN = 2_000;

/**
 * The first signal to end, from now on, or the end of what this ends with, such as npm. Its handlers stay: a terminal and
 * a wrapper may each send the same signal, and closing wants its time.
 */
export function nextSignal(): Promise<void> {
	return new Promise((resolve) => {
		for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
		whenParentIsGone(resolve);
	});
}

/** What nobody caught is told, and ends nothing. */
export function surviveErrors(log: Log): void {
	process.on("unhandledRejection", (error) => log.error("a promise was rejected unseen", { error }));
	process.on("uncaughtException", (error) => log.error("an error was caught by nobody", { error }));
}

/** Closes and ends the process, in bounded time. */
export async function closeAndExit(close: () => Promise<void>, log: Log, code = 0): Promise<never> {
	const late = setTimeout(() => {
		log.error("closing took too long, leaving now");
		process.exit(1);
	}, CLOSE_WITHIN);
	await close();
	clearTimeout(late);
	process.exit(code);
}
