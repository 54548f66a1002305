import { hostname } from "node:os";
import { createLog } from "../log.ts";
import type { EdgeOptions } from "../options.ts";
import { parseSignalingAddress } from "../signaling-address.ts";
import { errorLine } from "./error-line.ts";
import {
	defineCommand,
	type Environment,
	flag,
	number,
	parseCommand,
	text,
	type Values,
	value,
} from "./options.ts";
import { closeAndExit, nextSignal, surviveErrors } from "./shutdown.ts";

const spec = {
	name: "edge",
	about: `Serves viewers of another machine's devices: each device's video comes here once and goes on to many. The other machine
runs with --engine mediasoup --edges; who may see and touch what is decided there. This machine needs npm run mediasoup.`,
	options: {
		origin: value({
			name: "origin",
			value: "URL",
			required: true,
			takes: "an address such as ws://10.0.0.1:8500",
			parse: (given) => parseSignalingAddress(given, "/edge"),
			help: "what the other machine printed",
		}),
		key: text({
			name: "key",
			value: "KEY",
			required: true,
			help: "the key it printed; better given as PORTHOLE_KEY, which other users of this computer cannot see",
		}),
		name: text({
			name: "name",
			value: "NAME",
			defaultOf: hostname,
			defaultText: "its host name",
			help: "what this computer is called in the other's log",
		}),
		workers: number({
			name: "workers",
			range: [1, 128],
			defaultText: "one for each core",
			help: "processes of mediasoup",
		}),
		lan: flag({
			name: "lan",
			defaultText: "on when the origin is on another computer",
			help: "offer media on this computer's network addresses, not on loopback alone (PORTHOLE_LAN=0: on loopback alone)",
		}),
	},
};

/** `porthole edge`: serves viewers of another machine's devices until a signal ends it or the origin refuses it. */
export const edgeCommand = defineCommand(spec, async (given) => {
	const options = edgeOptionsOf(given.options);
	const stop = nextSignal();
	const log = createLog();
	const { serveEdge } = await import("../index.ts");
	const edge = await serveEdge(options, log);
	surviveErrors(log);
	console.log(`Connecting to ${options.origin} …`);
	const refused = await Promise.race([edge.refused, stop]);
	if (!refused) return closeAndExit(edge.close, log);
	console.error(errorLine(refused));
	return closeAndExit(edge.close, log, 1);
});

/** Reads the arguments of `edge`. Throws PortholeError `bad-option`. */
export function parseEdgeOptions(args: readonly string[], env: Environment): EdgeOptions {
	return edgeOptionsOf(parseCommand(spec, args, env).options);
}

function edgeOptionsOf({ origin, name, lan, ...given }: Values<typeof spec.options>): EdgeOptions {
	return { ...given, origin: origin.socket, name: name.slice(0, 80), lan: lan ?? !origin.near };
}
