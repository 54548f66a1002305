import { PortholeError } from "../../signaling/protocol/errors.ts";
import { parseArguments } from "./arguments.ts";
import { type MediaOptions, mediaArguments, mediaHelp, readMediaOptions } from "./media-options.ts";
import { type Environment, OptionReader } from "./option-reader.ts";

/** What `hxfr` was asked to do. */
export interface HxfrOptions extends MediaOptions {
	/** Addresses, such as `unix:/run/screens.sock`. */
	readonly listen: readonly string[];
	/** Addresses that other machines reach are allowed. */
	readonly lan: boolean;
}

export const hxfrHelp = `porthole hxfr --listen ADDRESS [options]

Offers devices as H.264 over HXFR, the protocol in which virtual machines' screens travel: as scanouts 1, 2, … in the
order given. Another Porthole shows them with --device hxfr:ADDRESS?scanout=N. It also encodes for clients that send
raw pixels (--encoder hxfr:ADDRESS there).

  --listen ADDRESS  where clients connect (repeatable):
                    unix:/path           a Unix socket, for this user alone
                    tcp:127.0.0.1:PORT   TCP; other machines only with --lan, as nobody is asked who they are
                    vsock:CID:PORT       AF_VSOCK of Linux; any for every CID
                    hybrid:/path:PORT    where a monitor such as Firecracker leads its guest's connections to PORT
                    fd:N                 a connection that this process was given
${mediaHelp}
  --lan             allow TCP addresses that other machines reach

Each option can be given as PORTHOLE_… in the environment: PORTHOLE_LISTEN, PORTHOLE_DEVICE.`;

/** Parses the arguments of `hxfr`. Throws PortholeError `bad-option` naming the option. */
export function parseHxfrOptions(args: readonly string[], env: Environment): HxfrOptions {
	const given = parseArguments("hxfr", args, {
		...mediaArguments,
		listen: { type: "string", multiple: true },
		lan: { type: "boolean" },
	});
	const reader = new OptionReader(env);
	const listen = reader.list(given.listen, "PORTHOLE_LISTEN");
	if (listen.length === 0)
		throw new PortholeError("bad-option", "--listen is missing. See porthole hxfr --help.");
	return {
		...readMediaOptions(given, reader),
		listen,
		lan: reader.flag(given.lan, "PORTHOLE_LAN") ?? false,
	};
}
