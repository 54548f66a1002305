import type { DevicePolicy } from "../protocol/device.ts";
import type { Role } from "../protocol/messages.ts";
import { Declined } from "./declined.ts";
import type { Seat } from "./seat.ts";
import type { Seats } from "./seats.ts";

/** People who may wait at one device. */
export const MAX_WAITING = 32;

/** Whether a newcomer has to be let in by an owner first. */
export function mustWait(askFirst: DevicePolicy["askFirst"], role: Role, seats: Seats): boolean {
	if (role === "own" || askFirst === "never") return false;
	return askFirst === "always" || seats.all().some(({ waiting }) => !waiting);
}

/** Whether one more may wait. */
export function mayWait(seats: Seats): boolean {
	return seats.all().filter(({ waiting }) => waiting).length < MAX_WAITING;
}

/** The seat of somebody who waits. Throws Declined `no-such-viewer`, or `not-waiting` for who is in already. */
export function waitingSeat(seat: Seat | undefined): Seat {
	if (!seat) throw new Declined("no-such-viewer", "Nobody of that id asks to be let in.");
	if (!seat.waiting) throw new Declined("not-waiting", `${seat.name} is in already.`);
	return seat;
}
