import type { DeviceEnd } from "./provider.ts";

/** What devices of all kinds do alike: they report changes of their description, and their end once. */
export abstract class DeviceBase {
	readonly #changeListeners: (() => void)[] = [];
	readonly #endListeners: ((end: DeviceEnd) => void)[] = [];
	#end: DeviceEnd | undefined;

	onChange(listener: () => void): void {
		this.#changeListeners.push(listener);
	}

	onEnd(listener: (end: DeviceEnd) => void): void {
		if (this.#end) listener(this.#end);
		else this.#endListeners.push(listener);
	}

	/** Why the device ended by itself; undefined while it has not. */
	protected get ended(): DeviceEnd | undefined {
		return this.#end;
	}

	/** Call this after each change of what `describe()` returns. */
	protected reportChange(): void {
		for (const listener of this.#changeListeners) listener();
	}

	/**
	 * Call this when the device is gone by itself. Only the first call counts. `endSource` runs before any listener hears of
	 * the end, so that the open source can report its own end first.
	 */
	protected reportEnd(end: DeviceEnd, endSource: () => void = () => {}): void {
		if (this.#end) return;
		this.#end = end;
		endSource();
		for (const listener of this.#endListeners.splice(0)) listener(end);
	}
}
