import { createLog } from "../log.ts";
import type { ServeOptions } from "../options.ts";
import { deviceKinds } from "./device-kinds.ts";
import { checkMediaOptions, edgeInvitation, mediaOptions } from "./media-options.ts";
import { defineCommand, type Environment, parseCommand, type Values } from "./options.ts";
import { serverOptions, serverOptionsOf } from "./server-options.ts";
import { closeAndExit, nextSignal, surviveErrors } from "./shutdown.ts";

const spec = {
	name: "serve",
	more: deviceKinds,
	about:
		"Offers devices on a URL: the page, the pairing and the media in one process. Prints the owner's link.",
	options: { ...mediaOptions, ...serverOptions },
};

/** `porthole serve`: runs until a signal ends it. */
export const serveCommand = defineCommand(spec, async (given) => {
	const options = serveOptionsOf(given.options);
	const stop = nextSignal();
	const log = createLog();
	const { serve } = await import("../index.ts");
	const server = await serve(options, log);
	surviveErrors(log);
	console.log(`Devices: ${server.deviceIds.join(", ")}`);
	if (options.lan) console.log("Reachable from the network: whoever has the link below can use the devices.");
	if (server.edges) console.log(edgeInvitation(server.edges));
	console.log(`Open ${server.ownerUrl}`);
	await stop;
	return closeAndExit(server.close, log);
});

/** Reads the arguments of `serve`. Throws PortholeError `bad-option`. */
export function parseServeOptions(args: readonly string[], env: Environment): ServeOptions {
	return serveOptionsOf(parseCommand(spec, args, env).options);
}

function serveOptionsOf(given: Values<typeof spec.options>): ServeOptions {
	const {
		turnSecret: _secret,
		turnSecretFile: _file,
		trustProxy: _peers,
		...rest
	} = checkMediaOptions(spec.name, given);
	return { ...rest, ...serverOptionsOf(spec.name, given) };
}
