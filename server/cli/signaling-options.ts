import { defaultStateFolder } from "../../signaling/auth/state-files.ts";
import { parseRedisAddress, type RedisAddress } from "../../signaling/cluster/redis-address.ts";
import type { TurnOptions } from "../../signaling/turn.ts";
import { parseArguments } from "./arguments.ts";
import { DEFAULT_PORT, type ListenOptions, listenArguments, readListenOptions } from "./listen-options.ts";
import { type Environment, OptionReader } from "./option-reader.ts";
import { readTurnOptions, turnArguments, turnHelp } from "./turn-options.ts";

/** What `signaling` was asked to do. */
export interface SignalingServerOptions extends ListenOptions {
	readonly stateFolder: string;
	readonly turn: TurnOptions | undefined;
	/** Shared with other signaling servers, which then are one to hosts and viewers. */
	readonly redis?: RedisAddress;
}

export const signalingHelp = `porthole signaling [options]

Runs the page, the pairing and the API without devices of its own. Hosts dial in, each with a key of its own: one is
printed at the first start, porthole host-keys makes more.

  --port N          port of the page (${DEFAULT_PORT})
  --host ADDRESS    address to listen on (localhost); another than this machine's own widens as --lan does
  --lan             listen on all addresses, so that hosts and pages on the network can reach it
  --name NAME       a further host name this server is known by (repeatable)
${turnHelp}
  --state FOLDER    where secrets are kept
  --redis URL       share devices, links, host keys and control with the other signaling servers on this Redis, behind
                    one balancer: redis://HOST:PORT/DB, or rediss:// for TLS; a password is better given in
                    PORTHOLE_REDIS, which other users of this computer cannot see
  --redis-prefix P  what the keys in Redis begin with (porthole)

Each option can be given as PORTHOLE_… in the environment, such as PORTHOLE_PORT=9000.`;

/** Parses the arguments of `signaling`. Throws PortholeError `bad-option` naming the option. */
export function parseSignalingOptions(args: readonly string[], env: Environment): SignalingServerOptions {
	const given = parseArguments("signaling", args, {
		...listenArguments,
		...turnArguments,
		state: { type: "string" },
		redis: { type: "string" },
		"redis-prefix": { type: "string" },
	});
	const reader = new OptionReader(env);
	const redis = reader.text(given.redis, "PORTHOLE_REDIS");
	const prefix = reader.text(given["redis-prefix"], "PORTHOLE_REDIS_PREFIX") ?? "porthole";
	return {
		...readListenOptions(given, reader),
		turn: readTurnOptions(given, reader),
		stateFolder: reader.text(given.state, "PORTHOLE_STATE") ?? defaultStateFolder(env),
		...(redis === undefined ? {} : { redis: parseRedisAddress(redis, prefix) }),
	};
}
