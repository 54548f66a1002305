import type { FeedFollower, ScriptFeed } from "./script-feed.ts";

/** Which feed a viewer's pictures come from, and which is to take over with its next keyframe. */
export class FeedSwitch {
	readonly #follower: FeedFollower;
	#current: ScriptFeed | undefined;
	#next: ScriptFeed | undefined;

	constructor(follower: FeedFollower) {
		this.#follower = follower;
	}

	/** Nothing comes, and nothing is waited for. */
	get isOff(): boolean {
		return this.#current === undefined && this.#next === undefined;
	}

	/** Whether another feed's keyframe is waited for. */
	get isWaiting(): boolean {
		return this.#next !== undefined;
	}

	/** Whether pictures of a feed are sent now. */
	get isOn(): boolean {
		return this.#current !== undefined;
	}

	/** Whether a keyframe of the wanted feed is needed for it. */
	follow(wanted: ScriptFeed | undefined): boolean {
		if (wanted !== undefined && wanted === this.#next) return false;
		this.#next?.remove(this.#follower);
		this.#next = undefined;
		if (wanted === undefined) {
			this.#current?.remove(this.#follower);
			this.#current = undefined;
			return false;
		}
		if (wanted === this.#current) return false;
		this.#next = wanted;
		wanted.add(this.#follower);
		return true;
	}

	/** Takes over when it is a keyframe of the feed that is waited for; whether it did. */
	takesOver(feed: ScriptFeed, keyframe: boolean): boolean {
		if (feed !== this.#next || !keyframe) return false;
		this.#current?.remove(this.#follower);
		this.#current = feed;
		this.#next = undefined;
		return true;
	}

	isCurrent(feed: ScriptFeed): boolean {
		return feed === this.#current;
	}
}
