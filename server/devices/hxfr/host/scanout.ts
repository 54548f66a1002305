import { asSentence, messageOf, PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Clock } from "../../clock.ts";
import type { AccessUnit, Device, Rate, Rendition, Screenshot, Source } from "../../provider.ts";
import { INPUT_KINDS, type ScanoutFacts } from "../wire/message.ts";
import { type AskedRate, commonRate } from "./asked-rate.ts";

/** How long a source runs on after its last subscriber, ms. */
const LINGER = 5_000;
/** Wait before a device or a source that failed is tried again, ms. */
const RETRY_AFTER = 2_000;

export interface ScanoutOptions {
	readonly clock: Clock;
	readonly encoder: string | undefined;
	/** For frames of a size, where nobody asks for another. */
	readonly standardRate: (size: Size) => Rate;
	/** Opens the device, now and again after it ended. */
	readonly open: () => Promise<Device>;
	/** The device is there, is gone, or has another size. */
	readonly changed: () => void;
}

/** One device as a scanout: one source and encoder, however many subscribers. */
export class Scanout {
	readonly id: number;
	readonly #options: ScanoutOptions;
	readonly #fanOut: FanOut;
	#device: Device | undefined;
	#failure = "It is being opened.";
	#source: Source | undefined;
	#opening: Promise<void> | undefined;
	/** Settles when the source before has closed: a device has one at a time. */
	#closing: Promise<void> = Promise.resolve();
	#cancelTimer = () => {};
	#cancelReopen = () => {};
	#closed = false;

	constructor(id: number, options: ScanoutOptions) {
		this.id = id;
		this.#options = options;
		this.#fanOut = new FanOut(options.clock, options.standardRate);
	}

	/** Absent while the device is gone. */
	get device(): Device | undefined {
		return this.#device;
	}

	/** Rates in force, bits and frames per second. */
	get rate(): Rate {
		return this.#fanOut.rate;
	}

	/** Absent while the device is gone. */
	get facts(): ScanoutFacts | undefined {
		const facts = this.#device?.describe();
		if (!facts) return undefined;
		const inputs = INPUT_KINDS.reduce(
			(bits, kind, bit) => bits | (facts.inputs.includes(kind) ? 1 << bit : 0),
			0,
		);
		return { id: this.id, ...facts.pixels, inputs, name: facts.name };
	}

	/** Opens the device for the first time. Throws PortholeError as its provider does. */
	async start(): Promise<void> {
		this.#adopt(await this.#options.open());
	}

	/** Throws PortholeError `hxfr-no-screenshot` or as the device does. */
	async screenshot(): Promise<Screenshot> {
		if (!this.#device)
			throw new PortholeError(
				"hxfr-no-screenshot",
				`Scanout ${this.id} is not there: ${asSentence(this.#failure)}`,
			);
		return this.#device.screenshot();
	}

	/** Its first frame is a keyframe. False when the device is gone. */
	subscribe(subscriber: Subscriber): boolean {
		if (!this.#device) return false;
		this.#cancelTimer();
		this.#fanOut.add(subscriber, this.#device.describe().pixels);
		this.#openSource();
		return true;
	}

	unsubscribe(subscriber: Subscriber): void {
		if (!this.#fanOut.delete(subscriber) || this.#closed) return;
		if (this.#fanOut.size > 0) return this.ratesChanged();
		this.#later(LINGER, () => void this.#stopSource());
	}

	/** A subscriber asks for something else. */
	ratesChanged(): void {
		if (this.#device) this.#fanOut.update(this.#device.describe().pixels);
	}

	/** A subscriber can go on only with a keyframe. */
	requestKeyframe(subscriber: Subscriber): void {
		this.#fanOut.requestKeyframe(subscriber);
	}

	/** The size of a subscriber's frames now; undefined while the device is gone. */
	sizeFor(subscriber: Subscriber): { readonly width: number; readonly height: number } | undefined {
		const pixels = this.#device?.describe().pixels;
		if (!pixels || this.#fanOut.renditionOf(subscriber) === "main") return pixels;
		// As the provider's contract has it: half in each direction.
		return { width: Math.floor(pixels.width / 2), height: Math.floor(pixels.height / 2) };
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#cancelTimer();
		this.#cancelReopen();
		this.#fanOut.close();
		this.#fanOut.endAll("Porthole was stopped on the host.");
		await this.#opening;
		await this.#stopSource();
		await this.#device?.close();
	}

	#adopt(device: Device): void {
		this.#device = device;
		device.onChange(() => this.#options.changed());
		device.onEnd((end) => void this.#lose(end.message));
		this.#options.changed();
	}

	async #lose(reason: string): Promise<void> {
		const device = this.#device;
		if (!device || this.#closed) return;
		this.#device = undefined;
		this.#failure = reason;
		this.#cancelTimer();
		this.#fanOut.endAll(reason);
		this.#options.changed();
		await this.#opening;
		await this.#stopSource();
		await device.close().catch(() => {});
		this.#reopenLater();
	}

	#reopenLater(): void {
		if (this.#closed) return;
		this.#cancelReopen = this.#options.clock.after(RETRY_AFTER, () => {
			this.#options.open().then(
				(device) => (this.#closed ? void device.close() : this.#adopt(device)),
				(error: unknown) => {
					this.#failure = messageOf(error);
					this.#reopenLater();
				},
			);
		});
	}

	#openSource(): void {
		const device = this.#device;
		if (!device || this.#source || this.#opening || this.#closed) return;
		this.#opening = this.#start(device).finally(() => {
			this.#opening = undefined;
		});
	}

	async #start(device: Device): Promise<void> {
		const { encoder } = this.#options;
		let ended: string | undefined;
		try {
			await this.#closing;
			const source = await device.openSource({
				...this.#fanOut.rate,
				...(encoder === undefined ? {} : { encoder }),
				sink: {
					accessUnit: (unit) => this.#fanOut.unit(unit),
					ended: (end) => {
						ended = end.message;
						void this.#fail(end.message);
					},
				},
			});
			this.#source = source;
			if (ended !== undefined || this.#closed) return await this.#stopSource();
			this.#fanOut.attach(source, device.describe().pixels);
			if (this.#fanOut.size === 0) this.#later(LINGER, () => void this.#stopSource());
		} catch (error) {
			void this.#fail(messageOf(error));
		}
	}

	async #fail(reason: string): Promise<void> {
		this.#fanOut.endAll(reason);
		await this.#stopSource();
	}

	async #stopSource(): Promise<void> {
		const source = this.#source;
		this.#source = undefined;
		this.#fanOut.attach(undefined, { width: 0, height: 0 });
		if (source) this.#closing = source.close().catch(() => {});
		await this.#closing;
	}

	#later(ms: number, callback: () => void): void {
		this.#cancelTimer();
		this.#cancelTimer = this.#options.clock.after(ms, callback);
	}
}

/** Least time between two keyframes of a rendition, ms, however many ask. */
const KEYFRAME_EVERY = 250;

/** One client that gets a scanout's frames. */
export interface Subscriber {
	unit(unit: AccessUnit): void;
	/** No more frames come until it subscribes again. */
	ended(reason: string): void;
	/** The rates that it asks for. */
	readonly asked: AskedRate;
}

type Size = { readonly width: number; readonly height: number };

/** Gives one source's frames to its subscribers, and the source the rates that they can all take. */
class FanOut {
	readonly #standardRate: (size: Size) => Rate;
	readonly #subscribers = new Map<Subscriber, Rendition>();
	readonly #gates: Readonly<Record<Rendition, KeyframeGate>>;
	#source: Source | undefined;
	#rate: Rate = { bitrate: 0, frameRate: 0 };
	#told = "";

	constructor(clock: Clock, standardRate: (size: Size) => Rate) {
		this.#standardRate = standardRate;
		const gate = (rendition: Rendition) =>
			new KeyframeGate(clock, () => this.#source?.requestKeyframe(rendition));
		this.#gates = { main: gate("main"), small: gate("small") };
	}

	get size(): number {
		return this.#subscribers.size;
	}

	/** Rates of the main rendition. */
	get rate(): Rate {
		return this.#rate;
	}

	/** The rendition that a subscriber gets: the small one if it asks for that and the source makes it. */
	renditionOf({ asked }: Subscriber): Rendition {
		return asked.small && this.#source?.canScale ? "small" : "main";
	}

	/** A source of frames of this size was opened, or there is none any more. */
	attach(source: Source | undefined, size: Size): void {
		this.#source = source;
		this.#told = "";
		this.update(size);
	}

	/** Its first frame is a keyframe. */
	add(subscriber: Subscriber, size: Size): void {
		this.#subscribers.set(subscriber, this.renditionOf(subscriber));
		this.update(size);
		this.requestKeyframe(subscriber);
	}

	delete(subscriber: Subscriber): boolean {
		return this.#subscribers.delete(subscriber);
	}

	/** Tells the source what its subscribers ask for now. */
	update(size: Size): void {
		for (const [subscriber, before] of this.#subscribers) {
			const now = this.renditionOf(subscriber);
			this.#subscribers.set(subscriber, now);
			if (now !== before) this.#gates[now].ask();
		}
		const askedOf = (rendition: Rendition) =>
			[...this.#subscribers].filter(([, own]) => own === rendition).map(([{ asked }]) => asked);
		const main = askedOf("main");
		const small = askedOf("small");
		this.#rate = commonRate(main, this.#standardRate(size));
		const half = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) };
		const smallRate = small.length > 0 ? commonRate(small, this.#standardRate(half)) : undefined;
		const mainRate = main.length > 0 || small.length === 0 ? this.#rate : undefined;
		const words = JSON.stringify([mainRate, smallRate]);
		if (words === this.#told || !this.#source) return;
		this.#told = words;
		this.#source.setRate(mainRate);
		this.#source.setSmallRate(smallRate);
	}

	unit(unit: AccessUnit): void {
		const rendition = unit.rendition ?? "main";
		for (const [subscriber, wanted] of this.#subscribers) if (wanted === rendition) subscriber.unit(unit);
	}

	/** A subscriber can go on only with a keyframe. */
	requestKeyframe(subscriber: Subscriber): void {
		this.#gates[this.#subscribers.get(subscriber) ?? "main"].ask();
	}

	endAll(reason: string): void {
		const subscribers = [...this.#subscribers.keys()];
		this.#subscribers.clear();
		for (const subscriber of subscribers) subscriber.ended(reason);
	}

	close(): void {
		for (const gate of Object.values(this.#gates)) gate.close();
	}
}

/** Merges requests that come close together into one keyframe. */
class KeyframeGate {
	readonly #clock: Clock;
	readonly #request: () => void;
	#last = Number.NEGATIVE_INFINITY;
	#cancel: (() => void) | undefined;

	constructor(clock: Clock, request: () => void) {
		this.#clock = clock;
		this.#request = request;
	}

	ask(): void {
		if (this.#cancel) return;
		const wait = this.#last + KEYFRAME_EVERY - this.#clock.now();
		if (wait <= 0) return this.#pass();
		this.#cancel = this.#clock.after(wait, () => this.#pass());
	}

	close(): void {
		this.#cancel?.();
		this.#cancel = undefined;
	}

	#pass(): void {
		this.#cancel = undefined;
		this.#last = this.#clock.now();
		this.#request();
	}
}
