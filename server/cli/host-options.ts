import { hostname } from "node:os";
import { defaultStateFolder } from "../../signaling/auth/state-files.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import { parseSignalingAddress, type SignalingAddress } from "../signaling-address.ts";
import { parseArguments } from "./arguments.ts";
import { type MediaOptions, mediaArguments, mediaHelp, readMediaOptions } from "./media-options.ts";
import { type Environment, OptionReader } from "./option-reader.ts";

/** What `host` was asked to do. */
export interface HostOptions extends MediaOptions {
	readonly signaling: SignalingAddress;
	readonly key: string;
	/** What people call this computer; the ids of its devices begin with it. */
	readonly name: string;
	/** Media is offered on this machine's network addresses too, not on the loopback ones alone. */
	readonly lan: boolean;
	/** Makes devices of streams that publishers send. */
	readonly publishers: boolean;
	readonly stateFolder: string;
}

export const hostHelp = `porthole host --signaling URL --key KEY [options]

Offers the devices of this computer on a signaling server that runs elsewhere. Only this computer dials out; pictures
and input go straight between it and each browser.

  --signaling URL   address of the signaling server, such as https://porthole.example
  --key KEY         the host key that signaling printed or porthole host-keys made; better given as PORTHOLE_KEY, which
                    other users of this computer cannot see
  --name NAME       what this computer is called (its host name); device ids begin with it: studio.demo. The first name
                    used with a key stays in the ids
${mediaHelp}
  --lan             offer pictures on this computer's network addresses; without it so when signaling is on another
                    computer, and on loopback alone when it is on this one (PORTHOLE_LAN=0: on loopback alone)
  --publishers      make devices of streams that an owner publishes to signaling (WHIP, POST /whip/ID)
  --state FOLDER    where this host's id is kept

Each option can be given as PORTHOLE_… in the environment: PORTHOLE_SIGNALING, PORTHOLE_KEY, PORTHOLE_DEVICE.`;

/** Parses the arguments of `host`. Throws PortholeError `bad-option` naming the option. */
export function parseHostOptions(args: readonly string[], env: Environment): HostOptions {
	const given = parseArguments("host", args, {
		...mediaArguments,
		signaling: { type: "string" },
		key: { type: "string" },
		name: { type: "string" },
		lan: { type: "boolean" },
		publishers: { type: "boolean" },
		state: { type: "string" },
	});
	const reader = new OptionReader(env);
	const signaling = parseSignalingAddress(
		needed("--signaling", reader.text(given.signaling, "PORTHOLE_SIGNALING")),
	);
	const name = (reader.text(given.name, "PORTHOLE_NAME") ?? hostname()).trim() || "host";
	if (name.length > 80) throw new PortholeError("bad-option", "--name takes at most 80 characters.");
	return {
		...readMediaOptions(given, reader),
		signaling,
		key: needed("--key", reader.text(given.key, "PORTHOLE_KEY")),
		name,
		lan: reader.flag(given.lan, "PORTHOLE_LAN") ?? !signaling.near,
		publishers: reader.flag(given.publishers, "PORTHOLE_PUBLISHERS") ?? false,
		stateFolder: reader.text(given.state, "PORTHOLE_STATE") ?? defaultStateFolder(env),
	};
}

function needed(name: string, value: string | undefined): string {
	if (value !== undefined) return value;
	throw new PortholeError("bad-option", `${name} is missing. See porthole host --help.`);
}
