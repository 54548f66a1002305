import { hostname } from "node:os";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import { parseSignalingAddress } from "../signaling-address.ts";
import { parseArguments } from "./arguments.ts";
import { type Environment, OptionReader } from "./option-reader.ts";

/** What `edge` was asked to do. */
export interface EdgeCommandOptions {
	/** The origin's socket for edges. */
	readonly origin: string;
	readonly key: string;
	readonly name: string;
	readonly workers: number | undefined;
	/** Viewers are offered this machine's network addresses, not the loopback ones alone. */
	readonly lan: boolean;
}

export const edgeHelp = `porthole edge --origin URL --key KEY [options]

Serves viewers of another machine's devices: each device's picture comes here once and goes on to many. The other machine
runs with --engine mediasoup --edges; who may see and touch what is decided there. This machine needs npm run mediasoup.

  --origin URL      what the other machine printed, such as ws://10.0.0.1:8500
  --key KEY         the key it printed; better given as PORTHOLE_KEY, which other users of this computer cannot see
  --name NAME       what this computer is called in the other's log (its host name)
  --workers N       processes of mediasoup (one for each core)
  --lan             offer pictures on this computer's network addresses; without it so when the origin is on another
                    computer, and on loopback alone when it is on this one (PORTHOLE_LAN=0: on loopback alone)

Each option can be given as PORTHOLE_… in the environment: PORTHOLE_ORIGIN, PORTHOLE_KEY.`;

/** Parses the arguments of `edge`. Throws PortholeError `bad-option` naming the option. */
export function parseEdgeOptions(args: readonly string[], env: Environment): EdgeCommandOptions {
	const given = parseArguments("edge", args, {
		origin: { type: "string" },
		key: { type: "string" },
		name: { type: "string" },
		workers: { type: "string" },
		lan: { type: "boolean" },
	});
	const reader = new OptionReader(env);
	const text = needed("--origin", reader.text(given.origin, "PORTHOLE_ORIGIN"));
	const origin = parseSignalingAddress(text, { option: "--origin", path: "/edge" });
	return {
		origin: origin.socket,
		key: needed("--key", reader.text(given.key, "PORTHOLE_KEY")),
		name: (reader.text(given.name, "PORTHOLE_NAME") ?? hostname()).slice(0, 80),
		workers: reader.number("--workers", given.workers, "PORTHOLE_WORKERS", [1, 128]),
		lan: reader.flag(given.lan, "PORTHOLE_LAN") ?? !origin.near,
	};
}

function needed(name: string, value: string | undefined): string {
	if (value !== undefined) return value;
	throw new PortholeError("bad-option", `${name} is missing. See porthole edge --help.`);
}
