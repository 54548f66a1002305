import { defaultStateFolder } from "../../signaling/auth/state-files.ts";
import type { TurnOptions } from "../../signaling/turn.ts";
import { parseArguments } from "./arguments.ts";
import { DEFAULT_PORT, type ListenOptions, listenArguments, readListenOptions } from "./listen-options.ts";
import { type MediaOptions, mediaArguments, mediaHelp, readMediaOptions } from "./media-options.ts";
import { type Environment, OptionReader } from "./option-reader.ts";
import { readTurnOptions, turnArguments, turnHelp } from "./turn-options.ts";

/** What `serve` was asked to do. */
export interface ServeOptions extends ListenOptions, MediaOptions {
	readonly stateFolder: string;
	readonly turn: TurnOptions | undefined;
}

export const serveHelp = `porthole serve [options]

${mediaHelp}
  --port N          port of the page (${DEFAULT_PORT})
  --host ADDRESS    address to listen on (localhost); another than this machine's own widens as --lan does
  --lan             listen on all addresses, so that others on the network can open the page
  --name NAME       a further host name this server is known by (repeatable)
${turnHelp}
  --state FOLDER    where secrets are kept

Each option can be given as PORTHOLE_… in the environment: PORTHOLE_PORT=9000, PORTHOLE_DEVICE="demo: x11::0".`;

/**
 * Parses the arguments of `serve`; an empty value counts as not given. Throws PortholeError `bad-option` naming the
 * option.
 */
export function parseServeOptions(args: readonly string[], env: Environment): ServeOptions {
	const given = parseArguments("serve", args, {
		...listenArguments,
		...mediaArguments,
		...turnArguments,
		state: { type: "string" },
	});
	const reader = new OptionReader(env);
	return {
		...readListenOptions(given, reader),
		...readMediaOptions(given, reader),
		turn: readTurnOptions(given, reader),
		stateFolder: reader.text(given.state, "PORTHOLE_STATE") ?? defaultStateFolder(env),
	};
}
