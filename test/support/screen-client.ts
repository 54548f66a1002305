import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { end } from "./x-display.ts";

const PROGRAM = fileURLToPath(new URL("../../native/build/Release/screen-client", import.meta.url));
const EVENT_LIMIT_MS = 30_000;

/** What the program shows; see test/native/screen-client/screen-client.cc. */
export type ScreenClientMode = "clock" | "scroll" | "video" | "echo";

/** One line that the program printed; echo's lines are described in test/native/screen-client/event-echo.h. */
export type ScreenClientEvent =
	| { event: "ready"; x: number; y: number; width: number; height: number }
	| { event: "button"; down: boolean; button: number; x: number; y: number }
	| { event: "motion"; x: number; y: number; buttons: number }
	| { event: "key"; down: boolean; keycode: number; keysym: string }
	| { event: "text"; text: string };

/** Colours of the echo window, 0xRRGGBB: it changes between them with every button press. */
export const ECHO_REST_COLOUR = 0x204060;
export const ECHO_PRESS_COLOUR = 0xe0a030;

/** A real X program under a test's control. */
export interface ScreenClient {
	readonly pid: number;
	/** Everything it printed so far. */
	readonly events: readonly ScreenClientEvent[];
	/** All typed text so far. */
	text(): string;
	/** Waits until what it printed satisfies a condition; throws with everything it printed after 30 s. */
	until(condition: (events: readonly ScreenClientEvent[]) => boolean): Promise<void>;
	close(): Promise<void>;
}

/** Starts the program on a display and waits until its window is up and has the keyboard. */
export async function startScreenClient(
	mode: ScreenClientMode,
	options: { display: string; geometry?: string; arguments?: readonly string[] },
): Promise<ScreenClient> {
	const geometry = options.geometry === undefined ? [] : ["--geometry", options.geometry];
	const child = spawn(
		PROGRAM,
		[mode, "--display", options.display, ...geometry, ...(options.arguments ?? [])],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
	const events: ScreenClientEvent[] = [];
	const watchers = new Set<() => void>();
	createInterface({ input: child.stdout }).on("line", (line) => {
		events.push(JSON.parse(line) as ScreenClientEvent);
		for (const watcher of watchers) watcher();
	});
	const client: ScreenClient = {
		pid: child.pid ?? -1,
		events,
		text: () => events.map((event) => (event.event === "text" ? event.text : "")).join(""),
		until: (condition) =>
			new Promise((resolve, reject) => {
				const limit = setTimeout(() => {
					watchers.delete(check);
					reject(
						new Error(`not seen within ${EVENT_LIMIT_MS} ms; the client printed ${JSON.stringify(events)}`),
					);
				}, EVENT_LIMIT_MS);
				const check = () => {
					if (!condition(events)) return;
					clearTimeout(limit);
					watchers.delete(check);
					resolve();
				};
				watchers.add(check);
				check();
			}),
		close: () => end(child),
	};
	try {
		await client.until((seen) => seen.some((event) => event.event === "ready"));
	} catch (error) {
		await client.close();
		throw error;
	}
	return client;
}
