import { createLog } from "../log.ts";
import { parseServeOptions, serveHelp } from "./options.ts";

/** Longest that closing may take, ms. */
const CLOSE_WITHIN = 2_000;

/** `porthole serve`: runs until a signal ends it. */
export async function serveCommand(args: readonly string[]): Promise<number> {
	if (args.includes("--help") || args.includes("-h")) {
		console.log(serveHelp);
		return 0;
	}
	const options = parseServeOptions(args, process.env);
	const stop = nextSignal();
	const log = createLog();
	const { serve } = await import("../index.ts");
	const server = await serve(options, log);
	process.on("unhandledRejection", (error) => log.error("a promise was rejected unseen", { error }));
	process.on("uncaughtException", (error) => log.error("an error was caught by nobody", { error }));
	console.log(`Devices: ${server.deviceIds.join(", ")}`);
	if (options.lan) console.log("Reachable from the network: whoever has the link below can use the devices.");
	console.log(`Open ${server.ownerUrl}`);
	await stop;
	const late = setTimeout(() => {
		log.error("closing took too long, leaving now");
		process.exit(1);
	}, CLOSE_WITHIN);
	await server.close();
	clearTimeout(late);
	process.exit(0);
}

/** The handlers stay: a terminal and a wrapper may each send the same signal, and closing wants its time. */
function nextSignal(): Promise<void> {
	return new Promise((resolve) => {
		for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
	});
}
