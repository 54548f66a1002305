import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { BearerRights } from "../../../signaling/auth/bearer-rights.ts";
import type { Guard } from "../../../signaling/http/guard.ts";
import type { Route } from "../../../signaling/http/router.ts";
import type { Metrics } from "../../../signaling/metrics.ts";
import type { Clock } from "../../devices/clock.ts";
import type { Log } from "../../log.ts";
import type { FrameMaker } from "../../streams/frames.ts";
import type { GatewayHost } from "../gateway-host.ts";
import { GatewayRights } from "./gateway-rights.ts";
import { InputVisits } from "./input-visits.ts";
import type { OutboxLimits } from "./outbox.ts";
import { Reception } from "./reception.ts";
import { baguetteRoutes } from "./routes.ts";
import { Sockets } from "./sockets.ts";

export interface BaguetteGatewayDeps {
	readonly gateways: GatewayHost;
	readonly rights: BearerRights;
	readonly guard: Guard;
	readonly metrics: Metrics;
	readonly clock: Clock;
	readonly log: Log;
	readonly maker: FrameMaker;
	readonly limits?: OutboxLimits;
}

/** Baguette's routes and WebSockets, for the port that everything else is at. */
export interface BaguetteGateway {
	readonly routes: readonly Route[];
	/** Whether an upgrade request is for this gateway. */
	takes(request: IncomingMessage): boolean;
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
	close(): void;
}

/** What Baguette's clients find here: its paths, envelopes and answers, behind Porthole's rights. */
export function createBaguetteGateway({ rights, ...deps }: BaguetteGatewayDeps): BaguetteGateway {
	const reception = new Reception(deps.gateways, new GatewayRights(rights, () => deps.clock.now()));
	const visits = new InputVisits(deps);
	const sockets = new Sockets({ ...deps, reception });
	return {
		routes: baguetteRoutes({ reception, visits, maker: deps.maker }),
		takes: ({ url = "" }) => url.startsWith("/simulators/"),
		upgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
		close() {
			sockets.close();
			visits.close();
		},
	};
}
