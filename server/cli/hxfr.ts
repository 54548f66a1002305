import { createLog } from "../log.ts";
import type { HxfrOptions } from "../options.ts";
import { deviceKinds } from "./device-kinds.ts";
import { checkMediaOptions, mediaOptions } from "./media-options.ts";
import { defineCommand, type Environment, flag, list, parseCommand } from "./options.ts";
import { closeAndExit, nextSignal, surviveErrors } from "./shutdown.ts";

const spec = {
	name: "hxfr",
	more: deviceKinds,
	about: `Offers devices as H.264 over HXFR, the protocol in which virtual machines' screens travel: as scanouts 1, 2, … in the
order given. Another Porthole shows them with --device hxfr:ADDRESS?scanout=N. It also encodes for clients that send
raw frames (--encoder hxfr:ADDRESS there).`,
	options: {
		listen: list({
			name: "listen",
			value: "ADDRESS",
			required: true,
			help: `where clients connect:
unix:/path           a Unix socket, for this user alone
tcp:127.0.0.1:PORT   TCP; other machines only with --lan, as nobody is asked who they are
vsock:CID:PORT       AF_VSOCK of Linux; any for every CID
hybrid:/path:PORT    where a monitor such as Firecracker leads its guest's connections to PORT
fd:N                 a connection that this process was given`,
		}),
		...mediaOptions,
		lan: flag({ name: "lan", default: false, help: "allow TCP addresses that other machines reach" }),
	},
};

/** `porthole hxfr`: offers devices over HXFR until a signal ends it. */
export const hxfrCommand = defineCommand(spec, async (given) => {
	const options = checkMediaOptions(spec.name, given.options);
	const stop = nextSignal();
	const log = createLog();
	const { serveHxfr } = await import("../index.ts");
	const host = await serveHxfr(options, log);
	surviveErrors(log);
	for (const [index, device] of host.scanouts.entries()) console.log(`Scanout ${index + 1}: ${device}`);
	console.log(`Listening on: ${host.addresses.join(", ")}`);
	await stop;
	return closeAndExit(host.close, log);
});

/** Reads the arguments of `hxfr`. Throws PortholeError `bad-option`. */
export function parseHxfrOptions(args: readonly string[], env: Environment): HxfrOptions {
	return checkMediaOptions(spec.name, parseCommand(spec, args, env).options);
}
