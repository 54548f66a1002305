import { PortholeError } from "../../signaling/protocol/errors.ts";
import { defaultStateFolder } from "../../signaling/store/key-file.ts";
import { parseArguments } from "./arguments.ts";

/** Port when none is asked for. */
export const DEFAULT_PORT = 8400;

/** Hosts that only this machine reaches. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Variables as in `process.env`. */
type Environment = Readonly<Record<string, string | undefined>>;

/** What `serve` was asked to do. */
export interface ServeOptions {
	readonly port: number;
	/** Address to bind; `localhost` is both loopback addresses. */
	readonly host: string;
	/** Meant to be reached from the network: `--lan`, or an address that is not of this machine alone. */
	readonly lan: boolean;
	readonly names: readonly string[];
	readonly devices: readonly string[];
	readonly encoder: string | undefined;
	/** Bits per second; by the picture's size when absent. */
	readonly bitrate: number | undefined;
	/** Pictures per second, at most. */
	readonly frameRate: number;
	readonly stateFolder: string;
}

export const serveHelp = `porthole serve [options]

  --device SPEC     a device to offer, such as demo:, x11::0, desktop:1280x720 (repeatable);
                    with none, the X display or a new desktop, and demo:
  --port N          port of the page (${DEFAULT_PORT})
  --host ADDRESS    address to listen on (localhost); another than this machine's own widens as --lan does
  --lan             listen on all addresses, so that others on the network can open the page
  --name NAME       a further host name this server is known by (repeatable)
  --encoder NAME    openh264 (the default) or x264 where it is installed
  --bitrate N       kbit/s of each device (by the size of its picture)
  --fps N           pictures a second, at most (60)
  --state FOLDER    where secrets are kept

Each option can be given as PORTHOLE_… in the environment: PORTHOLE_PORT=9000, PORTHOLE_DEVICE="demo: x11::0".`;

/**
 * Parses the arguments of `serve`; an empty value counts as not given. Throws PortholeError `bad-option` naming the
 * option.
 */
export function parseServeOptions(args: readonly string[], env: Environment): ServeOptions {
	const values = parse(args);
	const listed = (given: string[] | undefined, variable: string) =>
		given ?? (env[variable] ?? "").split(/\s+/).filter((word) => word !== "");
	const number = (name: string, given: string | undefined, variable: string, min: number, max: number) =>
		integer(name, given || env[variable], min, max);
	const wide = values.lan ?? ["1", "true", "yes"].includes(env.PORTHOLE_LAN ?? "");
	const host = values.host || env.PORTHOLE_HOST || (wide ? "all" : "localhost");
	const bitrate = number("--bitrate", values.bitrate, "PORTHOLE_BITRATE", 100, 200_000);
	return {
		port: number("--port", values.port, "PORTHOLE_PORT", 0, 65_535) ?? DEFAULT_PORT,
		host,
		lan: wide || !LOOPBACK.test(host),
		names: listed(values.name, "PORTHOLE_NAME"),
		devices: listed(values.device, "PORTHOLE_DEVICE"),
		encoder: values.encoder || env.PORTHOLE_ENCODER || undefined,
		bitrate: bitrate === undefined ? undefined : bitrate * 1000,
		frameRate: number("--fps", values.fps, "PORTHOLE_FPS", 1, 240) ?? 60,
		stateFolder: values.state || env.PORTHOLE_STATE || defaultStateFolder(env),
	};
}

/** Addresses to bind for a `--host` value. */
export function addressesOf(host: string): string[] {
	if (host === "localhost") return ["127.0.0.1", "::1"];
	if (host === "all") return ["0.0.0.0", "::"];
	return [host];
}

function parse(args: readonly string[]) {
	return parseArguments("serve", args, {
		device: { type: "string", multiple: true },
		port: { type: "string" },
		host: { type: "string" },
		lan: { type: "boolean" },
		name: { type: "string", multiple: true },
		encoder: { type: "string" },
		bitrate: { type: "string" },
		fps: { type: "string" },
		state: { type: "string" },
	});
}

function integer(name: string, text: string | undefined, min: number, max: number): number | undefined {
	if (text === undefined || text === "") return undefined;
	const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
	if (value >= min && value <= max) return value;
	throw new PortholeError("bad-option", `${name} takes a whole number from ${min} to ${max}, not ${text}.`);
}
