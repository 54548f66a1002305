import { PortholeError } from "../../signaling/protocol/errors.ts";
import { type FrameFeed, type FrameMaker, type FrameReader, framesClosed, openFrames } from "./frames.ts";
import { compress } from "./screenshot.ts";

export interface JpegStreamOptions {
	/** Of JPEG, 0..1. */
	readonly quality: number;
	/** Whole divisor of width and height, 1..4. */
	readonly scale: number;
	/** Upper bound, frames per second. */
	readonly frameRate: number;
}

/**
 * Kinds of JPEGs that are made of one device at a time. Whoever wants yet another gets the most similar of them, so that no
 * number of clients makes a device cost more.
 */
export const MAX_FORMATS = 4;
/** How far the qualities may lie apart that are made as one, 0..1. */
const QUALITY_STEP = 0.05;
/** How long a newcomer waits for a fresh frame before it gets the last one that somebody had, ms. */
const FRESH_WITHIN = 100;

/** The JPEG streams of one device: those that want the same share a decoder and a compressor. */
export class JpegStreams {
	readonly #maker: FrameMaker;
	readonly #formats = new Set<SharedJpegs>();

	constructor(maker: FrameMaker) {
		this.#maker = maker;
	}

	/** Frames are decoded from `feed`, or from that of another stream. Throws the addon's Error `decoder-unavailable`. */
	open(feed: FrameFeed, options: JpegStreamOptions): JpegStream {
		return new JpegStream(feed, this.#maker.clock, options, (format) => this.#share(format));
	}

	/** Those that are made now. */
	get formats(): number {
		return this.#formats.size;
	}

	#share({ scale, quality }: JpegFormat): SharedJpegs {
		const format = { scale, quality: Math.round(quality / QUALITY_STEP) * QUALITY_STEP };
		const byLikeness = [...this.#formats].sort((one, other) => one.unlike(format) - other.unlike(format));
		const [nearest] = byLikeness;
		if (nearest && (nearest.unlike(format) === 0 || this.#formats.size >= MAX_FORMATS)) return nearest;
		const made = new SharedJpegs(this.#maker, format, () => this.#formats.delete(made));
		this.#formats.add(made);
		return made;
	}
}

type JpegFormat = Pick<JpegStreamOptions, "quality" | "scale">;

/** One JPEG of the screen; the number tells it from those before. */
interface NumberedJpeg {
	readonly number: number;
	readonly data: Uint8Array;
}

/**
 * A device's screen as JPEGs, as fast as they are taken: each is of the newest frame, nothing queues, and a screen
 * that does not change gives none.
 */
export class JpegStream {
	readonly feed: FrameFeed;
	readonly #clock: FrameMaker["clock"];
	readonly #share: (format: JpegFormat) => SharedJpegs;
	#options: JpegStreamOptions;
	#shared: SharedJpegs;
	#waiting: PromiseWithResolvers<Uint8Array> | undefined;
	/** The last one that was given. */
	#given: number | undefined;
	#awaited = false;
	#earliest = 0;
	#endWait: (() => void) | undefined;
	#closed = false;

	constructor(
		feed: FrameFeed,
		clock: FrameMaker["clock"],
		options: JpegStreamOptions,
		share: (format: JpegFormat) => SharedJpegs,
	) {
		this.feed = feed;
		this.#clock = clock;
		this.#options = options;
		this.#share = share;
		this.#shared = share(options);
		this.#shared.join(this);
	}

	/** The next JPEG; ask for it when the one before was taken. Rejects with PortholeError `frames-closed`. */
	async next(): Promise<Uint8Array> {
		if (this.#awaited) {
			const words = "A frame is awaited already; ask for the next one once it has come.";
			throw new PortholeError("frame-awaited", words);
		}
		this.#awaited = true;
		try {
			await this.#turn();
			if (this.#closed) throw framesClosed();
			this.#waiting = Promise.withResolvers();
			this.#shared.want(this, this.#given);
			const data = await this.#waiting.promise;
			this.#earliest = this.#clock.now() + 1000 / this.#options.frameRate;
			return data;
		} finally {
			this.#awaited = false;
		}
	}

	/** What is not said stays as it is. */
	configure(options: Partial<JpegStreamOptions>): void {
		this.#options = { ...this.#options, ...options };
		const shared = this.#share(this.#options);
		if (shared === this.#shared || this.#closed) return;
		const before = this.#shared;
		shared.join(this);
		this.#shared = shared;
		this.#given = undefined;
		before.leave(this);
		if (this.#waiting) shared.want(this, undefined);
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#endWait?.();
		this.#shared.leave(this);
		this.fail(framesClosed());
	}

	/** A frame is there; nothing happens when none is awaited. */
	give({ number, data }: NumberedJpeg): void {
		this.#given = number;
		this.#take()?.resolve(data);
	}

	fail(error: unknown): void {
		this.#take()?.reject(error);
	}

	#take(): PromiseWithResolvers<Uint8Array> | undefined {
		const waiting = this.#waiting;
		this.#waiting = undefined;
		return waiting;
	}

	/** Until the frame rate allows another frame. */
	#turn(): Promise<void> | undefined {
		const wait = this.#earliest - this.#clock.now();
		if (wait <= 0) return undefined;
		return new Promise((resolve) => {
			const cancel = this.#clock.after(wait, () => this.#endWait?.());
			this.#endWait = () => {
				cancel();
				this.#endWait = undefined;
				resolve();
			};
		});
	}
}

/** JPEGs of one kind for every stream that wants them; made while one of them waits. */
class SharedJpegs {
	readonly #maker: FrameMaker;
	readonly #format: JpegFormat;
	readonly #gone: () => void;
	readonly #members = new Set<JpegStream>();
	readonly #waiting = new Set<JpegStream>();
	/** Where the frames come from: the feed of a member. */
	#source: { readonly frames: FrameReader; readonly of: JpegStream } | undefined;
	#newest: NumberedJpeg | undefined;
	#making = false;

	constructor(maker: FrameMaker, format: JpegFormat, gone: () => void) {
		this.#maker = maker;
		this.#format = format;
		this.#gone = gone;
	}

	/** 0 for the same. Another scale is worse than any quality. */
	unlike({ scale, quality }: JpegFormat): number {
		const apart = Math.abs(this.#format.quality - quality);
		return Math.abs(this.#format.scale - scale) * 10 + (apart < QUALITY_STEP / 2 ? 0 : apart);
	}

	/** Throws the addon's Error `decoder-unavailable`. */
	join(member: JpegStream): void {
		try {
			this.#source ??= { frames: openFrames(member.feed, this.#maker, this.#format.scale), of: member };
			this.#members.add(member);
		} finally {
			if (this.#members.size === 0) this.#gone();
		}
	}

	leave(member: JpegStream): void {
		this.#members.delete(member);
		this.#waiting.delete(member);
		const [next] = this.#members;
		if (!next) this.#gone();
		if (this.#source?.of !== member) return;
		this.#source.frames.close();
		this.#source = undefined;
		if (next) this.join(next);
	}

	/** The next one after the one of that number; for a newcomer also the last one that was made. */
	want(member: JpegStream, after: number | undefined): void {
		this.#waiting.add(member);
		void this.#make();
		if (after !== undefined || !this.#newest) return;
		this.#maker.clock.after(FRESH_WITHIN, () => {
			if (this.#newest && this.#waiting.delete(member)) member.give(this.#newest);
		});
	}

	async #make(): Promise<void> {
		if (this.#making) return;
		this.#making = true;
		while (this.#waiting.size > 0 && this.#source) {
			const { frames } = this.#source;
			try {
				const frame = await frames.next();
				const { data } = await compress(frame, "image/jpeg", this.#format.quality);
				this.#newest = { number: (this.#newest?.number ?? 0) + 1, data };
				for (const member of this.#takeWaiting()) member.give(this.#newest);
			} catch (error) {
				// Its member has gone, and the frames come from another one now.
				if (this.#source?.frames !== frames) continue;
				for (const member of this.#takeWaiting()) member.fail(error);
			}
		}
		this.#making = false;
	}

	#takeWaiting(): JpegStream[] {
		const waiting = [...this.#waiting];
		this.#waiting.clear();
		return waiting;
	}
}
