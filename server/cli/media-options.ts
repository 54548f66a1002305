import type { OptionReader } from "./option-reader.ts";

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
}

/** For `parseArguments`. */
export const mediaArguments = {
	device: { type: "string", multiple: true },
	encoder: { type: "string" },
	bitrate: { type: "string" },
	fps: { type: "string" },
	"media-port": { type: "string" },
} as const;

interface Given {
	readonly device?: readonly string[] | undefined;
	readonly encoder?: string | undefined;
	readonly bitrate?: string | undefined;
	readonly fps?: string | undefined;
	readonly "media-port"?: string | undefined;
}

export const mediaHelp = `  --device SPEC     a device to offer, such as demo:, x11::0, desktop:1280x720 (repeatable);
                    with none, the X display or a new desktop, and demo:
  --encoder NAME    openh264 (the default), x264 where it is installed, or hxfr:ADDRESS: raw pictures go there and come
                    back coded (openh264 codes while nobody is there)
  --bitrate N       kbit/s of each device (by the size of its picture)
  --fps N           pictures a second, at most (60)
  --media-port N    the one port, UDP and TCP, for pictures to all viewers (0: any free one), such as for a firewall`;

/** Throws PortholeError `bad-option`. */
export function readMediaOptions(given: Given, reader: OptionReader): MediaOptions {
	const bitrate = reader.number("--bitrate", given.bitrate, "PORTHOLE_BITRATE", [100, 200_000]);
	return {
		devices: reader.list(given.device, "PORTHOLE_DEVICE"),
		encoder: reader.text(given.encoder, "PORTHOLE_ENCODER"),
		bitrate: bitrate === undefined ? undefined : bitrate * 1000,
		frameRate: reader.number("--fps", given.fps, "PORTHOLE_FPS", [1, 240]) ?? 60,
		mediaPort:
			reader.number("--media-port", given["media-port"], "PORTHOLE_MEDIA_PORT", [0, 65_535]) || undefined,
	};
}
