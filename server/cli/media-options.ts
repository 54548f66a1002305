import { isIP } from "node:net";
import type { ListenAddress, MediaOptions } from "../options.ts";
import { badOption, choice, list, number, text, value } from "./options.ts";

/** Which devices are offered, how they are encoded, and what brings the video to viewers. */
export const mediaOptions = {
	devices: list({
		name: "device",
		value: "SPEC",
		help: "a device to offer, such as demo:, simulator:UDID, desktop:1280x720; with none, the X display or a new desktop, and demo:",
	}),
	encoder: text({
		name: "encoder",
		value: "NAME",
		defaultText: "videotoolbox on macOS, else openh264",
		help: "openh264, x264 where it is installed, videotoolbox on macOS, or hxfr:ADDRESS: raw frames go there and come back encoded (the default encodes while nobody is there)",
	}),
	/** Bits per second. */
	bitrate: number({
		name: "bitrate",
		range: [100, 200_000],
		unit: 1000,
		defaultText: "by the size of the screen",
		help: "kbit/s of each device",
	}),
	frameRate: number({ name: "fps", range: [1, 240], default: 60, help: "frames per second, at most" }),
	/** The one port where media of all viewers comes in; 0 is any free one. */
	mediaPort: number({
		name: "media-port",
		range: [0, 65_535],
		default: 0,
		help: "the one port, UDP and TCP, for media of all viewers, such as for a firewall; 0 is any free one",
	}),
	engine: choice({
		name: "engine",
		value: "NAME",
		of: ["werift", "mediasoup"],
		default: "werift",
		help: "media engine; mediasoup is for many viewers (npm run mediasoup installs it)",
	}),
	workers: number({
		name: "workers",
		range: [1, 128],
		defaultText: "one for each core",
		help: "processes of mediasoup",
	}),
	edges: value({
		name: "edges",
		value: "[ADDRESS:]PORT",
		takes: "a port or ADDRESS:PORT",
		parse: listenAddress,
		help: "with mediasoup: let other machines serve viewers; they dial in here (see porthole edge)",
	}),
	viewersHere: number({
		name: "viewers-here",
		range: [0, 100_000],
		defaultText: "whoever has the fewest gets the next",
		help: "viewers taken here before edges get any",
	}),
};

/** Throws PortholeError `bad-option` where options do not go together. */
export function checkMediaOptions<T extends MediaOptions>(command: string, given: T): T {
	if (given.edges === undefined || given.engine === "mediasoup") return given;
	throw badOption(command, "--edges needs --engine mediasoup.");
}

/** `8500`, `10.0.0.1:8500` or `[::1]:8500`; loopback when no address is said. */
function listenAddress(given: string): ListenAddress | undefined {
	const [, address = "127.0.0.1", digits = ""] = /^(?:(.*):)?(\d{1,5})$/.exec(given) ?? [];
	const bare = address.replace(/^\[(.*)\]$/, "$1");
	const port = Number(digits || Number.NaN);
	return isIP(bare) !== 0 && port <= 65_535 ? { address: bare, port } : undefined;
}

/** What tells people how another machine comes to serve viewers. */
export function edgeInvitation({ url, key }: { readonly url: string; readonly key: string }): string {
	// With "=", as a key may begin with a dash.
	return `Edges join with: npx porthole edge --origin ${url} --key=${key}`;
}
