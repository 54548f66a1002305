import * as v from "valibot";
import { PortholeError } from "../protocol/errors.ts";
import { type Role, roleSchema } from "../protocol/messages.ts";
import { type WallTime, wallTimeSchema } from "../protocol/time.ts";

/** What somebody may do, where, and by which grant. */
export interface Rights {
	readonly role: Role;
	/** Ids of the devices it is good for. */
	readonly devices: "all" | readonly string[];
	/** The grant's id; `owner` for whoever has the owner's token. */
	readonly grantId: string;
	/** Name of the grant, for people; may be empty. */
	readonly label: string;
	/** When it ends; never when absent. */
	readonly expires?: WallTime;
	/** Tells apart the browsers that keep the grant; absent for programs that come by its token. */
	readonly visit?: string;
}

/** A visit as it may come from outside. */
export const VISIT = /^[A-Za-z0-9_-]{16}$/;

/** Rights that another process, or an earlier start, wrote down. */
export const rightsSchema = v.object({
	role: roleSchema,
	devices: v.union([
		v.literal("all"),
		v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(64), v.readonly()),
	]),
	grantId: v.pipe(v.string(), v.maxLength(64)),
	label: v.pipe(v.string(), v.maxLength(60)),
	expires: v.exactOptional(wallTimeSchema),
	visit: v.exactOptional(v.pipe(v.string(), v.regex(VISIT))),
}) satisfies v.GenericSchema<unknown, Rights>;

/** Every right to every device. */
export const ownerRights: Rights = { role: "own", devices: "all", grantId: "owner", label: "Owner" };

/**
 * Whose rights these are: the owner, or a browser that keeps a grant, in however many tabs. Undefined where each
 * connection is somebody of its own.
 */
export function personOf({ grantId, visit }: Rights): string | undefined {
	if (grantId === ownerRights.grantId) return grantId;
	return visit === undefined ? undefined : `${grantId} ${visit}`;
}

const rank: Record<Role, number> = { view: 0, control: 1, own: 2 };

/** The strongest right to a device, the longest of equal ones; undefined when there is none. */
export function rightsOn(rights: readonly Rights[], deviceId: string): Rights | undefined {
	let best: Rights | undefined;
	for (const one of rights) {
		if (one.devices !== "all" && !one.devices.includes(deviceId)) continue;
		if (!best || isBetter(one, best)) best = one;
	}
	return best;
}

/** The same where there must be one. Throws PortholeError `wrong-device`. */
export function requireRights(rights: readonly Rights[], deviceId: string): Rights {
	const best = rightsOn(rights, deviceId);
	if (!best) throw new PortholeError("wrong-device", "This link is for another device.");
	return best;
}

/** Whether every device is theirs. */
export function ownsAll(rights: readonly Rights[]): boolean {
	return rights.some(({ role, devices }) => role === "own" && devices === "all");
}

function isBetter(one: Rights, other: Rights): boolean {
	const by = rank[one.role] - rank[other.role];
	return by > 0 || (by === 0 && (one.expires ?? Infinity) > (other.expires ?? Infinity));
}
