import { createLog } from "../log.ts";
import { hxfrHelp, parseHxfrOptions } from "./hxfr-options.ts";
import { closeAndExit, nextSignal, surviveErrors } from "./until-signal.ts";

/** `porthole hxfr`: offers devices over HXFR until a signal ends it. */
export async function hxfrCommand(args: readonly string[]): Promise<number> {
	if (args.includes("--help") || args.includes("-h")) {
		console.log(hxfrHelp);
		return 0;
	}
	const options = parseHxfrOptions(args, process.env);
	const stop = nextSignal();
	const log = createLog();
	const { serveHxfr } = await import("../index.ts");
	const host = await serveHxfr(options, log);
	surviveErrors(log);
	for (const [index, spec] of host.scanouts.entries()) console.log(`Scanout ${index + 1}: ${spec}`);
	console.log(`Listening on ${host.addresses.join(", ")}`);
	await stop;
	return closeAndExit(host.close, log);
}
