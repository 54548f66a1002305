import type { IncomingMessage } from "node:http";
import { type RawData, WebSocket } from "ws";
import { knownCode } from "../../signaling/protocol/error-codes.ts";
import { asSentence, messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import {
	DEFAULT_SETTINGS,
	jpegPart,
	MULTIPART_HEAD,
	messageOfCommand,
	type StreamSettings,
	settingsWithin,
} from "../gateways/baguette/stream-protocol.ts";
import { avccRecord, MAX_RECORD_BYTES, readAvccEnvelope } from "../h264/avcc.ts";
import { AvccFrames } from "../h264/avcc-frames.ts";
import { linesOf } from "../line-reader.ts";
import { choice, defineCommand, number, operandOption } from "./options.ts";
import { RunningServer } from "./running-server.ts";
import { stateFolder } from "./server-options.ts";
import { nextSignal } from "./shutdown.ts";

const spec = {
	name: "stream",
	about: `Writes a device's screen to standard output until it is stopped: MJPEG as an HTTP answer of many parts, H.264 in Annex
B, which players take (… --format annexb | ffplay -), or AVCC as records that begin with their length (4 bytes) and a
tag (1). Reads commands from standard input, one JSON object a
line: {"cmd":"set_bitrate","bps":N}, {"cmd":"set_fps","fps":N}, {"cmd":"set_scale","scale":N}, {"cmd":"force_idr"},
{"cmd":"snapshot"}.`,
	operands: ["DEVICE"],
	options: {
		format: choice({
			name: "format",
			value: "FORMAT",
			of: ["mjpeg", "annexb", "avcc"],
			default: "mjpeg",
			noVariable: true,
			help: "how the frames are coded",
		}),
		frameRate: number({
			name: "fps",
			range: [1, 120],
			fraction: true,
			default: 60,
			noVariable: true,
			help: "frames per second, at most",
		}),
		quality: number({
			name: "quality",
			range: [0, 1],
			fraction: true,
			default: 0.7,
			noVariable: true,
			help: "of JPEG",
		}),
		bitrate: number({
			name: "bitrate",
			range: [100_000, 100_000_000],
			fraction: true,
			default: 8_000_000,
			noVariable: true,
			help: "bits per second of H.264",
		}),
		scale: number({
			name: "scale",
			range: [1, 4],
			fraction: true,
			default: 1,
			noVariable: true,
			help: "divides width and height",
		}),
		udid: operandOption({
			name: "udid",
			value: "DEVICE",
			help: "the device, as Baguette's command line has it",
		}),
		stateFolder,
	},
};

/** `porthole stream`: a device's screen to standard output. */
export const streamCommand = defineCommand(
	spec,
	async (
		{ options, operands: [deviceId = ""] },
		streams: PipeStreams = process,
		stopped: Promise<void> = nextSignal(),
	) => {
		const { format, quality } = options;
		const server = await RunningServer.find(options.stateFolder);
		const url = new URL(`/simulators/${encodeURIComponent(deviceId)}/stream`, server.url);
		url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
		url.searchParams.set("format", format === "annexb" ? "avcc" : format);
		url.searchParams.set("quality", String(quality));
		const settings = settingsWithin(options);
		const pipe = new StreamPipe({ url, authorization: server.authorization, format, settings, streams });
		void stopped.then(() => pipe.close());
		await pipe.ended;
		return 0;
	},
);

/**
 * An access unit delimiter (H.264, 7.3.2.4) before any kind of slices. It stands before the first unit and after each:
 * a reader knows a unit's end by what follows, and on a screen that rests nothing else would for long.
 */
const DELIMITER = Uint8Array.of(0, 0, 0, 1, 9, 0xf0);

/** Longest command on standard input, bytes. */
const MAX_COMMAND_BYTES = 64 * 1024;

/** Where frames go, and commands come from. */
interface PipeStreams {
	readonly stdin: AsyncIterable<Uint8Array> & { destroy?(): void };
	readonly stdout: Pick<NodeJS.WritableStream, "write" | "on">;
	readonly stderr: Pick<NodeJS.WritableStream, "write">;
}

type Format = "mjpeg" | "annexb" | "avcc";

interface StreamPipeOptions {
	readonly url: URL;
	readonly authorization: string;
	readonly format: Format;
	readonly settings: StreamSettings;
	readonly streams: PipeStreams;
}

/**
 * A stream's WebSocket on a pipe. A reader that is slow slows the socket, so that the server sees it and does what it
 * does for slow clients; nothing queues here.
 */
class StreamPipe {
	/** Resolves when it was closed, or nobody reads any more; rejects with PortholeError when the server ended it. */
	readonly ended: Promise<void>;
	readonly #socket: WebSocket;
	readonly #options: StreamPipeOptions;
	readonly #end = Promise.withResolvers<void>();
	readonly #frames = new AvccFrames();
	#refusal: PortholeError | undefined;

	constructor(options: StreamPipeOptions) {
		this.#options = options;
		this.ended = this.#end.promise;
		const { url, authorization, streams } = options;
		this.#socket = new WebSocket(url, { headers: { authorization }, maxPayload: MAX_RECORD_BYTES });
		this.#socket.on("open", () => this.#opened());
		this.#socket.on("message", (data, binary) => this.#received(data, binary));
		this.#socket.on("unexpected-response", (request, response) => {
			void refusalOf(response).then((refusal) => this.#fail(refusal));
			request.on("error", () => {});
		});
		this.#socket.on("error", (cause) => {
			const words = `The stream at ${url} failed: ${messageOf(cause)}. Is the server running?`;
			this.#fail(new PortholeError("not-running", words, { cause }));
		});
		this.#socket.on("close", () =>
			this.#fail(this.#refusal ?? new PortholeError("stream-ended", "The server has ended the stream.")),
		);
		streams.stdout.on("drain", () => this.#socket.resume());
		// Whoever read it has enough.
		streams.stdout.on("error", () => this.close());
	}

	close(): void {
		this.#end.resolve();
		this.#stop();
	}

	#opened(): void {
		const { settings, format, streams } = this.#options;
		const { bitrate, frameRate, scale } = settings;
		if (format === "mjpeg") streams.stdout.write(MULTIPART_HEAD);
		if (format === "annexb") streams.stdout.write(DELIMITER);
		if (bitrate !== DEFAULT_SETTINGS.bitrate) this.#say({ type: "set_bitrate", bps: bitrate });
		if (frameRate !== DEFAULT_SETTINGS.frameRate) this.#say({ type: "set_fps", fps: frameRate });
		if (scale !== DEFAULT_SETTINGS.scale) this.#say({ type: "set_scale", scale });
		void this.#obey();
	}

	#received(data: RawData, binary: boolean): void {
		const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
		if (!binary) return this.#told(bytes.toString());
		const { stdout } = this.#options.streams;
		const piece = this.#written(bytes);
		if (piece && !stdout.write(piece)) this.#socket.pause();
	}

	/** The form on a pipe of a message; undefined for what it has no place for. */
	#written(bytes: Buffer): Uint8Array | undefined {
		switch (this.#options.format) {
			case "mjpeg":
				return jpegPart(bytes);
			case "avcc":
				return avccRecord(bytes);
			case "annexb": {
				const envelope = readAvccEnvelope(bytes);
				const unit = envelope && this.#frames.take(envelope);
				return unit && Buffer.concat([unit.data, DELIMITER]);
			}
		}
	}

	/** A stream that cannot start says why in text. */
	#told(text: string): void {
		try {
			const { ok, error } = JSON.parse(text) ?? {};
			if (ok === false) {
				this.#refusal = new PortholeError("stream-refused", `The server gives no stream: ${error}.`);
			}
		} catch {
			// Other text is not for a pipe.
		}
	}

	/** Passes commands on, until there are no more; the stream goes on without them. */
	async #obey(): Promise<void> {
		const { stdin, stderr } = this.#options.streams;
		try {
			for await (const { text, cut } of linesOf(stdin, MAX_COMMAND_BYTES)) {
				const message = cut ? undefined : messageOfCommand(text);
				if (message !== undefined) this.#socket.send(message, () => {});
				else if (text !== "")
					stderr.write(`porthole: no command: ${cut ? "(too long)" : text.slice(0, 200)}\n`);
			}
		} catch {
			// Standard input may be closed; the frames do not need it.
		}
	}

	#say(message: object): void {
		this.#socket.send(JSON.stringify(message), () => {});
	}

	#fail(error: PortholeError): void {
		this.#end.reject(error);
		this.#stop();
	}

	#stop(): void {
		this.#socket.terminate();
		// A terminal that nobody types in would keep the process.
		this.#options.streams.stdin.destroy?.();
	}
}

/** Why a server did not make a WebSocket of a request, in its words where it has some. */
async function refusalOf(response: IncomingMessage): Promise<PortholeError> {
	const pieces: Uint8Array[] = [];
	try {
		for await (const piece of response) {
			pieces.push(piece);
			if (pieces.length > 64) break;
		}
		const { error } = JSON.parse(Buffer.concat(pieces).toString());
		if (typeof error === "string") return refused(error);
		if (typeof error?.message === "string") return refused(error.message, error.code);
	} catch {
		// Its status tells enough.
	}
	return refused(`it answered ${response.statusCode}`);
}

function refused(why: string, code: unknown = undefined): PortholeError {
	const known = knownCode(String(code), "stream-refused");
	return new PortholeError(known, `The server gives no stream: ${asSentence(why)}`);
}
