import { createLog } from "../log.ts";
import { edgeHelp, parseEdgeOptions } from "./edge-options.ts";
import { closeAndExit, nextSignal, surviveErrors } from "./until-signal.ts";

/** `porthole edge`: serves viewers of another machine's devices until a signal ends it or the origin refuses it. */
export async function edgeCommand(args: readonly string[]): Promise<number> {
	if (args.includes("--help") || args.includes("-h")) {
		console.log(edgeHelp);
		return 0;
	}
	const options = parseEdgeOptions(args, process.env);
	const stop = nextSignal();
	const log = createLog();
	const { serveEdge } = await import("../index.ts");
	const edge = await serveEdge(options, log);
	surviveErrors(log);
	console.log(`Connecting to ${options.origin}`);
	const refused = await Promise.race([edge.refused, stop]);
	if (!refused) return closeAndExit(edge.close, log);
	console.error(`porthole: ${refused.message} (${refused.code})`);
	return closeAndExit(edge.close, log, 1);
}
