import { hostname } from "node:os";
import { newSecret } from "../signaling/auth/secrets.ts";
import { loadKeys } from "../signaling/auth/state-files.ts";
import type { RedisAddress } from "../signaling/cluster/redis-address.ts";
import { memorySocketPair } from "../signaling/memory-socket.ts";
import { createMetrics } from "../signaling/metrics.ts";
import type { Reason } from "../signaling/protocol/messages.ts";
import { openBaguetteGateway } from "./composition/baguette.ts";
import { type RunningEdge, startEdge } from "./composition/edge.ts";
import { type EdgeInvitation, openEngine } from "./composition/engine.ts";
import { createHost, createRegistry } from "./composition/host.ts";
import { type RunningHxfr, startHxfr } from "./composition/hxfr.ts";
import { localUrl, startSignaling } from "./composition/signaling.ts";
import { chooseEncoder } from "./devices/encoder-choice.ts";
import type { DeviceSpec } from "./devices/provider.ts";
import type { DeviceRegistry } from "./devices/registry.ts";
import { dialer } from "./dial.ts";
import { mediaAddresses } from "./host-addresses.ts";
import { loadHostId } from "./host-id.ts";
import type { Log } from "./log.ts";
import { loadAddon } from "./native/load.ts";
import type {
	EdgeOptions,
	HostOptions,
	HxfrOptions,
	ServeOptions,
	SignalingServerOptions,
} from "./options.ts";
import { removeServing, writeServing } from "./serving-file.ts";
import { GatewayTickets } from "./sessions/gateway-tickets.ts";
import type { Host } from "./sessions/host.ts";

export { simulatorBackends } from "./composition/simulators.ts";

/** Everything in one process. */
export interface RunningServer {
	readonly port: number;
	/** Opens the page with every right. */
	readonly ownerUrl: string;
	readonly deviceIds: readonly string[];
	/** How another machine comes to serve viewers, if it may. */
	readonly edges?: EdgeInvitation;
	close(): Promise<void>;
}

/** The page and the pairing, without devices of their own. */
export interface RunningSignalingServer extends Omit<RunningServer, "deviceIds" | "edges"> {
	/** Where hosts find it: an address on the network if it is meant to be reached from there. */
	readonly hostUrl: string;
	/** The key for a first host; made when there was none, and told only then. */
	readonly firstHostKey: string | undefined;
}

/** A host that dials out to signaling, again and again if need be. */
export interface RunningHost {
	/** Signaling let it in for the first time; the ids are those that everybody sees. */
	readonly joined: Promise<{ readonly deviceIds: readonly string[] }>;
	/** Signaling sent it away for good. */
	readonly refused: Promise<Reason>;
	/** How another machine comes to serve viewers, if it may. */
	readonly edges?: EdgeInvitation;
	close(): Promise<void>;
}

/**
 * Starts signaling and a host in this process, with the devices asked for. Throws PortholeError as the registry, the
 * providers, `startSignaling` and `createHost` do, and `encoder-unavailable`.
 */
export async function serve(options: ServeOptions, log: Log): Promise<RunningServer> {
	chooseEncoder(loadAddon(), options.encoder);
	const keys = await loadKeys(options.stateFolder);
	const metrics = createMetrics();
	const registry = createRegistry();
	const specs = await specsFor(options.devices, registry);
	const identity = { hostId: "local", name: hostname() || "this computer", key: newSecret() };
	const tickets = new GatewayTickets();
	// Signaling is there first, as its port is what may be missing.
	let here: Host | undefined;
	const signaling = await startSignaling(options, keys, {
		metrics,
		log,
		ownHostKey: identity.key,
		openGateway: (ground) => openBaguetteGateway(ground, { metrics, log, tickets, host: () => here }),
	});
	const { engine, edges } = await openEngine(options, log).catch(async (error: unknown) => {
		await signaling.close();
		throw error;
	});
	const host = await createHost({ ...options, publishers: true }, identity, {
		metrics,
		log,
		registry,
		gatewayTickets: tickets,
		...(engine === undefined ? {} : { engine }),
		openSocket() {
			const [near, far] = memorySocketPair();
			signaling.accept(far);
			return near;
		},
	}).catch(async (error: unknown) => {
		await signaling.close();
		throw error;
	});
	here = host;
	const close = async () => {
		await host.close();
		await signaling.close();
		await removeServing(options.stateFolder);
	};
	try {
		host.start();
		const deviceIds = await Promise.all(specs.map((spec) => host.addDevice(spec)));
		const url = localUrl(options.host, signaling.port);
		await writeServing(options.stateFolder, {
			pid: process.pid,
			url,
			...networkUrl(options.host, signaling.port),
		});
		return {
			port: signaling.port,
			ownerUrl: `${url}/#token=${keys.ownerToken}`,
			deviceIds,
			...(edges === undefined ? {} : { edges }),
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** Starts signaling for hosts that dial in. Throws PortholeError as `startSignaling` and `openSharedState` do. */
export async function serveSignaling(
	options: SignalingServerOptions,
	log: Log,
): Promise<RunningSignalingServer> {
	const { stateFolder, redis } = options;
	const metrics = createMetrics();
	// Not loaded before it is wanted.
	const sharing = redis && (await import("./composition/shared-state.ts"));
	const shared = await sharing?.openSharedState(redis as RedisAddress, stateFolder, { metrics, log });
	const keys = shared?.keys ?? (await loadKeys(stateFolder));
	const signaling = await startSignaling(options, keys, { metrics, log, shared }).catch(async (error) => {
		await shared?.close();
		throw error;
	});
	const close = async () => {
		await signaling.close();
		await shared?.close();
		await removeServing(stateFolder);
	};
	try {
		const { port, hostKeys } = signaling;
		const isFirst = hostKeys.list().length === 0;
		const url = localUrl(options.host, port);
		const open = networkUrl(options.host, port);
		await writeServing(stateFolder, { pid: process.pid, url, ...open });
		return {
			port,
			ownerUrl: `${url}/#token=${keys.ownerToken}`,
			hostUrl: open.networkUrl ?? url,
			firstHostKey: isFirst ? (await hostKeys.issue("first host")).key : undefined,
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/**
 * Opens the devices asked for and offers them on a signaling server elsewhere, which need not be there yet. Throws
 * PortholeError as the registry, the providers, `createHost` and `loadHostId` do, and `encoder-unavailable`.
 */
export async function serveHost(options: HostOptions, log: Log): Promise<RunningHost> {
	chooseEncoder(loadAddon(), options.encoder);
	const registry = createRegistry();
	const specs = await specsFor(options.devices, registry);
	const hostId = await loadHostId(options.stateFolder);
	const { engine, edges } = await openEngine(options, log);
	const prefix = Promise.withResolvers<string>();
	const refused = Promise.withResolvers<Reason>();
	const host = await createHost(
		options,
		{ hostId, name: options.name, key: options.key },
		{
			metrics: createMetrics(),
			log,
			registry,
			...(engine === undefined ? {} : { engine }),
			openSocket: dialer(options.signaling, log),
			joined: prefix.resolve,
			refused: refused.resolve,
		},
	);
	try {
		const ids = await Promise.all(specs.map((spec) => host.addDevice(spec)));
		// Not before its devices are there: what a host does not tell of is taken to be gone, and its viewers end.
		host.start();
		return {
			joined: prefix.promise.then((text) => ({ deviceIds: ids.map((id) => text + id) })),
			refused: refused.promise,
			...(edges === undefined ? {} : { edges }),
			close: () => host.close(),
		};
	} catch (error) {
		await host.close();
		throw error;
	}
}

/** Serves viewers of another machine's devices. Throws PortholeError as `startEdge` does. */
export function serveEdge(options: EdgeOptions, log: Log): Promise<RunningEdge> {
	return startEdge(options, log);
}

/**
 * Opens the devices asked for and offers them over HXFR. Throws PortholeError as the registry, the providers and
 * `startHxfr` do, and `encoder-unavailable`.
 */
export async function serveHxfr(options: HxfrOptions, log: Log): Promise<RunningHxfr> {
	chooseEncoder(loadAddon(), options.encoder);
	const registry = createRegistry();
	return startHxfr(options, await specsFor(options.devices, registry), registry, log);
}

/** Where other machines find a server that listens at every address. */
function networkUrl(host: string, port: number): { networkUrl?: string } {
	const [address] = host === "all" ? mediaAddresses(true) : [];
	return address === undefined ? {} : { networkUrl: localUrl(address, port) };
}

async function specsFor(asked: readonly string[], registry: DeviceRegistry): Promise<DeviceSpec[]> {
	const texts = asked.length > 0 ? asked : await registry.find();
	return (await Promise.all(texts.map((text) => registry.expand(text)))).flat();
}
