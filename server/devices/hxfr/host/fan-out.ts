import type { Clock } from "../../clock.ts";
import type { AccessUnit, Rate, Rendition, Source } from "../../provider.ts";
import { type AskedRate, commonRate } from "./asked-rate.ts";

/** Keyframes of a rendition come not more often than this, ms, however many ask. */
const KEYFRAME_EVERY = 250;

/** Somebody who gets a scanout's pictures. */
export interface Subscriber {
	unit(unit: AccessUnit): void;
	/** There will be no pictures until it subscribes again. */
	ended(reason: string): void;
	/** What it asks for. */
	readonly asked: AskedRate;
}

type Size = { readonly width: number; readonly height: number };

export interface FanOutDeps {
	readonly clock: Clock;
	/** For pictures of a size, where nobody asks for another. */
	readonly standardRate: (size: Size) => Rate;
}

/** Gives one source's pictures to its subscribers, and the source what they want together. */
export class FanOut {
	readonly #deps: FanOutDeps;
	readonly #subscribers = new Map<Subscriber, Rendition>();
	readonly #gates: Readonly<Record<Rendition, KeyframeGate>>;
	#source: Source | undefined;
	#rate: Rate = { bitrate: 0, frameRate: 0 };
	#told = "";

	constructor(deps: FanOutDeps) {
		this.#deps = deps;
		const gate = (rendition: Rendition) =>
			new KeyframeGate(deps.clock, () => this.#source?.requestKeyframe(rendition));
		this.#gates = { main: gate("main"), small: gate("small") };
	}

	get size(): number {
		return this.#subscribers.size;
	}

	/** Rates of the main rendition. */
	get rate(): Rate {
		return this.#rate;
	}

	/** The pictures that a subscriber gets: the small ones if it asks for them and the source makes them. */
	renditionOf({ asked }: Subscriber): Rendition {
		return asked.small && this.#source?.canScale ? "small" : "main";
	}

	/** A source for pictures of this size has been opened, or there is none any more. */
	attach(source: Source | undefined, size: Size): void {
		this.#source = source;
		this.#told = "";
		this.update(size);
	}

	/** Its first picture is a keyframe. */
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
		this.#rate = commonRate(main, this.#deps.standardRate(size));
		const half = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) };
		const smallRate = small.length > 0 ? commonRate(small, this.#deps.standardRate(half)) : undefined;
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

/** Requests that come together lead to one keyframe. */
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
