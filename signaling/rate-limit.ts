import { isIPv4, isIPv6 } from "node:net";
import type { MonotonicTime } from "./protocol/time.ts";

/** Keys remembered at most; the one unused for longest is forgotten. */
const MAX_KEYS = 10_000;

/** Groups of an IPv6 address that name the network (RFC 4291 section 2.5.4); in the rest one person may have any. */
const NETWORK_GROUPS = 4;

interface Bucket {
	/** Tries left, with a fraction. */
	left: number;
	/** When `left` was worked out. */
	at: MonotonicTime;
}

/** So many at once, and so many a second from then on. */
export interface Pace {
	readonly burst: number;
	readonly perSecond: number;
}

/** Lets so many tries of each key through in a time; what was spent comes back evenly. */
export class RateLimit {
	readonly #tries: number;
	readonly #within: number;
	readonly #now: () => MonotonicTime;
	/** The one used last is last. */
	readonly #buckets = new Map<string, Bucket>();

	/** @param within ms in which `tries` come back. */
	constructor(tries: number, within: number, now: () => MonotonicTime) {
		this.#tries = tries;
		this.#within = within;
		this.#now = now;
	}

	/** One that is described by its burst and its rate. */
	static of({ burst, perSecond }: Pace, now: () => MonotonicTime): RateLimit {
		return new RateLimit(burst, (1000 * burst) / perSecond, now);
	}

	/** Whether a try of `key` is left; spends none. */
	has(key: string): boolean {
		const bucket = this.#buckets.get(key);
		return bucket === undefined || this.#leftOf(bucket, this.#now()) >= 1;
	}

	/** Spends one try of `key`; false when none is left. */
	take(key: string): boolean {
		const now = this.#now();
		const bucket = this.#buckets.get(key) ?? { left: this.#tries, at: now };
		bucket.left = this.#leftOf(bucket, now);
		bucket.at = now;
		this.#buckets.delete(key);
		this.#buckets.set(key, bucket);
		const [oldest] = this.#buckets.keys();
		if (this.#buckets.size > MAX_KEYS && oldest !== undefined) this.#buckets.delete(oldest);
		if (bucket.left < 1) return false;
		bucket.left--;
		return true;
	}

	#leftOf(bucket: Bucket, now: MonotonicTime): number {
		const back = (Math.max(0, now - bucket.at) * this.#tries) / this.#within;
		return Math.min(this.#tries, bucket.left + back);
	}
}

/** Who counts as one: an IPv4 address or an IPv6 network of 64 bits. */
export function networkOf(address = ""): string {
	const mapped = address.replace(/^::ffff:/i, "");
	if (isIPv4(mapped)) return mapped;
	if (!isIPv6(address)) return "unknown";
	const [head = "", tail = ""] = (address.split("%", 1)[0] ?? "").toLowerCase().split("::");
	const before = groupsOf(head);
	const after = groupsOf(tail);
	const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
	const groups = [...before, ...zeros, ...after].slice(0, NETWORK_GROUPS);
	return groups.map((group) => group.replace(/^0+(?=.)/, "")).join(":");
}

function groupsOf(part: string): string[] {
	return part === "" ? [] : part.split(":");
}
