import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { BearerRights } from "../../../signaling/auth/bearer-rights.ts";
import type { Guard } from "../../../signaling/http/guard.ts";
import type { Route } from "../../../signaling/http/router.ts";
import type { Metrics } from "../../../signaling/metrics.ts";
import type { Clock } from "../../devices/clock.ts";
import type { Log } from "../../log.ts";
import { DeviceImages } from "../../streams/device-images.ts";
import type { FrameMaker } from "../../streams/frames.ts";
import type { GatewayHost } from "../gateway-host.ts";
import { GatewayAccess } from "./access.ts";
import { InputVisits } from "./input-visits.ts";
import { baguetteRoutes } from "./routes.ts";
import { Sockets } from "./sockets.ts";
import type { OutboxLimits } from "./stream-client.ts";

interface BaguetteGatewayOptions {
	readonly host: GatewayHost;
	readonly rights: BearerRights;
	readonly guard: Guard;
	readonly metrics: Metrics;
	readonly clock: Clock;
	readonly log: Log;
	readonly maker: FrameMaker;
	readonly limits?: OutboxLimits;
}

/** Baguette's paths, messages and answers on Porthole's own port, behind Porthole's rights. */
export class BaguetteGateway {
	readonly routes: readonly Route[];
	readonly #visits: InputVisits;
	readonly #sockets: Sockets;

	constructor({ rights, ...options }: BaguetteGatewayOptions) {
		const { host, clock, maker, guard } = options;
		const images = new DeviceImages(maker);
		const access = new GatewayAccess(host, rights, guard.ingress, () => clock.now());
		this.#visits = new InputVisits(host, clock);
		this.#sockets = new Sockets({ ...options, access, images });
		this.routes = baguetteRoutes({ access, visits: this.#visits, images });
	}

	/** Whether an upgrade request is for this gateway. */
	takes({ url = "" }: IncomingMessage): boolean {
		return url.startsWith("/simulators/");
	}

	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
		this.#sockets.upgrade(request, socket, head);
	}

	close(): void {
		this.#sockets.close();
		this.#visits.close();
	}
}
