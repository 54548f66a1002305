import type { DeviceEnd, Rate, Rendition, Source } from "../provider.ts";
import type { RungSource } from "./rung.ts";

/** A simulator's open source, whichever way it comes. */
export class SimulatorSource implements Source {
	readonly #source: RungSource;
	readonly #ended: (end: DeviceEnd) => void;
	readonly #onClose: () => void;
	#closed = false;

	constructor(source: RungSource, ended: (end: DeviceEnd) => void, onClose: () => void) {
		this.#source = source;
		this.#ended = ended;
		this.#onClose = onClose;
	}

	get encoder(): string {
		return this.#source.encoder;
	}

	get canScale(): boolean {
		return this.#source.canScale;
	}

	requestKeyframe(rendition: Rendition): void {
		if (!this.#closed) this.#source.requestKeyframe(rendition);
	}

	setRate(rate: Rate | undefined): void {
		if (!this.#closed) this.#source.setRate(rate);
	}

	setSmallRate(rate: Rate | undefined): void {
		if (!this.#closed) this.#source.setSmallRate(rate);
	}

	expectDamage(): void {
		if (!this.#closed) this.#source.expectDamage();
	}

	/** It is over by itself: closes what is left of it and tells why. */
	end(end: DeviceEnd): void {
		if (this.#closed) return;
		void this.close();
		this.#ended(end);
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#onClose();
		await this.#source.close();
	}
}
