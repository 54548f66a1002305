const SIZE = 32;

/** Most sources of one connection; packets of those beyond are refused. */
export const MAX_SOURCES = 16;

/** Tells new packet indexes from those seen before or too old to know (RFC 3711, 3.3.2). */
export class ReplayWindow {
	#highest = -1;
	/** Bit n: `highest - n` was seen. */
	#seen = 0;

	/** Whether the index is new; it then counts as seen. Call only with indexes that are authentic. */
	accept(index: number): boolean {
		const ahead = index - this.#highest;
		if (ahead > 0) {
			this.#seen = ahead >= SIZE ? 1 : ((this.#seen << ahead) | 1) >>> 0;
			this.#highest = index;
			return true;
		}
		if (-ahead >= SIZE) return false;
		const bit = (1 << -ahead) >>> 0;
		if ((this.#seen & bit) !== 0) return false;
		this.#seen = (this.#seen | bit) >>> 0;
		return true;
	}
}

/** A window for each source (SSRC) of a connection: each counts its packets from zero (RFC 3711, 3.2.3). */
export class ReplayWindows {
	readonly #windows = new Map<number, ReplayWindow>();

	/** As `ReplayWindow.accept`. */
	accept(source: number, index: number): boolean {
		let window = this.#windows.get(source);
		if (window === undefined) {
			if (this.#windows.size >= MAX_SOURCES) return false;
			window = new ReplayWindow();
			this.#windows.set(source, window);
		}
		return window.accept(index);
	}
}
