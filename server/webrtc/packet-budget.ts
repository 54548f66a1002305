import type { Role } from "../../signaling/protocol/messages.ts";
import type { MonotonicTime } from "../../signaling/protocol/time.ts";
import type { Pace } from "../../signaling/rate-limit.ts";

/** What a viewer may send on its data channel, at once and a second from then on. */
interface Allowance {
	readonly packets: Pace;
	readonly bytes: Pace;
}

/** Who may only watch moves a pointer that others see, and pings. */
const WATCHING: Allowance = {
	packets: { burst: 300, perSecond: 150 },
	bytes: { burst: 64 * 1024, perSecond: 16 * 1024 },
};
/** A mouse, ten fingers, and what is pasted, at the pace of `server/viewers/clipboard.ts`. */
const CONTROLLING: Allowance = {
	packets: { burst: 1_000, perSecond: 500 },
	bytes: { burst: 1024 * 1024, perSecond: 512 * 1024 },
};
/** Feedback on what a viewer is sent: reports, losses, requests for keyframes. */
const FEEDBACK: Allowance = {
	packets: { burst: 1_000, perSecond: 500 },
	bytes: { burst: 512 * 1024, perSecond: 128 * 1024 },
};
/**
 * What a packet to a viewer gives back: it acknowledges every second one. Where it is only answered, with a pong, an
 * exchange costs the viewer more than it gets back.
 */
const ACKNOWLEDGEMENT = { packets: 1 / 2, bytes: 48 };
/** Bytes of a message that go in one packet. */
const PER_PACKET = 1_100;
/** Packets dropped that may be a mistake; whoever goes on like that is sent away. SCTP slows down when packets are lost. */
const PATIENCE = { burst: 1_000, perSecond: 50 };

/**
 * What a viewer's packets may cost, looked at before anything is decrypted: a view link that floods must not take the
 * picture from others. It is the viewer's, over all peers that follow each other.
 */
export class PacketBudget {
	readonly #role: () => Role;
	readonly #now: () => MonotonicTime;
	readonly #data: Bucket[];
	readonly #feedback: Bucket[];
	readonly #patience: Bucket;

	/** @param role as it is at the moment; control where that is not known. */
	constructor(role: (() => Role) | undefined, now: () => MonotonicTime) {
		this.#role = role ?? (() => "control");
		this.#now = now;
		this.#data = [new Bucket(now()), new Bucket(now())];
		this.#feedback = [new Bucket(now()), new Bucket(now())];
		this.#patience = new Bucket(now());
	}

	/** Whether a packet of the data channel may be decrypted; it then counts. */
	takeData(bytes: number): boolean {
		return this.#take(this.#data, this.#role() === "view" ? WATCHING : CONTROLLING, bytes);
	}

	/** A message of so many bytes went out on the data channel; to acknowledge it must not count as the viewer's own. */
	sent(size: number): void {
		const count = Math.ceil(size / PER_PACKET);
		const [packets, bytes] = this.#data;
		packets?.spend(-count * ACKNOWLEDGEMENT.packets);
		bytes?.spend(-count * ACKNOWLEDGEMENT.bytes);
	}

	/** The same for SRTCP, and for packets of no kind. */
	takeFeedback(bytes: number): boolean {
		return this.#take(this.#feedback, FEEDBACK, bytes);
	}

	/** So much was dropped lately that it is no mistake. */
	get exhausted(): boolean {
		return !this.#patience.has(1, PATIENCE, this.#now());
	}

	#take([packets, bytes]: readonly Bucket[], allowance: Allowance, size: number): boolean {
		const now = this.#now();
		if (packets?.has(1, allowance.packets, now) && bytes?.has(size, allowance.bytes, now)) {
			packets.spend(1);
			bytes.spend(size);
			return true;
		}
		if (this.#patience.has(1, PATIENCE, now)) this.#patience.spend(1);
		return false;
	}
}

/** Fills evenly, as far as what may come at once. */
class Bucket {
	#spent = 0;
	#at: MonotonicTime;

	constructor(now: MonotonicTime) {
		this.#at = now;
	}

	has(amount: number, { burst, perSecond }: Pace, now: MonotonicTime): boolean {
		this.#spent = Math.max(0, this.#spent - ((now - this.#at) * perSecond) / 1000);
		this.#at = now;
		return this.#spent + amount <= burst;
	}

	spend(amount: number): void {
		this.#spent = Math.max(0, this.#spent + amount);
	}
}
