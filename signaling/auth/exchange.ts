import type { Audit } from "../audit.ts";
import { backgroundClock, type Clock } from "../clock.ts";
import { PortholeError } from "../protocol/errors.ts";
import { type WallClock, wallClock } from "../protocol/time.ts";
import { networkOf, RateLimit } from "../rate-limit.ts";
import type { Access } from "./access.ts";
import { type Grant, isLive } from "./grant.ts";
import type { GrantBook } from "./grant-book.ts";

/** PINs that may be tried in a minute. */
const TRIES_OF_A_GRANT = 10;
const TRIES_OF_A_NETWORK = 20;
const MINUTE = 60_000;

interface ExchangeDeps {
	readonly access: Access;
	readonly grants: GrantBook;
	readonly audit: Audit;
	/** By which grants expire. */
	readonly wall?: WallClock;
	/** By which tries come back. */
	readonly clock?: Pick<Clock, "now">;
}

/** What a browser offers for a cookie. */
interface Offered {
	/** A grant's token. */
	readonly token: string;
	readonly pin?: string | undefined;
	/** The `Cookie` header. */
	readonly cookie?: string | undefined;
	readonly address?: string | undefined;
}

/** Trades the token of a link for the grant it stands for. */
export class Exchange {
	readonly #deps: ExchangeDeps;
	readonly #wall: WallClock;
	readonly #triesOfGrant: RateLimit;
	readonly #triesOfNetwork: RateLimit;

	constructor(deps: ExchangeDeps) {
		this.#deps = deps;
		this.#wall = deps.wall ?? wallClock;
		const { clock = backgroundClock } = deps;
		this.#triesOfGrant = new RateLimit(TRIES_OF_A_GRANT, MINUTE, () => clock.now());
		this.#triesOfNetwork = new RateLimit(TRIES_OF_A_NETWORK, MINUTE, () => clock.now());
	}

	/**
	 * Opens a grant. A browser that has its cookie, and has it still, spends no use and is asked for no PIN. Throws
	 * PortholeError as `GrantBook.redeem` does, and `too-many-tries`.
	 */
	async open({ token, pin, cookie, address }: Offered): Promise<Grant> {
		const { access, grants, audit } = this.#deps;
		const known = grants.byToken(token);
		try {
			if (known && isLive(known, this.#wall()) && access.hasOpened(cookie, known.id)) return known;
			if (known?.pin !== undefined && pin !== undefined) this.#countTry(known.id, address);
			const grant = await grants.redeem(token, pin);
			const { id, deviceId: device, role: detail } = grant;
			audit.note({ event: "opened", device, grantId: id, address, detail });
			return grant;
		} catch (error) {
			if (!(error instanceof PortholeError)) throw error;
			// Every link with a PIN is asked for it once.
			if (error.code === "needs-pin") throw error;
			const { id: grantId, deviceId: device } = known ?? {};
			audit.note({ event: "refused", device, grantId, address, detail: error.code });
			throw error;
		}
	}

	/** A try that is refused here is not looked at, so it is no wrong one either. */
	#countTry(grantId: string, address: string | undefined): void {
		if (this.#triesOfNetwork.take(networkOf(address)) && this.#triesOfGrant.take(grantId)) return;
		throw new PortholeError("too-many-tries", "Too many PINs were tried. Wait a minute and try again.");
	}
}
