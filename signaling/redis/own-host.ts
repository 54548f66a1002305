import type { DeviceDescription } from "../protocol/device.ts";

/** What this process tells of one host that it is the home of. One at a time; only the newest of what waits is told. */
export class OwnHost {
	readonly #write: (claim: string | undefined, devices: string) => Promise<string>;
	#devices: readonly DeviceDescription[] = [];
	#claim: string | undefined;
	#dirty = false;
	#writing: Promise<void> | undefined;

	/** @param write tells it; gives the time of the claim. What fails is told again by `again`. */
	constructor(write: (claim: string | undefined, devices: string) => Promise<string>) {
		this.#write = write;
	}

	/** When the host came, by Redis' time in microseconds; undefined until that is known. */
	get claim(): string | undefined {
		return this.#claim;
	}

	tell(devices: readonly DeviceDescription[]): void {
		this.#devices = devices;
		this.again().catch(() => {});
	}

	/** Tells it, again if need be. Rejects when it could not be told. */
	again(): Promise<void> {
		this.#dirty = true;
		this.#writing ??= this.#writeAll().finally(() => {
			this.#writing = undefined;
		});
		return this.#writing;
	}

	async #writeAll(): Promise<void> {
		// What changes in one turn is told once.
		await Promise.resolve();
		while (this.#dirty) {
			this.#dirty = false;
			this.#claim = await this.#write(this.#claim, JSON.stringify(this.#devices));
		}
	}
}
