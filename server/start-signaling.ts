import { hostname } from "node:os";
import { join } from "node:path";
import { FileAudit } from "../signaling/audit.ts";
import { Access, type AccessKeys } from "../signaling/auth/access.ts";
import { BearerRights } from "../signaling/auth/bearer-rights.ts";
import { Exchange } from "../signaling/auth/exchange.ts";
import { GrantBook } from "../signaling/auth/grant-book.ts";
import { HostKeys } from "../signaling/auth/host-keys.ts";
import { openGrantsFile, openHostKeysFile } from "../signaling/auth/state-files.ts";
import type { SocketLike } from "../signaling/client.ts";
import { backgroundClock } from "../signaling/clock.ts";
import { deviceRoutes } from "../signaling/http/devices.ts";
import { grantRoutes, sessionRoute } from "../signaling/http/grants.ts";
import { Guard } from "../signaling/http/guard.ts";
import { hostKeyRoutes } from "../signaling/http/host-keys.ts";
import { Ingress, type Site } from "../signaling/http/ingress.ts";
import { listen } from "../signaling/http/listener.ts";
import { healthRoute, metricsRoute } from "../signaling/http/monitoring.ts";
import { openApiRoute } from "../signaling/http/openapi.ts";
import { servePage } from "../signaling/http/page-files.ts";
import { createRouter, type Route } from "../signaling/http/router.ts";
import { SignalSocket } from "../signaling/http/signal-socket.ts";
import { whepRoutes } from "../signaling/http/whep.ts";
import { whipRoutes } from "../signaling/http/whip.ts";
import type { Metrics } from "../signaling/metrics.ts";
import { wallClock } from "../signaling/protocol/time.ts";
import type { Entered, EnterRequest, PlayRequest } from "../signaling/rooms/headless-viewers.ts";
import { openRoomsFile } from "../signaling/rooms/room-record.ts";
import { SignalingServer } from "../signaling/rooms/signaling-server.ts";
import type { WriteListener } from "../signaling/table.ts";
import { TurnServers } from "../signaling/turn.ts";
import { systemClock } from "./devices/clock.ts";
import { BaguetteGateway } from "./gateways/baguette/gateway.ts";
import { createLocalGatewayHost, type LocalHost } from "./gateways/local-gateway-host.ts";
import type { Log } from "./log.ts";
import { loadAddon } from "./native/load.ts";
import type { SignalingServerOptions } from "./options.ts";
import { packageRoot, packageVersion } from "./package-root.ts";
import type { SharedState } from "./shared-state.ts";
import type { GatewayTickets } from "./viewers/gateway-session.ts";

/** Where the built page lies. */
const PAGE_FOLDER = join(packageRoot, "out");

/** Signaling that listens. */
export interface RunningSignaling {
	readonly port: number;
	readonly hostKeys: HostKeys;
	/** Takes a host in the same process. */
	accept(socket: SocketLike): void;
	close(): Promise<void>;
}

export interface SignalingParts {
	readonly metrics: Metrics;
	readonly log: Log;
	/** Key of a host in this process, if there is one. */
	readonly ownHostKey?: string;
	/** A gateway to the devices of this process, at the same port. */
	readonly openGateway?: (ground: GatewayGround) => BaguetteGateway;
	/** What it shares with other signaling servers; it keeps its own in the state folder when absent. */
	readonly shared?: SharedState | undefined;
}

/**
 * Starts pairing, the page and the API on one port. Throws PortholeError as `listen`, `servePage` and the stores in
 * the state folder do.
 */
export async function startSignaling(
	options: SignalingServerOptions,
	keys: AccessKeys,
	{ metrics, log, ownHostKey, openGateway, shared }: SignalingParts,
): Promise<RunningSignaling> {
	const unwritten = new Set<string>();
	const tellWrites = writeTeller(unwritten, { metrics, log });
	const audit = new FileAudit({
		folder: options.stateFolder,
		told: tellWrites("the audit log"),
	});
	const grants = new GrantBook(keys.signingKey, {
		table: shared?.grants ?? (await openGrantsFile(options.stateFolder, tellWrites("links"))),
	});
	const access = new Access(keys, grants);
	const exchange = new Exchange({ access, grants, audit });
	const hostKeys = new HostKeys({
		table: shared?.hostKeys ?? (await openHostKeysFile(options.stateFolder, tellWrites("host keys"))),
		signingKey: keys.signingKey,
		...(ownHostKey === undefined ? {} : { ownKey: ownHostKey }),
	});
	const turn = options.turn && new TurnServers(options.turn, wallClock);
	const iceServers = (client: string) => turn?.serversFor(client) ?? [];
	const rooms = shared?.rooms ?? (await openRoomsFile(options.stateFolder, tellWrites("rooms")));
	const cluster = shared && { cluster: shared.cluster };
	const signaling = new SignalingServer({
		access,
		hostKeys,
		metrics,
		audit,
		iceServers,
		rooms,
		...cluster,
	});
	await shared?.cluster.open();
	const play = (request: PlayRequest) => signaling.play(request);
	const publish = (deviceId: string, offer: string) => signaling.publish(deviceId, offer);
	const rights = new BearerRights({ access, grants, exchange });
	const { sites, proxies, embedders } = options;
	const ingress = new Ingress({ sites, proxies });
	const guard = new Guard({
		lan: options.lan,
		names: [...options.names, ...sites.map(hostNameOf), ...addressesOf(options.host), hostname()],
		ingress,
	});
	const socket = new SignalSocket(signaling, guard, metrics);
	const gateway = openGateway?.({ rights, guard, enter: (request) => signaling.enter(request) });
	const routes: readonly Route[] = [
		healthRoute(() => unwritten.size === 0),
		metricsRoute(metrics),
		sessionRoute(access, exchange, embedders.length > 0),
		...deviceRoutes(signaling, audit, backgroundClock.now),
		...grantRoutes({
			grants,
			hasDevice: (id) => signaling.device(id) !== undefined,
			audit,
		}),
		...hostKeyRoutes(hostKeys, signaling),
		...whepRoutes({ rights, play, iceServers, now: backgroundClock.now }),
		...whipRoutes({ access, audit, publish, iceServers }),
		...(gateway?.routes ?? []),
	];
	const listener = await listen({
		addresses: addressesOf(options.host),
		port: options.port,
		request: createRouter({
			guard,
			access,
			metrics,
			routes: [openApiRoute(routes, packageVersion()), ...routes],
			otherwise: servePage(PAGE_FOLDER, embedders),
			log: (error) => log.error("a request failed", { error }),
		}),
		upgrade(request, stream, head) {
			ingress.enter(request);
			(gateway?.takes(request) ? gateway : socket).upgrade(request, stream, head);
		},
	});
	return {
		port: listener.port,
		hostKeys,
		accept: (end) => signaling.accept(end),
		async close() {
			gateway?.close();
			signaling.close();
			socket.close();
			await listener.close();
			await Promise.all([hostKeys.close(), grants.close(), rooms.close(), audit.close()]);
		},
	};
}

/**
 * Tells what of the state folder cannot be written: a revocation that is not on the disk is undone by a restart. `unwritten`
 * has what is not, for whoever asks.
 */
function writeTeller(
	unwritten: Set<string>,
	{ metrics, log }: Pick<SignalingParts, "metrics" | "log">,
): (what: string) => WriteListener {
	return (what) => (error, forGood) => {
		if (error === undefined) unwritten.delete(what);
		else unwritten.add(what);
		metrics.unwrittenState.set(unwritten.size);
		if (error === undefined) log.info("written to the state folder after all", { what });
		else if (forGood)
			log.error("lost, as it could not be written: the next start has what was before", { what, error });
		else log.error("not written to the state folder; this is tried again until it holds", { what, error });
	};
}

/** Addresses to bind for a `--host` value. */
export function addressesOf(host: string): string[] {
	if (host === "localhost") return ["127.0.0.1", "::1"];
	if (host === "all") return ["0.0.0.0", "::"];
	return [host];
}

/** Base of the URLs at which this machine reaches what listens on a `--host` value. */
export function localUrl(host: string, port: number): string {
	const name = host === "all" ? "localhost" : host;
	return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** Where people find the page: as its proxy shows it, if it was named so. */
export function publicUrl({ sites: [site] }: Pick<SignalingServerOptions, "sites">): string | undefined {
	return site && site.origin + site.base;
}

function hostNameOf({ origin }: Site): string {
	return new URL(origin).hostname.replace(/^\[|\]$/g, "");
}

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
	const maker = { decoder: loadAddon().FrameDecoder, clock };
	const gatewayHost = createLocalGatewayHost({ host, tickets, enter, clock });
	return new BaguetteGateway({ ...ground, ...parts, host: gatewayHost, clock, maker });
}
