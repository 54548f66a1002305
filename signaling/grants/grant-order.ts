import { randomBytes } from "node:crypto";
import type { Role } from "../protocol/messages.ts";
import type { Grant } from "./grant.ts";
import { pinDigest } from "./pin.ts";

/** What a new grant is to be. Times are ms since the epoch. */
export interface GrantOrder {
	readonly deviceId: string;
	readonly role: Role;
	readonly label: string;
	readonly madeBy: string;
	readonly expires: number;
	readonly pin?: string | undefined;
	readonly uses?: number | undefined;
}

/** A grant as ordered, which lasts no longer than the guest's who made it. */
export function newGrant(key: string, order: GrantOrder, maker: Grant | undefined, now: number): Grant {
	const { pin, uses, ...rest } = order;
	const id = randomBytes(8).toString("hex");
	return {
		...rest,
		expires: Math.min(order.expires, maker?.expires ?? Infinity),
		id,
		created: now,
		used: 0,
		wrongPins: 0,
		visits: [],
		...(uses === undefined ? {} : { uses }),
		...(pin === undefined ? {} : { pin: pinDigest(key, id, pin) }),
	};
}
