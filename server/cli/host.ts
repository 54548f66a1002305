import { hostname } from "node:os";
import { knownCode } from "../../signaling/protocol/error-codes.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import { createLog } from "../log.ts";
import type { HostOptions } from "../options.ts";
import { parseSignalingAddress } from "../signaling-address.ts";
import { deviceKinds } from "./device-kinds.ts";
import { errorLine } from "./error-line.ts";
import { checkMediaOptions, edgeInvitation, mediaOptions } from "./media-options.ts";
import { defineCommand, type Environment, flag, parseCommand, text, type Values, value } from "./options.ts";
import { stateFolder } from "./server-options.ts";
import { closeAndExit, nextSignal, surviveErrors } from "./shutdown.ts";

const spec = {
	name: "host",
	more: deviceKinds,
	about: `Offers the devices of this computer on a signaling server that runs elsewhere. Only this computer dials out; video
and input go straight between it and each browser.`,
	options: {
		signaling: value({
			name: "signaling",
			value: "URL",
			required: true,
			takes: "an address such as http://porthole.example:8400",
			parse: (given) => parseSignalingAddress(given, "/signal"),
			help: "address of the signaling server",
		}),
		key: text({
			name: "key",
			value: "KEY",
			required: true,
			help: "the host key that signaling printed or porthole host-keys made; better given as PORTHOLE_KEY, which other users of this computer cannot see",
		}),
		name: value({
			name: "name",
			value: "NAME",
			takes: "at most 80 characters",
			parse: (given) => (given.trim().length > 80 ? undefined : given),
			defaultOf: hostname,
			defaultText: "its host name",
			help: "what this computer is called; device ids begin with it, such as studio.demo. The first name used with a key stays in the ids",
		}),
		...mediaOptions,
		lan: flag({
			name: "lan",
			defaultText: "on when signaling is on another computer",
			help: "offer media on this computer's network addresses, not on loopback alone (PORTHOLE_LAN=0: on loopback alone)",
		}),
		publishers: flag({
			name: "publishers",
			default: false,
			help: "make devices of streams that an owner publishes to signaling (WHIP, POST /whip/ID)",
		}),
		stateFolder,
	},
};

/**
 * `porthole host`: offers the devices of this computer on a signaling server until a signal ends it. Exit code 1 when
 * signaling sends it away for good.
 */
export const hostCommand = defineCommand(spec, async (given) => {
	const options = hostOptionsOf(given.options);
	const stop = nextSignal();
	const log = createLog();
	const { serveHost } = await import("../index.ts");
	const host = await serveHost(options, log);
	surviveErrors(log);
	const { page } = options.signaling;
	if (page.startsWith("http:") && !options.signaling.near)
		log.warn("the key travels unencrypted, as signaling is not reached by https", { page });
	console.log(`Connecting to ${page} …`);
	if (host.edges) console.log(edgeInvitation(host.edges));
	const first = await Promise.race([host.joined, host.refused, stop]);
	if (first && "deviceIds" in first) {
		console.log(`Devices: ${first.deviceIds.join(", ")}`);
		console.log(`Offered at: ${page}`);
	}
	const refused = await Promise.race([host.refused, stop]);
	if (!refused) return closeAndExit(host.close, log);
	const error = new PortholeError(knownCode(refused.code), `${page} sent this host away: ${refused.message}`);
	console.error(errorLine(error));
	return closeAndExit(host.close, log, 1);
});

/** Reads the arguments of `host`. Throws PortholeError `bad-option`. */
export function parseHostOptions(args: readonly string[], env: Environment): HostOptions {
	return hostOptionsOf(parseCommand(spec, args, env).options);
}

function hostOptionsOf(given: Values<typeof spec.options>): HostOptions {
	return {
		...checkMediaOptions(spec.name, given),
		name: given.name.trim() || "host",
		lan: given.lan ?? !given.signaling.near,
	};
}
