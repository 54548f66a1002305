import { afterAll, onTestFinished } from "vitest";

interface Closable {
	close(): unknown;
}

/** Waits for something to be open; see to its being closed. */
export type Keep = <Thing extends Closable>(opening: Promise<Thing>) => Promise<Thing>;

/**
 * For what all tests of a file share, called outside of them: everything kept is closed after the last test, in the
 * reverse order, also when opening something else failed.
 */
export function keepForAll(): Keep {
	const stage = new AsyncDisposableStack();
	afterAll(() => stage.disposeAsync());
	return async (opening) => stage.adopt(await opening, async (thing) => void (await thing.close()));
}

/** For what one test needs: it is closed when the test has finished. */
export const keepForTest: Keep = async (opening) => {
	const thing = await opening;
	onTestFinished(async () => void (await thing.close()));
	return thing;
};
