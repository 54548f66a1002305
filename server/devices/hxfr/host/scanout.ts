import { messageOf, PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Clock } from "../../clock.ts";
import type { Device, Rate, Screenshot, Source } from "../../provider.ts";
import { INPUT_KINDS, type ScanoutFacts } from "../wire/message.ts";
import { FanOut, type FanOutDeps, type Subscriber } from "./fan-out.ts";

/** How long a source runs on after its last subscriber, ms. */
const LINGER = 5_000;
/** Wait before a device or a source that failed is tried again, ms. */
const RETRY_AFTER = 2_000;
export interface ScanoutDeps extends FanOutDeps {
	readonly id: number;
	readonly clock: Clock;
	readonly encoder: string | undefined;
	/** Opens the device, now and again after it ended. */
	readonly open: () => Promise<Device>;
	/** The device is there, is gone, or has another size. */
	readonly changed: () => void;
}

/** One device as a scanout: one source and encoder, however many subscribers. */
export class Scanout {
	readonly id: number;
	readonly #deps: ScanoutDeps;
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

	constructor(deps: ScanoutDeps) {
		this.id = deps.id;
		this.#deps = deps;
		this.#fanOut = new FanOut(deps);
	}

	/** Absent while the device is gone. */
	get device(): Device | undefined {
		return this.#device;
	}

	/** Rates in force, bits and pictures per second. */
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
		this.#adopt(await this.#deps.open());
	}

	/** Throws PortholeError `hxfr-no-screenshot` or as the device does. */
	async screenshot(): Promise<Screenshot> {
		if (!this.#device)
			throw new PortholeError("hxfr-no-screenshot", `Scanout ${this.id} is not there: ${this.#failure}`);
		return this.#device.screenshot();
	}

	/** Its first picture is a keyframe. False when the device is gone. */
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

	/** What a subscriber's pictures are now: size and rates. Absent while the device is gone. */
	stateFor(subscriber: Subscriber): { readonly width: number; readonly height: number } | undefined {
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
		this.#fanOut.endAll(reason);
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
		this.#cancelTimer = this.#deps.clock.after(ms, callback);
	}
}
