import { createLog } from "../log.ts";
import { invitationLine } from "./edge-invitation.ts";
import { parseServeOptions, serveHelp } from "./serve-options.ts";
import { closeAndExit, nextSignal, surviveErrors } from "./until-signal.ts";

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
	surviveErrors(log);
	console.log(`Devices: ${server.deviceIds.join(", ")}`);
	if (options.lan) console.log("Reachable from the network: whoever has the link below can use the devices.");
	if (server.edges) console.log(invitationLine(server.edges));
	console.log(`Open ${server.ownerUrl}`);
	await stop;
	return closeAndExit(server.close, log);
}
