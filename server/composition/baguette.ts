import type { BearerRights } from "../../signaling/auth/bearer-rights.ts";
import type { Guard } from "../../signaling/http/guard.ts";
import type { Metrics } from "../../signaling/metrics.ts";
import type { Entered, EnterRequest } from "../../signaling/rooms/headless-viewers.ts";
import { systemClock } from "../devices/clock.ts";
import { type BaguetteDoor, createBaguetteDoor } from "../doors/baguette/door.ts";
import { createLocalDoors, type LocalHost } from "../doors/local-doors.ts";
import type { Log } from "../log.ts";
import { loadAddon } from "../native/load.ts";
import type { DoorTickets } from "../sessions/door-tickets.ts";

/** What signaling gives a door. */
export interface DoorGround {
	readonly rights: BearerRights;
	readonly guard: Guard;
	readonly enter: (request: EnterRequest) => Promise<Entered>;
}

export interface DoorParts {
	readonly metrics: Metrics;
	readonly log: Log;
	readonly tickets: DoorTickets;
	/** The host in this process, once it is there. */
	readonly host: () => LocalHost | undefined;
}

/** Baguette's door to the devices of the host in this process. */
export function openBaguetteDoor(
	{ enter, ...ground }: DoorGround,
	{ host, tickets, ...parts }: DoorParts,
): BaguetteDoor {
	const clock = systemClock;
	const maker = { decoder: loadAddon().PictureDecoder, clock };
	const doors = createLocalDoors({ host, tickets, enter, clock });
	return createBaguetteDoor({ ...ground, ...parts, doors, clock, maker });
}
