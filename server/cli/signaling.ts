import { parseRedisAddress } from "../../signaling/cluster/redis-address.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import { createLog } from "../log.ts";
import type { SignalingServerOptions } from "../options.ts";
import { defineCommand, type Environment, parseCommand, type Values, value } from "./options.ts";
import { serverOptions, serverOptionsOf } from "./server-options.ts";
import { closeAndExit, nextSignal, surviveErrors } from "./shutdown.ts";

const spec = {
	name: "signaling",
	about: `Runs the page, the pairing and the API without devices of its own. Hosts dial in, each with a key of its own: one is
printed at the first start, porthole host-keys makes more.`,
	options: {
		...serverOptions,
		redis: value({
			name: "redis",
			value: "URL",
			takes: "redis://[USER:PASSWORD@]HOST[:PORT][/DB], or rediss:// for TLS",
			secret: true,
			parse: (given) => accepted(given, () => parseRedisAddress(given, "porthole")),
			help: "share devices, links, host keys and control with the other signaling servers on this Redis, behind one balancer; a password is better given in PORTHOLE_REDIS, which other users of this computer cannot see",
		}),
		redisPrefix: value({
			name: "redis-prefix",
			value: "P",
			default: "porthole",
			takes: "up to 40 letters, digits and _ . : -",
			parse: (given) => accepted(given, () => parseRedisAddress("redis://localhost", given)),
			help: "what the keys in Redis begin with",
		}),
	},
};

/** `porthole signaling`: the page and the pairing, for hosts that dial in; runs until a signal ends it. */
export const signalingCommand = defineCommand(spec, async (given) => {
	const options = signalingOptionsOf(given.options);
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
});

/** Reads the arguments of `signaling`. Throws PortholeError `bad-option`. */
export function parseSignalingOptions(args: readonly string[], env: Environment): SignalingServerOptions {
	return signalingOptionsOf(parseCommand(spec, args, env).options);
}

function signalingOptionsOf(given: Values<typeof spec.options>): SignalingServerOptions {
	const { redis, redisPrefix } = given;
	return {
		...serverOptionsOf(spec.name, given),
		...(redis === undefined ? {} : { redis: parseRedisAddress(redis, redisPrefix) }),
	};
}

/** The unless reading it fails. */
function accepted(given: string, read: () => unknown): string | undefined {
	try {
		read();
		return given;
	} catch (error) {
		if (error instanceof PortholeError) return undefined;
		throw error;
	}
}
