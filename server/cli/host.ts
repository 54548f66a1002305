import { PortholeError } from "../../signaling/protocol/errors.ts";
import { createLog } from "../log.ts";
import { invitationLine } from "./edge-invitation.ts";
import { hostHelp, parseHostOptions } from "./host-options.ts";
import { closeAndExit, nextSignal, surviveErrors } from "./until-signal.ts";

/**
 * `porthole host`: offers the devices of this computer on a signaling server until a signal ends it. Throws
 * PortholeError when signaling sends it away for good, with signaling's code.
 */
export async function hostCommand(args: readonly string[]): Promise<number> {
	if (args.includes("--help") || args.includes("-h")) {
		console.log(hostHelp);
		return 0;
	}
	const options = parseHostOptions(args, process.env);
	const stop = nextSignal();
	const log = createLog();
	const { serveHost } = await import("../index.ts");
	const host = await serveHost(options, log);
	surviveErrors(log);
	const { page } = options.signaling;
	if (page.startsWith("http:") && !options.signaling.near)
		log.warn("the key travels unencrypted, as signaling is not reached by https", { page });
	console.log(`Connecting to ${page}`);
	if (host.edges) console.log(invitationLine(host.edges));
	const first = await Promise.race([host.joined, host.refused, stop]);
	if (first && "deviceIds" in first) {
		console.log(`Devices: ${first.deviceIds.join(", ")}`);
		console.log(`Offered at ${page}`);
	}
	const refused = await Promise.race([host.refused, stop]);
	if (!refused) return closeAndExit(host.close, log);
	const error = new PortholeError(refused.code, `${page} sent this host away: ${refused.message}`);
	console.error(`porthole: ${error.message} (${error.code})`);
	return closeAndExit(host.close, log, 1);
}
