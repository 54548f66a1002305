import { createLog } from "../log.ts";
import { parseSignalingOptions, signalingHelp } from "./signaling-options.ts";
import { closeAndExit, nextSignal, surviveErrors } from "./until-signal.ts";

/** `porthole signaling`: the page and the pairing, for hosts that dial in; runs until a signal ends it. */
export async function signalingCommand(args: readonly string[]): Promise<number> {
	if (args.includes("--help") || args.includes("-h")) {
		console.log(signalingHelp);
		return 0;
	}
	const options = parseSignalingOptions(args, process.env);
	const stop = nextSignal();
	const log = createLog();
	const { serveSignaling } = await import("../index.ts");
	const server = await serveSignaling(options, log);
	surviveErrors(log);
	if (server.firstHostKey !== undefined) {
		console.log("Add the devices of a computer, with this key that is shown only now:");
		console.log(`  npx porthole host --signaling ${server.hostUrl} --key ${server.firstHostKey}`);
	} else console.log("Keys for further hosts: npx porthole host-keys add NAME");
	if (options.lan) console.log("Reachable from the network: whoever has the link below can use the devices.");
	console.log(`Open ${server.ownerUrl}`);
	await stop;
	return closeAndExit(server.close, log);
}
