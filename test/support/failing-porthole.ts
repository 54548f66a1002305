import type { Addon } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";

/**
 * Porthole with the addon whose threads fail (native/guarded-thread.h): each SIGUSR2 has the next of the threads that
 * PORTHOLE_FAULTS names throw, of several of that name the first that comes by.
 */

const names = (process.env.PORTHOLE_FAULTS ?? "").split(",");

process.on("SIGUSR2", () => {
	(loadAddon() as Addon & { failNext(name: string): void }).failNext(names.shift() ?? "");
});

await import("../../server/cli/main.ts");
