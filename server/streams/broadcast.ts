import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import type { Clock } from "../devices/clock.ts";
import type {
	AccessUnit,
	Device,
	DeviceEnd,
	DeviceFacts,
	Rate,
	Rendition,
	Source,
} from "../devices/provider.ts";
import type { GatewayWatcher, GatewayWatching } from "../gateways/gateway-host.ts";
import type { MediaEngine, TargetBitrates, Track } from "../webrtc/media.ts";
import { maxBitratesOf, maxRates, rateFor, type SourceRates, targetRates } from "./bitrate.ts";
import { GatewaySubscribers } from "./gateway-subscribers.ts";
import { KeyframeGate } from "./keyframes.ts";

/** How long a source runs on after its last viewer left, ms: a reload finds it warm. */
const LINGER = 5_000;
/** Wait before a source that failed is tried again while somebody watches, ms. */
const RETRY_AFTER = 2_000;

export interface BroadcastDeps {
	readonly engine: MediaEngine;
	readonly rate: Partial<Rate>;
	readonly encoder?: string;
	readonly clock: Clock;
	/** The encoder in words once it runs, or why there is no frame. */
	readonly changed: (state: { encoder?: string; failure?: DeviceEnd }) => void;
	readonly accessUnit: (unit: AccessUnit) => void;
}

/**
 * One device's source and track. The source is open while somebody watches, and a little longer, and makes what the
 * viewers can take: nothing while no page is seen. If it ends by itself it is opened again.
 */
export class Broadcast {
	readonly track: Track;
	readonly #device: Device;
	readonly #deps: BroadcastDeps;
	readonly #keyframes: KeyframeGate;
	readonly #gateways: GatewaySubscribers;
	#source: Source | undefined;
	/** What the source makes now. */
	#rates: SourceRates = {};
	/** What the viewers can take, once they have said so. */
	#targetBitrates: TargetBitrates | undefined;
	#opening: Promise<void> | undefined;
	/** Settles when the source before has closed: a device has one at a time. */
	#closing: Promise<void> = Promise.resolve();
	/** How the device's power stood when it was last described. */
	#power: DeviceFacts["power"];
	#watchers = 0;
	#cancelTimer = () => {};
	#closed = false;

	constructor(device: Device, deps: BroadcastDeps) {
		this.#device = device;
		this.#deps = deps;
		this.#power = device.describe().power;
		this.#keyframes = new KeyframeGate(deps.clock);
		const keyframeNeeded = (rendition: Rendition) => this.#keyframes.request(rendition);
		this.#gateways = new GatewaySubscribers({
			hasSmall: () => this.#maxRates().small !== undefined,
			keyframeNeeded,
			changed: () => this.#updateRates(),
		});
		this.track = deps.engine.openTrack({
			keyframeNeeded,
			targetBitrates: (targetBitrates) => {
				this.#targetBitrates = targetBitrates;
				this.#updateRates();
			},
		});
	}

	/** Somebody watches; answered by one `leave()`. */
	join(): void {
		this.#watchers++;
		this.#cancelTimer();
		this.#open();
	}

	leave(): void {
		this.#watchers--;
		if (this.#watchers > 0 || this.#closed) return;
		this.#later(LINGER, () => void this.#stop());
	}

	/** A gateway's client looks, for which the source runs until it closes. */
	watch(watcher: GatewayWatcher): GatewayWatching {
		this.join();
		return this.#gateways.add(watcher, () => this.leave());
	}

	/** The device is described anew, perhaps with another size, or it was switched on: then it is tried at once. */
	deviceChanged(): void {
		const { power } = this.#device.describe();
		if (power !== this.#power) {
			this.#power = power;
			if (this.#watchers > 0) this.#open();
		}
		this.#tellMaxBitrates();
		this.#updateRates();
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#cancelTimer();
		await this.#opening;
		await this.#stop();
		this.#keyframes.close();
		await this.track.close();
	}

	#open(): void {
		if (this.#source || this.#opening || this.#closed || isOff(this.#device)) return;
		this.#opening = this.#start().finally(() => {
			this.#opening = undefined;
		});
	}

	async #start(): Promise<void> {
		const { encoder } = this.#deps;
		const main = rateFor(this.#device.describe().pixels, this.#deps.rate);
		let ended = false;
		try {
			await this.#closing;
			const source = await this.#device.openSource({
				...main,
				...(encoder === undefined ? {} : { encoder }),
				sink: {
					accessUnit: (unit) => {
						if (unit.keyframe) this.#keyframes.sent(unit.rendition ?? "main");
						this.track.push(unit);
						this.#gateways.push(unit);
						this.#deps.accessUnit(unit);
					},
					encoderChanged: (words) => this.#deps.changed({ encoder: words }),
					ended: (end) => {
						ended = true;
						this.#fail(end);
					},
				},
			});
			if (ended || isOff(this.#device)) return this.#closeLater(source);
			this.#source = source;
			this.#keyframes.setSource(source);
			this.#rates = { main };
			this.#tellMaxBitrates();
			this.#updateRates();
			this.#deps.changed({ encoder: source.encoder });
			if (this.#watchers === 0) this.#later(LINGER, () => void this.#stop());
		} catch (error) {
			const code = error instanceof PortholeError ? error.code : "source-failed";
			this.#fail({ code, message: messageOf(error) });
		}
	}

	#maxRates() {
		const { pixels } = this.#device.describe();
		return maxRates(pixels, this.#deps.rate, this.#source?.canScale ?? false);
	}

	/** Tells the track what the source can give. */
	#tellMaxBitrates(): void {
		if (this.#source) this.track.setMaxBitrates(maxBitratesOf(this.#maxRates()));
	}

	/** Has the source make what its subscribers can take. */
	#updateRates(): void {
		const source = this.#source;
		if (!source) return;
		const before = this.#rates;
		const rates = targetRates(this.#maxRates(), this.#targetBitrates, this.#gateways.targetBitrates);
		this.#rates = rates;
		if (!isSame(rates.main, before.main)) source.setRate(rates.main);
		if (!isSame(rates.small, before.small)) source.setSmallRate(rates.small);
	}

	#fail(failure: DeviceEnd): void {
		const source = this.#source;
		this.#source = undefined;
		this.#keyframes.setSource(undefined);
		if (this.#closed) return;
		if (source) this.#closeLater(source);
		this.#deps.changed({ failure });
		this.#later(RETRY_AFTER, () => {
			if (this.#watchers > 0) this.#open();
		});
	}

	async #stop(): Promise<void> {
		const source = this.#source;
		this.#source = undefined;
		this.#keyframes.setSource(undefined);
		if (source) this.#closeLater(source);
		await this.#closing;
	}

	/** A source that cannot even close has ended too; there is nothing more to do about it. */
	#closeLater(source: Source): void {
		this.#closing = source.close().catch(() => {});
	}

	#later(ms: number, callback: () => void): void {
		this.#cancelTimer();
		this.#cancelTimer = this.#deps.clock.after(ms, callback);
	}
}

/** Whether there is nothing to open: whoever watches waits until it is switched on. */
function isOff(device: Device): boolean {
	const { power } = device.describe();
	return power === "off" || power === "stopping";
}

function isSame(a: Rate | undefined, b: Rate | undefined): boolean {
	return a?.bitrate === b?.bitrate && a?.frameRate === b?.frameRate;
}
