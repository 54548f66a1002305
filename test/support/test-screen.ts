import { afterAll, afterEach, beforeAll } from "vitest";
import { closeSources } from "./native-sources.ts";
import { type ScreenClient, type ScreenClientMode, startScreenClient } from "./screen-client.ts";
import { startXDisplay, type XDisplay } from "./x-display.ts";

/** One virtual display for all tests of a file; after each test its programs and sources are closed. */
export interface TestScreen {
	readonly width: number;
	readonly height: number;
	display(): string;
	resize(width: number, height: number): void;
	/** Starts a screen client that covers everything. */
	show(mode: ScreenClientMode, ...args: string[]): Promise<ScreenClient>;
	/** Ends the screen clients. */
	clear(): Promise<void>;
}

/** Registers the hooks; call it at the top level of a test file. */
export function useTestScreen(width: number, height: number): TestScreen {
	let x: XDisplay;
	const clients: ScreenClient[] = [];
	const clear = async () => {
		for (const client of clients.splice(0)) await client.close();
	};
	beforeAll(async () => {
		x = await startXDisplay({ width, height });
	});
	afterEach(async () => {
		closeSources();
		await clear();
	});
	afterAll(async () => {
		await x.close();
	});
	return {
		width,
		height,
		display: () => x.display,
		resize: (toWidth, toHeight) => x.resize(toWidth, toHeight),
		show: async (mode, ...args) => {
			const geometry = `${width}x${height}+0+0`;
			const client = await startScreenClient(mode, { display: x.display, geometry, arguments: args });
			clients.push(client);
			return client;
		},
		clear,
	};
}
