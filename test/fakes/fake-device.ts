import type {
	AccessUnit,
	Device,
	DeviceClipboard,
	DeviceEnd,
	DeviceFacts,
	Rate,
	Rendition,
	Screenshot,
	Source,
	SourceOptions,
} from "../../server/devices/provider.ts";
import { RecordingSink } from "./recording-sink.ts";

/** A source that gives frames when the test says so. */
export class FakeSource implements Source {
	readonly canScale: boolean;
	readonly encoder = "fake, constrained baseline";
	readonly options: SourceOptions;
	keyframeRequests = 0;
	/** Those of the small rendition. */
	smallKeyframeRequests = 0;
	/** What was asked of it, oldest first. */
	readonly rates: (Rate | undefined)[] = [];
	readonly smallRates: (Rate | undefined)[] = [];
	closes = 0;
	/** Settles the promise of `close()`; at once unless the device was told to close slowly. */
	finishClose = () => {};
	readonly #slow: boolean;

	constructor(options: SourceOptions, slow: boolean, canScale: boolean) {
		this.canScale = canScale;
		this.options = options;
		this.#slow = slow;
	}

	requestKeyframe(rendition: Rendition): void {
		if (rendition === "small") this.smallKeyframeRequests++;
		else this.keyframeRequests++;
	}

	setRate(rate: Rate | undefined): void {
		this.rates.push(rate);
	}

	setSmallRate(rate: Rate | undefined): void {
		this.smallRates.push(rate);
	}

	async close(): Promise<void> {
		this.closes++;
		if (this.#slow) await new Promise<void>((resolve) => (this.finishClose = resolve));
	}

	/** Gives a frame captured at `captureTime`, coded in 3 ms. */
	give(captureTime: number, rendition: Rendition = "main"): AccessUnit {
		const unit: AccessUnit = {
			data: Uint8Array.of(0, 0, 0, 1, 0x65),
			captureTime,
			encodedTime: captureTime + 3,
			keyframe: true,
			width: 390,
			height: 844,
			...(rendition === "small" && { rendition }),
		};
		this.options.sink.accessUnit(unit);
		return unit;
	}
}

/** A device of 390×844 pixels without hardware behind it. */
export class FakeDevice implements Device {
	readonly id: string;
	readonly input = new RecordingSink();
	readonly sources: FakeSource[] = [];
	facts: DeviceFacts = {
		name: "Fake phone",
		kind: "demo",
		pixels: { width: 390, height: 844 },
		points: { width: 390, height: 844 },
		bezelStyle: "phone",
		inputs: ["pointer", "keys", "text", "touch"],
		buttons: [{ id: "home", label: "Home", icon: "house" }],
	};
	/** Thrown by the next `openSource`, once. */
	failure: Error | undefined;
	/** Given by tests of devices that have a clipboard, a power switch or a bezel. */
	clipboard?: DeviceClipboard;
	setPower?: (on: boolean) => Promise<void>;
	bezelImage?: (name: string) => Promise<Uint8Array>;
	closesSlowly = false;
	/** Whether its sources make a small rendition. */
	canScale = true;
	/** Waited for by `openSource`, as by a device that takes a while. */
	gate: Promise<void> = Promise.resolve();
	closes = 0;
	#changed = () => {};
	#ended: ((end: DeviceEnd) => void) | undefined;
	#end: DeviceEnd | undefined;

	constructor(id = "phone") {
		this.id = id;
	}

	describe(): DeviceFacts {
		return this.facts;
	}

	onChange(listener: () => void): void {
		this.#changed = listener;
	}

	onEnd(listener: (end: DeviceEnd) => void): void {
		this.#ended = listener;
		if (this.#end) listener(this.#end);
	}

	async openSource(options: SourceOptions): Promise<Source> {
		const failure = this.failure;
		this.failure = undefined;
		await this.gate;
		if (failure) throw failure;
		const source = new FakeSource(options, this.closesSlowly, this.canScale);
		this.sources.push(source);
		return source;
	}

	async screenshot(): Promise<Screenshot> {
		return { type: "image/jpeg", data: Uint8Array.of(0xff, 0xd8, 0xff, 0xd9) };
	}

	async close(): Promise<void> {
		this.closes++;
	}

	get source(): FakeSource {
		const source = this.sources.at(-1);
		if (!source) throw new Error("No source has been opened.");
		return source;
	}

	/** Describes itself anew. */
	change(facts: Partial<DeviceFacts>): void {
		this.facts = { ...this.facts, ...facts };
		this.#changed();
	}

	/** The device is gone by itself. */
	end(end: DeviceEnd): void {
		this.#end = end;
		this.#ended?.(end);
	}
}
