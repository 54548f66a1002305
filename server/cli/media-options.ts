import { isIP } from "node:net";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { OptionReader } from "./option-reader.ts";

/** What brings pictures to browsers. */
export type EngineName = "werift" | "mediasoup";

/** Which devices are offered, and how their pictures are coded. */
export interface MediaOptions {
	readonly devices: readonly string[];
	readonly encoder: string | undefined;
	/** Bits per second; by the picture's size when absent. */
	readonly bitrate: number | undefined;
	/** Pictures per second, at most. */
	readonly frameRate: number;
	/** The one port, UDP and TCP, where media of all viewers comes in; any free one when absent. */
	readonly mediaPort: number | undefined;
	readonly engine: EngineName;
	/** Processes of mediasoup; as many as the machine has cores when absent. */
	readonly workers: number | undefined;
	/** Where machines that take viewers dial in; nowhere when absent. */
	readonly edges: ListenAddress | undefined;
	/** Viewers taken here before edges get any. */
	readonly viewersHere: number | undefined;
}

export interface ListenAddress {
	readonly address: string;
	/** 0: any. */
	readonly port: number;
}

/** For `parseArguments`. */
export const mediaArguments = {
	device: { type: "string", multiple: true },
	encoder: { type: "string" },
	bitrate: { type: "string" },
	fps: { type: "string" },
	"media-port": { type: "string" },
	engine: { type: "string" },
	workers: { type: "string" },
	edges: { type: "string" },
	"viewers-here": { type: "string" },
} as const;

interface Given {
	readonly device?: readonly string[] | undefined;
	readonly encoder?: string | undefined;
	readonly bitrate?: string | undefined;
	readonly fps?: string | undefined;
	readonly "media-port"?: string | undefined;
	readonly engine?: string | undefined;
	readonly workers?: string | undefined;
	readonly edges?: string | undefined;
	readonly "viewers-here"?: string | undefined;
}

export const mediaHelp = `  --device SPEC     a device to offer, such as demo:, simulator:UDID, desktop:1280x720 (repeatable);
                    with none, the X display or a new desktop, and demo:
  --encoder NAME    openh264 (the default), x264 where it is installed, videotoolbox (on macOS, the default there), or
                    hxfr:ADDRESS: raw pictures go there and come back coded (the default codes while nobody is there)
  --bitrate N       kbit/s of each device (by the size of its picture)
  --fps N           pictures a second, at most (60)
  --media-port N    the one port, UDP and TCP, for pictures to all viewers (0: any free one), such as for a firewall
  --engine NAME     werift (the default), or mediasoup for many viewers (npm run mediasoup installs it)
  --workers N       processes of mediasoup (one for each core)
  --edges [ADDRESS:]PORT  with mediasoup: let other machines serve viewers; they dial in here (see porthole edge)
  --viewers-here N  viewers taken here before edges get any (whoever has the fewest gets the next)`;

/** Throws PortholeError `bad-option`. */
export function readMediaOptions(given: Given, reader: OptionReader): MediaOptions {
	const bitrate = reader.number("--bitrate", given.bitrate, "PORTHOLE_BITRATE", [100, 200_000]);
	const engine = readEngine(reader.text(given.engine, "PORTHOLE_ENGINE"));
	const edges = readListenAddress(reader.text(given.edges, "PORTHOLE_EDGES"));
	if (edges !== undefined && engine !== "mediasoup") {
		throw new PortholeError("bad-option", "--edges needs --engine mediasoup.");
	}
	return {
		devices: reader.list(given.device, "PORTHOLE_DEVICE"),
		encoder: reader.text(given.encoder, "PORTHOLE_ENCODER"),
		bitrate: bitrate === undefined ? undefined : bitrate * 1000,
		frameRate: reader.number("--fps", given.fps, "PORTHOLE_FPS", [1, 240]) ?? 60,
		mediaPort:
			reader.number("--media-port", given["media-port"], "PORTHOLE_MEDIA_PORT", [0, 65_535]) || undefined,
		engine,
		workers: reader.number("--workers", given.workers, "PORTHOLE_WORKERS", [1, 128]),
		edges,
		viewersHere: reader.number(
			"--viewers-here",
			given["viewers-here"],
			"PORTHOLE_VIEWERS_HERE",
			[0, 100_000],
		),
	};
}

/** `8500`, `10.0.0.1:8500` or `[::1]:8500`; loopback when no address is said. */
function readListenAddress(text: string | undefined): ListenAddress | undefined {
	if (text === undefined) return undefined;
	const [, address = "127.0.0.1", digits = ""] = /^(?:(.*):)?(\d{1,5})$/.exec(text) ?? [];
	const bare = address.replace(/^\[(.*)\]$/, "$1");
	const port = Number(digits || Number.NaN);
	if (isIP(bare) !== 0 && port <= 65_535) return { address: bare, port };
	throw new PortholeError("bad-option", `--edges takes a port or ADDRESS:PORT, not ${text.slice(0, 100)}.`);
}

function readEngine(text = "werift"): EngineName {
	if (text === "werift" || text === "mediasoup") return text;
	throw new PortholeError("bad-option", `--engine takes werift or mediasoup, not ${text}.`);
}
