import type { AccessUnit, Rendition } from "../devices/provider.ts";
import type { GatewayWatcher, GatewayWatching } from "../gateways/gateway-host.ts";
import type { TargetBitrates } from "../webrtc/media.ts";

export interface GatewaySubscribersOptions {
	/** Whether the source makes a small rendition; where it does not, those who want it get the main one. */
	readonly hasSmall: () => boolean;
	readonly keyframeNeeded: (rendition: Rendition) => void;
	/** The target bitrates have changed. */
	readonly changed: () => void;
}

interface Watching {
	readonly watcher: GatewayWatcher;
	bitrate: number | undefined;
	/** It has a keyframe of the rendition that it gets now. */
	started: Rendition | undefined;
}

/** The clients of gateways that look at one device: gives them its access units, and tells their target bitrates. */
export class GatewaySubscribers {
	readonly #deps: GatewaySubscribersOptions;
	readonly #watching = new Set<Watching>();

	constructor(deps: GatewaySubscribersOptions) {
		this.#deps = deps;
	}

	/** Has frames come, from a keyframe on. `over` is called once when it closes. */
	add(watcher: GatewayWatcher, over: () => void): GatewayWatching {
		const watching: Watching = { watcher, bitrate: undefined, started: undefined };
		this.#watching.add(watching);
		this.#deps.changed();
		this.#deps.keyframeNeeded(this.#renditionOf(watching));
		return {
			requestKeyframe: () => this.#deps.keyframeNeeded(this.#renditionOf(watching)),
			setBitrate: (bitrate) => {
				watching.bitrate = bitrate;
				this.#deps.changed();
			},
			close: () => {
				if (!this.#watching.delete(watching)) return;
				this.#deps.changed();
				over();
			},
		};
	}

	push(unit: AccessUnit): void {
		const rendition = unit.rendition ?? "main";
		for (const watching of [...this.#watching]) {
			if (this.#renditionOf(watching) !== rendition) continue;
			if (watching.started !== rendition && !unit.keyframe) continue;
			watching.started = rendition;
			watching.watcher.unit(unit);
		}
	}

	/** The highest bit rate that anybody asks for of each rendition; `Infinity` where somebody takes as much as there is. */
	get targetBitrates(): TargetBitrates {
		const bitrates: { main?: number; small?: number } = {};
		for (const watching of this.#watching) {
			const rendition = this.#renditionOf(watching);
			bitrates[rendition] = Math.max(bitrates[rendition] ?? 0, watching.bitrate ?? Number.POSITIVE_INFINITY);
		}
		return bitrates;
	}

	#renditionOf({ watcher }: Watching): Rendition {
		return this.#deps.hasSmall() ? watcher.rendition : "main";
	}
}
