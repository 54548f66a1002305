import { PortholeError } from "../protocol/errors.ts";
import { type WallClock, wallClock } from "../protocol/time.ts";
import type { Access, Credentials } from "./access.ts";
import type { Exchange } from "./exchange.ts";
import { type Grant, isLive, refusalFor, rightsBy, stateOf, wrongToken } from "./grant.ts";
import type { GrantBook } from "./grant-book.ts";
import { ownerRights, type Rights } from "./rights.ts";

interface BearerRightsDeps {
	readonly access: Access;
	readonly grants: GrantBook;
	readonly exchange: Exchange;
	readonly wall?: WallClock;
}

/** Rights of players, whose bearer token is the owner's or a link's own; those of a browser come by its cookie. */
export class BearerRights {
	readonly #deps: BearerRightsDeps;
	readonly #wall: WallClock;

	constructor(deps: BearerRightsDeps) {
		this.#deps = deps;
		this.#wall = deps.wall ?? wallClock;
	}

	/**
	 * What credentials are for on a device, spending nothing. Throws PortholeError as `Access.refusal` makes it,
	 * `wrong-device`, `expired`, `revoked` or `wrong-token`.
	 */
	async identify(credentials: Credentials, deviceId: string): Promise<Rights> {
		const grant = this.#grantOf(credentials, deviceId);
		return grant ? rightsBy(grant) : this.#withoutGrant(credentials, deviceId);
	}

	/** The same, for one who wants to watch now: throws also `used-up`, `needs-pin` or `too-many-tries`. */
	async identifyNewcomer(credentials: Credentials, deviceId: string): Promise<Rights> {
		const grant = this.#grantOf(credentials, deviceId);
		if (!grant) return this.#withoutGrant(credentials, deviceId);
		const state = stateOf(grant, this.#wall());
		if (state !== "open") throw refusalFor(grant, state);
		if (grant.pin === undefined) return rightsBy(grant);
		const words = "This link has a PIN, which only a page can ask for. Make one without for players.";
		throw new PortholeError("needs-pin", words);
	}

	/** Spends a use of a link; nothing for the owner's token and a browser's cookie. Throws as `Exchange.open`. */
	async spend({ token }: Credentials, address: string | undefined): Promise<void> {
		if (token === undefined || this.#deps.access.isOwnerToken(token)) return;
		await this.#deps.exchange.open({ token, address });
	}

	#withoutGrant(credentials: Credentials, deviceId: string): Rights {
		const { token } = credentials;
		return token === undefined ? this.#deps.access.rightsOn(credentials, deviceId) : ownerRights;
	}

	/** The grant whose token it is; none for the owner's token and for cookies. */
	#grantOf({ token }: Credentials, deviceId: string): Grant | undefined {
		const { access, grants } = this.#deps;
		if (token === undefined || access.isOwnerToken(token)) return undefined;
		const grant = grants.byToken(token);
		if (!grant) throw wrongToken();
		const state = stateOf(grant, this.#wall());
		if (!isLive(grant, this.#wall()) && state !== "open") throw refusalFor(grant, state);
		if (grant.deviceId === deviceId) return grant;
		throw new PortholeError("wrong-device", "This link is for another device.");
	}
}
