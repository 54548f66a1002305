import type { BearerRights } from "../../signaling/auth/bearer-rights.ts";
import type { Guard } from "../../signaling/http/guard.ts";
import type { Metrics } from "../../signaling/metrics.ts";
import type { Entered, EnterRequest } from "../../signaling/rooms/headless-viewers.ts";
import { systemClock } from "../devices/clock.ts";
import { type BaguetteGateway, createBaguetteGateway } from "../gateways/baguette/gateway.ts";
import { createLocalGateways, type LocalHost } from "../gateways/local-gateways.ts";
import type { Log } from "../log.ts";
import { loadAddon } from "../native/load.ts";
import type { GatewayTickets } from "../sessions/gateway-tickets.ts";

/** What signaling gives a gateway. */
export interface GatewayGround {
	readonly rights: BearerRights;
	readonly guard: Guard;
	readonly enter: (request: EnterRequest) => Promise<Entered>;
}

export interface GatewayParts {
	readonly metrics: Metrics;
	readonly log: Log;
	readonly tickets: GatewayTickets;
	/** The host in this process, once it is there. */
	readonly host: () => LocalHost | undefined;
}

/** Baguette's gateway to the devices of the host in this process. */
export function openBaguetteGateway(
	{ enter, ...ground }: GatewayGround,
	{ host, tickets, ...parts }: GatewayParts,
): BaguetteGateway {
	const clock = systemClock;
	const maker = { decoder: loadAddon().PictureDecoder, clock };
	const gateways = createLocalGateways({ host, tickets, enter, clock });
	return createBaguetteGateway({ ...ground, ...parts, gateways, clock, maker });
}
