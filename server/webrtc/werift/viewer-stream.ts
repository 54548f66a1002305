import type { Rendition } from "../../devices/provider.ts";
import type { PeerStats } from "../media.ts";
import type { Feed, Pace, Sender, SenderOptions, SenderPath, SenderPool } from "../sender/sender-pool.ts";

/** No limit until one is known. */
const OPEN_PACE: Pace = { rate: 1e9, burst: 1e9, longestWait: 1000 };

export interface ViewerStreamOptions extends Pick<SenderOptions, "terms" | "keys"> {
	readonly pool: SenderPool;
	readonly feeds: Readonly<Record<Rendition, Feed>>;
	keyframeNeeded(rendition: Rendition): void;
	/** Genuine RTCP came. */
	heard(): void;
}

/** The pictures of one viewer: its sender, and which rendition it follows. */
export class ViewerStream {
	readonly #options: ViewerStreamOptions;
	readonly #sender: Sender;
	/** What it was told to follow, and what it sends. */
	#wanted: Rendition | undefined;
	#followed: Rendition | undefined;

	constructor(options: ViewerStreamOptions) {
		this.#options = options;
		this.#sender = options.pool.openSender({
			terms: options.terms,
			keys: options.keys,
			pace: OPEN_PACE,
			events: {
				keyframeNeeded: () => {
					if (this.#wanted !== undefined) options.keyframeNeeded(this.#wanted);
				},
				heard: options.heard,
				feedback: () => {},
				followed: () => {
					this.#followed = this.#wanted;
				},
			},
		});
	}

	/** From its next keyframe on the rendition is sent; no pictures when absent. */
	follow(rendition: Rendition | undefined): void {
		if (rendition === this.#wanted) return;
		this.#wanted = rendition;
		if (rendition === undefined) this.#followed = undefined;
		this.#sender.follow(rendition === undefined ? undefined : this.#options.feeds[rendition]);
	}

	setPath(path: SenderPath | undefined): void {
		this.#sender.setPath(path);
	}

	/** Takes a protected RTCP packet. */
	receive(packet: Buffer): void {
		this.#sender.receive(packet);
	}

	/** To be called each second. */
	tick(): void {
		this.#sender.report();
	}

	stats(): Partial<PeerStats> {
		return {
			...this.#sender.stats(),
			...(this.#followed === undefined ? {} : { rendition: this.#followed }),
		};
	}

	close(): void {
		this.#sender.close();
	}
}
