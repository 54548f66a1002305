import { messageOf } from "../../../signaling/protocol/errors.ts";
import type { Role } from "../../../signaling/protocol/messages.ts";
import { RateLimit } from "../../../signaling/rate-limit.ts";
import type { Clock } from "../../devices/clock.ts";
import type { Device } from "../../devices/provider.ts";
import { avccEnvelope } from "../../h264/avcc.ts";
import type { FrameFeed } from "../../streams/frames.ts";
import type { JpegStream, JpegStreams } from "../../streams/jpeg-stream.ts";
import type { SharedScreenshots } from "../../streams/screenshot.ts";
import type { GatewayVisit, GatewayWatcher, GatewayWatching } from "../gateway-host.ts";
import { refusalText } from "./answers.ts";
import { GesturePlayer, resultMessage } from "./gesture-player.ts";
import type { Gesture } from "./gesture-reader.ts";
import { AvccStream, DEFAULT_SETTINGS, readStreamMessage, type StreamSettings } from "./stream-protocol.ts";

type StreamFormat = "mjpeg" | "avcc";

/** JPEG quality of a stream where none is asked for, 0..1: Baguette's. */
const STREAM_QUALITY = 0.5;

/** The client's end, as the package `ws` has it. */
interface StreamSocket extends BinarySocket {
	send(text: string, sent?: (error?: Error) => void): void;
	send(data: Uint8Array, options: { binary: true }, sent: (error?: Error) => void): void;
	close(code: number): void;
	terminate(): void;
}

/** Messages that a client may send at once, and a second from then on: a mouse of a thousand moves a second has room. */
const BUDGET = { burst: 2_000, perSecond: 1_000 };
/** The same for who may only look, and has nothing to say but settings. */
const VIEW_BUDGET = { burst: 200, perSecond: 50 };

/** How long a client that is disconnected has to read what is queued for it, ms. */
const FAREWELL = 2_000;

interface StreamClientDeps {
	readonly socket: StreamSocket;
	readonly visit: GatewayVisit;
	readonly device: Device;
	readonly format: StreamFormat;
	readonly role: Role;
	/** Of JPEGs, 0..1. */
	readonly quality?: number | undefined;
	/** Both of this device. */
	readonly jpegs: JpegStreams;
	readonly screenshots: SharedScreenshots;
	readonly clock: Clock;
	readonly limits?: OutboxLimits | undefined;
}

/**
 * One WebSocket on a device: frames out; gestures, settings and verbs in. AVCC pauses while the screen is idle, where
 * Baguette encodes the same frame again and again, and `set_fps` has no effect on it: all viewers share one encoder.
 */
export class StreamClient {
	readonly #deps: StreamClientDeps;
	readonly #player: GesturePlayer;
	readonly #avcc = new AvccStream();
	readonly #feed: FrameFeed;
	readonly #outbox: Outbox;
	readonly #quality: number;
	readonly #budget: RateLimit;
	#settings: StreamSettings = DEFAULT_SETTINGS;
	#watching: GatewayWatching | undefined;
	#jpegs: JpegStream | undefined;
	#seeding = false;
	#closed = false;

	constructor(deps: StreamClientDeps) {
		this.#deps = deps;
		const { visit, device, clock, socket, limits, quality = STREAM_QUALITY } = deps;
		this.#quality = Math.min(1, Math.max(0, quality));
		this.#budget = RateLimit.of(deps.role === "view" ? VIEW_BUDGET : BUDGET, () => clock.now());
		this.#player = new GesturePlayer({ visit, device, clock });
		const overrun = () => this.end(1013, "more waits for this client than it reads; connect again");
		this.#outbox = new Outbox(socket, overrun, limits);
		this.#feed = {
			watch: (watcher: GatewayWatcher) => visit.watch(watcher),
			screenshot: () => device.screenshot(),
		};
		visit.onEnd(({ message }) => this.end(1008, message));
	}

	start(): void {
		if (this.#closed) return;
		if (this.#deps.format === "avcc") this.#watch();
		else void this.#showFrames();
	}

	/** Takes a text message; only requests are answered. */
	receive(text: string): void {
		if (this.#closed) return;
		if (!this.#budget.take("")) return this.end(1008, "too many messages");
		const message = readStreamMessage(text, this.#settings);
		switch (message.type) {
			case "describe-ui": {
				const error = "the tree of the screen is not offered here";
				return this.#tell({ type: "describe_ui_result", ok: false, error });
			}
			case "settings":
				return this.#set(message.settings);
			case "keyframe":
				return this.#watching?.requestKeyframe();
			case "snapshot":
				return void this.#seed();
			case "gesture":
				return void this.#play(message.gesture);
			case "dropped":
				return;
		}
	}

	/** Sends the reason and closes the connection. */
	end(code: number, words: string): void {
		if (this.#closed) return;
		const { socket, clock } = this.#deps;
		this.close();
		socket.send(refusalText(words));
		socket.close(code);
		clock.after(FAREWELL, () => socket.terminate());
	}

	/** The connection is gone: releases what its client held. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#player.close();
		this.#jpegs?.close();
		this.#watching?.close();
		this.#deps.visit.leave();
	}

	#set(settings: StreamSettings): void {
		const before = this.#settings;
		this.#settings = settings;
		this.#jpegs?.configure(settings);
		this.#watching?.setBitrate(settings.bitrate);
		if (this.#watching && renditionAt(before.scale) !== renditionAt(settings.scale)) this.#watch();
	}

	/** Ends the previous watching only after the new one began, so that the source never stops in between. */
	#watch(): void {
		const before = this.#watching;
		const watching = this.#deps.visit.watch({
			rendition: renditionAt(this.#settings.scale),
			unit: (unit) => {
				if (this.#watching !== watching) return;
				for (const envelope of this.#avcc.take(unit)) this.#outbox.reference(envelope);
			},
		});
		this.#watching = watching;
		watching.setBitrate(this.#settings.bitrate);
		before?.close();
	}

	/** Makes the next frame when the previous one was sent, so that it is always the newest. */
	async #showFrames(): Promise<void> {
		try {
			const jpegs = this.#deps.jpegs.open(this.#feed, {
				...this.#settings,
				quality: this.#quality,
			});
			this.#jpegs = jpegs;
			while (!this.#closed) await this.#outbox.screenshot(await jpegs.next());
		} catch (error) {
			this.end(1011, messageOf(error));
		}
	}

	async #play(gesture: Gesture): Promise<void> {
		const asksClipboard = gesture.type === "paste" || gesture.type === "copy";
		// The clipboard is no input, so control is claimed explicitly.
		const refused = asksClipboard ? this.#deps.visit.claim() : undefined;
		const answer =
			refused === undefined ? await this.#player.play(gesture) : ({ ok: false, error: refused } as const);
		const result = resultMessage(gesture.type, answer);
		if (result !== undefined && !this.#closed) this.#outbox.answer(result);
	}

	/** A JPEG of the screen as it is, which paints before the first keyframe. */
	async #seed(): Promise<void> {
		if (this.#deps.format !== "avcc" || this.#seeding) return;
		this.#seeding = true;
		try {
			const { scale } = this.#settings;
			const options = { type: "image/jpeg", quality: this.#quality, scale } as const;
			const { data } = await this.#deps.screenshots.take(this.#feed, options);
			if (!this.#closed) this.#outbox.reference(avccEnvelope("seed", data));
		} catch {
			// Without a seed the client waits for the first keyframe; this request has no answer.
		} finally {
			this.#seeding = false;
		}
	}

	#tell(message: object): void {
		this.#outbox.answer(JSON.stringify(message));
	}
}

/** AVCC has two sizes: the device's own, and half of it. */
function renditionAt(scale: number): "main" | "small" {
	return scale >= 2 ? "small" : "main";
}

/** The sending end of a WebSocket, as the package `ws` has it. */
interface BinarySocket {
	/** Bytes that wait to be sent. */
	readonly bufferedAmount: number;
	send(text: string, sent: (error?: Error) => void): void;
	send(data: Uint8Array, options: { binary: true }, sent: (error?: Error) => void): void;
}

/** Most that is queued for a client, bytes. */
export interface OutboxLimits {
	/** Frames that later ones refer to. */
	readonly references: number;
	/** JPEGs, each of which stands alone. */
	readonly screenshots: number;
}

/** Answers that may wait for a client; each costs far more memory than its bytes. */
const MAX_ANSWERS = 256;

/** Baguette's own bounds. */
const outboxLimits: OutboxLimits = { references: 32 * 1024 * 1024, screenshots: 4 * 1024 * 1024 };

/** The send queue of one client. */
export class Outbox {
	readonly #socket: BinarySocket;
	readonly #limits: OutboxLimits;
	readonly #overrun: () => void;
	#over = false;
	#answers = 0;

	/** `overrun` is called once, when what must not be lost does not fit; nothing is sent after that. */
	constructor(socket: BinarySocket, overrun: () => void, limits = outboxLimits) {
		this.#socket = socket;
		this.#overrun = overrun;
		this.#limits = limits;
	}

	/** Sends the answer to a message. */
	answer(text: string): void {
		if (this.#over) return;
		if (this.#answers >= MAX_ANSWERS || this.#socket.bufferedAmount > this.#limits.references) {
			this.#over = true;
			return this.#overrun();
		}
		this.#answers++;
		this.#socket.send(text, () => this.#answers--);
	}

	/** Sends a frame that later ones may refer to. */
	reference(data: Uint8Array): void {
		if (this.#over) return;
		if (this.#socket.bufferedAmount + data.length > this.#limits.references) {
			this.#over = true;
			return this.#overrun();
		}
		// A lost connection is reported by the socket's close event.
		this.#socket.send(data, { binary: true }, () => {});
	}

	/** Sends a frame that stands alone, if there is room. Settles when the client can take the next one. */
	screenshot(data: Uint8Array): Promise<void> {
		if (this.#over || this.#socket.bufferedAmount + data.length > this.#limits.screenshots)
			return Promise.resolve();
		return new Promise((sent) => this.#socket.send(data, { binary: true }, () => sent()));
	}
}
