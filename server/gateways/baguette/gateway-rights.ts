import type { Credentials } from "../../../signaling/auth/access.ts";
import type { BearerRights } from "../../../signaling/auth/bearer-rights.ts";
import { ownerRights, type Rights } from "../../../signaling/auth/rights.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Role } from "../../../signaling/protocol/messages.ts";
import { networkOf } from "../../../signaling/rate-limit.ts";

/** How long a client that showed a link's token is known by its network, ms; after that it spends another use. */
const KNOWN_FOR = 3_600_000;
/** Clients that are known at a time; the one that came first is forgotten. */
const MAX_KNOWN = 1_000;

const rank: Readonly<Record<Role, number>> = { view: 0, control: 1, own: 2 };

/** What clients of the gateway may do: the owner's token, a link's own without a PIN, or a browser's cookie. */
export class GatewayRights {
	readonly #bearer: BearerRights;
	readonly #now: () => number;
	/** When each came, by grant and network. */
	readonly #known = new Map<string, number>();

	constructor(bearer: BearerRights, now: () => number) {
		this.#bearer = bearer;
		this.#now = now;
	}

	/**
	 * The right on a device. A link's token spends a use with its first request, and again after an hour. Throws
	 * PortholeError as `BearerRights` does.
	 */
	async on(deviceId: string, credentials: Credentials, address: string | undefined): Promise<Rights> {
		const rights = await this.#bearer.identify(credentials, deviceId);
		if (credentials.token === undefined || rights.grantId === ownerRights.grantId) return rights;
		const client = `${rights.grantId} ${networkOf(address)}`;
		const cameAt = this.#known.get(client);
		if (cameAt !== undefined && this.#now() - cameAt < KNOWN_FOR) return rights;
		await this.#bearer.identifyNewcomer(credentials, deviceId);
		await this.#bearer.spend(credentials, address);
		this.#known.delete(client);
		this.#known.set(client, this.#now());
		const [first] = this.#known.keys();
		if (this.#known.size > MAX_KNOWN && first !== undefined) this.#known.delete(first);
		return rights;
	}
}

/** Throws PortholeError `not-allowed` for a right that is less than `least`. */
export function requireRole({ role }: Rights, least: Role): void {
	if (rank[role] >= rank[least]) return;
	const words = least === "own" ? "Only an owner of the device may do that." : "This right is to look only.";
	throw new PortholeError("not-allowed", words);
}
