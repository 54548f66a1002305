import { messageOf, PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Clock } from "../../clock.ts";
import type { AccessUnit, Device, Rate, Source, Still } from "../../provider.ts";
import { INPUT_KINDS, type ScanoutFacts } from "../wire/message.ts";
import { type AskedRate, commonRate } from "./asked-rate.ts";

/** How long a source runs on after its last subscriber, ms. */
const LINGER = 5_000;
/** Wait before a device or a source that failed is tried again, ms. */
const RETRY_AFTER = 2_000;
/** Keyframes come not more often than this, ms, however many ask. */
const KEYFRAME_EVERY = 250;

/** Somebody who gets a scanout's pictures. */
export interface Subscriber {
	unit(unit: AccessUnit): void;
	/** There will be no pictures until it subscribes again. */
	ended(reason: string): void;
	/** What it asks for. */
	readonly asked: AskedRate;
}

export interface ScanoutDeps {
	readonly id: number;
	readonly clock: Clock;
	readonly encoder: string | undefined;
	/** For pictures of a size, where no client asks for another. */
	readonly standardRate: (size: { readonly width: number; readonly height: number }) => Rate;
	/** Opens the device, now and again after it ended. */
	readonly open: () => Promise<Device>;
	/** The device is there, is gone, or has another size. */
	readonly changed: () => void;
}

/** One device as a scanout: one source and encoder, however many subscribers. */
export class Scanout {
	readonly id: number;
	readonly #deps: ScanoutDeps;
	readonly #subscribers = new Set<Subscriber>();
	#device: Device | undefined;
	#failure = "It is being opened.";
	#source: Source | undefined;
	#opening: Promise<void> | undefined;
	/** Settles when the source before has closed: a device has one at a time. */
	#closing: Promise<void> = Promise.resolve();
	#rate: Rate = { bitrate: 0, frameRate: 0 };
	#keyframeAt = Number.NEGATIVE_INFINITY;
	#cancelKeyframe: (() => void) | undefined;
	#cancelTimer = () => {};
	#cancelReopen = () => {};
	#closed = false;

	constructor(deps: ScanoutDeps) {
		this.id = deps.id;
		this.#deps = deps;
	}

	/** Absent while the device is gone. */
	get device(): Device | undefined {
		return this.#device;
	}

	/** Rates in force, bits and pictures per second. */
	get rate(): Rate {
		return this.#rate;
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
		this.#adopt(await this.#deps.open());
	}

	/** Throws PortholeError `hxfr-no-still` or as the device does. */
	async still(): Promise<Still> {
		if (!this.#device)
			throw new PortholeError("hxfr-no-still", `Scanout ${this.id} is not there: ${this.#failure}`);
		return this.#device.still();
	}

	/** Its first picture is a keyframe. False when the device is gone. */
	subscribe(subscriber: Subscriber): boolean {
		if (!this.#device) return false;
		this.#subscribers.add(subscriber);
		this.#cancelTimer();
		this.ratesChanged();
		if (this.#source) this.requestKeyframe();
		else this.#openSource();
		return true;
	}

	unsubscribe(subscriber: Subscriber): void {
		if (!this.#subscribers.delete(subscriber) || this.#closed) return;
		if (this.#subscribers.size > 0) return this.ratesChanged();
		this.#later(LINGER, () => void this.#stopSource());
	}

	/** A subscriber asks for something else. */
	ratesChanged(): void {
		const size = this.#device?.describe().pixels;
		if (!size) return;
		const rate = commonRate(
			[...this.#subscribers].map(({ asked }) => asked),
			this.#deps.standardRate(size),
		);
		const same = rate.bitrate === this.#rate.bitrate && rate.frameRate === this.#rate.frameRate;
		this.#rate = rate;
		if (!same) this.#source?.setRate(rate);
	}

	/** Requests that come together lead to one keyframe. */
	requestKeyframe(): void {
		const { clock } = this.#deps;
		const wait = this.#keyframeAt + KEYFRAME_EVERY - clock.now();
		if (wait > 0) {
			this.#cancelKeyframe ??= clock.after(wait, () => this.#keyframeNow());
			return;
		}
		this.#keyframeNow();
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#cancelTimer();
		this.#cancelReopen();
		this.#cancelKeyframe?.();
		this.#endSubscribers("Porthole was stopped on the host.");
		await this.#opening;
		await this.#stopSource();
		await this.#device?.close();
	}

	#keyframeNow(): void {
		this.#cancelKeyframe?.();
		this.#cancelKeyframe = undefined;
		this.#keyframeAt = this.#deps.clock.now();
		this.#source?.requestKeyframe("main");
	}

	#adopt(device: Device): void {
		this.#device = device;
		device.onChange(() => this.#deps.changed());
		device.onEnd((end) => void this.#lose(end.message));
		this.#deps.changed();
	}

	async #lose(reason: string): Promise<void> {
		const device = this.#device;
		if (!device || this.#closed) return;
		this.#device = undefined;
		this.#failure = reason;
		this.#cancelTimer();
		this.#endSubscribers(reason);
		this.#deps.changed();
		await this.#opening;
		await this.#stopSource();
		await device.close().catch(() => {});
		this.#reopenLater();
	}

	#reopenLater(): void {
		if (this.#closed) return;
		this.#cancelReopen = this.#deps.clock.after(RETRY_AFTER, () => {
			this.#deps.open().then(
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
		const { encoder } = this.#deps;
		let ended: string | undefined;
		try {
			await this.#closing;
			const source = await device.openSource({
				...this.#rate,
				...(encoder === undefined ? {} : { encoder }),
				sink: {
					accessUnit: (unit) => {
						if ((unit.rendition ?? "main") !== "main") return;
						for (const subscriber of this.#subscribers) subscriber.unit(unit);
					},
					ended: (end) => {
						ended = end.message;
						void this.#fail(end.message);
					},
				},
			});
			this.#source = source;
			if (ended !== undefined || this.#closed) return await this.#stopSource();
			source.setRate(this.#rate);
			if (this.#subscribers.size === 0) this.#later(LINGER, () => void this.#stopSource());
		} catch (error) {
			void this.#fail(messageOf(error));
		}
	}

	async #fail(reason: string): Promise<void> {
		this.#endSubscribers(reason);
		await this.#stopSource();
	}

	async #stopSource(): Promise<void> {
		const source = this.#source;
		this.#source = undefined;
		if (source) this.#closing = source.close().catch(() => {});
		await this.#closing;
	}

	#endSubscribers(reason: string): void {
		const subscribers = [...this.#subscribers];
		this.#subscribers.clear();
		for (const subscriber of subscribers) subscriber.ended(reason);
	}

	#later(ms: number, callback: () => void): void {
		this.#cancelTimer();
		this.#cancelTimer = this.#deps.clock.after(ms, callback);
	}
}
