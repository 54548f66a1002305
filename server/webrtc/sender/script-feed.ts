import type { AccessUnit } from "../../devices/provider.ts";
import { type MediaUnit, packetize } from "./packetize.ts";
import type { Feed } from "./sender-pool.ts";

/** Whoever takes the pictures of a feed. */
export interface FeedFollower {
	picture(unit: MediaUnit, feed: ScriptFeed): void;
}

/** One rendition of one device: cuts each access unit once and hands it to every follower. */
export class ScriptFeed implements Feed {
	readonly #followers = new Set<FeedFollower>();
	readonly #closed: () => void;

	constructor(closed: () => void) {
		this.#closed = closed;
	}

	push(unit: AccessUnit, rtpTimestamp: number): void {
		if (this.#followers.size === 0) return;
		const { captureTime, keyframe } = unit;
		const media = packetize(unit.data, { captureTime, rtpTimestamp, keyframe });
		for (const follower of this.#followers) follower.picture(media, this);
	}

	add(follower: FeedFollower): void {
		this.#followers.add(follower);
	}

	remove(follower: FeedFollower): void {
		this.#followers.delete(follower);
	}

	close(): void {
		this.#followers.clear();
		this.#closed();
	}
}
