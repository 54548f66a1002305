import { messageOf, PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Addon, NativeEnd, PixelEncoder, PixelFormat } from "../../../native/addon.ts";
import { chooseEncoder } from "../../encoder-choice.ts";
import type { Rate } from "../../provider.ts";
import {
	type Config,
	ERROR_CODE,
	FORMAT,
	type FrameRequest,
	MAX_SIDE,
	type Message,
	pixelBytes,
} from "../wire/message.ts";
import { type AskedRate, askedRate, commonRate } from "./asked-rate.ts";

const SMALLEST_SIDE = 16;

const FORMAT_NAME = new Map<number, PixelFormat>([
	[FORMAT.bgra, "bgra"],
	[FORMAT.rgba, "rgba"],
	[FORMAT.nv12, "nv12"],
]);

export interface EncodeServiceOptions {
	readonly addon: Pick<Addon, "encoders" | "PixelEncoder">;
	readonly encoder: string | undefined;
	/** For frames of a size, where nobody asks for another. */
	readonly standardRate: (size: { readonly width: number; readonly height: number }) => Rate;
}

/** Encodes frames for a client without an encoder, one after the other; each request gets one answer. */
export class EncodeService {
	readonly #options: EncodeServiceOptions;
	readonly #answer: (message: Message) => void;
	readonly #setBusy: (busy: boolean) => void;
	#encoder: PixelEncoder | undefined;
	#madeFor = "";
	#rate: Rate | undefined;
	#config: Config | undefined;
	#request: FrameRequest | undefined;

	/** `setBusy` hears when encoding a frame begins and when it is done. */
	constructor(
		options: EncodeServiceOptions,
		answer: (message: Message) => void,
		setBusy: (busy: boolean) => void,
	) {
		this.#options = options;
		this.#answer = answer;
		this.#setBusy = setBusy;
	}

	/** Rates from the next frame on; size and profile follow from the frames and the encoder. */
	configure(config: Config): void {
		this.#config = config;
		this.#rate = undefined;
	}

	take(request: FrameRequest): void {
		if (this.#request)
			return this.#refuse(ERROR_CODE.invalid, "One frame at a time: the last one is still being encoded.");
		const format = FORMAT_NAME.get(request.format);
		const { width, height, pixels, stride, forceKeyframe } = request;
		if (!pixels || !format)
			return this.#refuse(ERROR_CODE.invalid, "Pixels are taken as BGRA, RGBA and NV12.");
		if (!sideFits(width) || !sideFits(height))
			return this.#refuse(ERROR_CODE.invalid, `Sides have ${SMALLEST_SIDE} to ${MAX_SIDE} pixels.`);
		const needed = pixelBytes(request);
		if (needed === undefined || needed > pixels.length)
			return this.#refuse(ERROR_CODE.invalid, `${pixels.length} bytes are too few for the frame.`);
		try {
			const encoder = this.#encoderFor(width, height);
			this.#request = request;
			this.#setBusy(true);
			encoder.encode(pixels, { format, stride, keyframe: forceKeyframe });
		} catch (error) {
			this.#failed({ code: error instanceof PortholeError ? error.code : "", message: messageOf(error) });
		}
	}

	close(): void {
		this.#encoder?.close();
		this.#encoder = undefined;
		this.#request = undefined;
	}

	#encoderFor(width: number, height: number): PixelEncoder {
		const { addon, standardRate, encoder } = this.#options;
		const asked: AskedRate = this.#config ? askedRate(this.#config, { width, height }) : {};
		const rate = this.#rate ?? commonRate([asked], standardRate({ width, height }));
		const size = `${width}x${height}`;
		if (this.#encoder && this.#madeFor === size) {
			if (this.#rate !== rate) this.#encoder.setRate(rate);
			this.#rate = rate;
			return this.#encoder;
		}
		this.#encoder?.close();
		this.#encoder = new addon.PixelEncoder({
			width,
			height,
			...rate,
			encoder: chooseEncoder(addon, encoder),
			onFrame: (frame) => this.#encoded(frame.data, frame.keyframe),
			onEnd: (end) => this.#failed(end),
		});
		this.#madeFor = size;
		this.#rate = rate;
		return this.#encoder;
	}

	/** `data` is empty where rate control skipped the frame. */
	#encoded(data: Uint8Array, keyframe: boolean): void {
		const request = this.#request;
		if (!request) return;
		this.#request = undefined;
		const { pts } = request;
		const pieces = data.length > 0 ? [data] : [];
		this.#answer({ type: "frame-response", session: 1, pts, dts: pts, keyframe, pieces });
		this.#setBusy(false);
	}

	#failed({ message }: NativeEnd): void {
		const wasBusy = this.#request !== undefined;
		this.close();
		this.#refuse(ERROR_CODE.encodeFailed, message);
		if (wasBusy) this.#setBusy(false);
	}

	#refuse(code: number, message: string): void {
		this.#answer({ type: "error", session: 1, code, message });
	}
}

function sideFits(side: number): boolean {
	return side >= SMALLEST_SIDE && side <= MAX_SIDE;
}
