import { settingsWithin } from "../gateways/baguette/stream-protocol.ts";
import { parseOperands } from "./arguments.ts";
import { numberOption, withUdidAsOperand } from "./baguette-options.ts";
import { oneOf } from "./one-of.ts";
import { RunningServer } from "./running-server.ts";
import { type PipeStreams, StreamPipe } from "./stream-pipe.ts";
import { nextSignal } from "./until-signal.ts";

const help = `porthole stream DEVICE [options]

Writes a device's screen to standard output until it is stopped: MJPEG as an HTTP answer of many parts, or AVCC as
records that begin with their length (4 bytes) and a tag (1). Reads commands from standard input, one JSON object a
line: {"cmd":"set_bitrate","bps":N}, {"cmd":"set_fps","fps":N}, {"cmd":"set_scale","scale":N}, {"cmd":"force_idr"},
{"cmd":"snapshot"}.

  --format FORMAT  mjpeg (the default) or avcc
  --fps N          pictures a second, 1 to 120 (60)
  --quality N      of JPEG, 0 to 1 (0.7)
  --bitrate N      bits a second of H.264 (8000000)
  --scale N        divides width and height, 1 to 4 (1)
  --udid DEVICE    the device, as Baguette's command line has it
  --state FOLDER   state folder of the server`;

const FORMATS = ["mjpeg", "avcc"] as const;

/** `porthole stream`: a device's screen to standard output. */
export async function streamCommand(
	args: readonly string[],
	streams: PipeStreams = process,
	stopped: Promise<void> = nextSignal(),
): Promise<number> {
	const options = {
		format: { type: "string" },
		fps: { type: "string" },
		quality: { type: "string" },
		bitrate: { type: "string" },
		scale: { type: "string" },
		state: { type: "string" },
		help: { type: "boolean", short: "h" },
	} as const;
	const { values, positionals } = parseOperands("stream", withUdidAsOperand(args), options, ["device"]);
	if (values.help) {
		console.log(help);
		return 0;
	}
	const format = oneOf("--format", values.format ?? "mjpeg", FORMATS);
	const settings = settingsWithin({
		bitrate: numberOption("--bitrate", values.bitrate, 8_000_000, [100_000, 100_000_000]),
		frameRate: numberOption("--fps", values.fps, 60, [1, 120]),
		scale: numberOption("--scale", values.scale, 1, [1, 4]),
	});
	const quality = numberOption("--quality", values.quality, 0.7, [0, 1]);
	const server = await RunningServer.find(values.state);
	const [deviceId = ""] = positionals;
	const url = new URL(`/simulators/${encodeURIComponent(deviceId)}/stream`, server.url);
	url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
	url.searchParams.set("format", format);
	url.searchParams.set("quality", String(quality));
	const pipe = new StreamPipe({ url, authorization: server.authorization, format, settings, streams });
	void stopped.then(() => pipe.close());
	await pipe.ended;
	return 0;
}
