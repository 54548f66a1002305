import { hostname } from "node:os";
import { resolve } from "node:path";
import type { SocketLike } from "../signaling/client.ts";
import { Access, type AccessKeys } from "../signaling/grants/access.ts";
import { devicesRoute } from "../signaling/http/devices.ts";
import { Guard } from "../signaling/http/guard.ts";
import { healthRoute } from "../signaling/http/health.ts";
import { listen } from "../signaling/http/listener.ts";
import { metricsRoute } from "../signaling/http/metrics.ts";
import { servePage } from "../signaling/http/page-files.ts";
import type { Route } from "../signaling/http/route.ts";
import { createRouter } from "../signaling/http/router.ts";
import { sessionRoute } from "../signaling/http/session.ts";
import { SignalSocket } from "../signaling/http/signal-socket.ts";
import { memorySocketPair } from "../signaling/memory-socket.ts";
import { createMetrics, type Metrics } from "../signaling/metrics.ts";
import { PROTOCOL_VERSION } from "../signaling/protocol/version.ts";
import { SignalingServer } from "../signaling/server/signaling-server.ts";
import { loadKeys } from "../signaling/store/key-file.ts";
import { addressesOf, type ServeOptions } from "./cli/options.ts";
import { systemClock } from "./devices/clock.ts";
import { createDemoProvider } from "./devices/demo/provider.ts";
import { chooseEncoder } from "./devices/encoder-choice.ts";
import { DeviceRegistry } from "./devices/registry.ts";
import { createDesktopProvider } from "./devices/x11/desktop-provider.ts";
import { createX11Provider } from "./devices/x11/provider.ts";
import { stillRoute } from "./doors/still.ts";
import { mediaAddresses } from "./host-addresses.ts";
import type { Log } from "./log.ts";
import { loadAddon } from "./native/load.ts";
import { removeServing, writeServing } from "./serving-file.ts";
import { Host } from "./sessions/host.ts";
import { createWeriftEngine } from "./webrtc/werift/engine.ts";

/** Where the built page lies. */
const PAGE_FOLDER = resolve(import.meta.dirname, "..", "out");

/** Signaling that listens. */
export interface RunningSignaling {
	readonly port: number;
	/** Takes a host in the same process. */
	accept(socket: SocketLike): void;
	close(): Promise<void>;
}

/** Everything in one process. */
export interface RunningServer {
	readonly port: number;
	/** Opens the page with every right. */
	readonly ownerUrl: string;
	readonly deviceIds: readonly string[];
	close(): Promise<void>;
}

/** All kinds of device that this build knows. */
export function createRegistry(): DeviceRegistry {
	const addon = loadAddon();
	const clock = systemClock;
	return new DeviceRegistry([
		createX11Provider({ addon, clock }),
		createDesktopProvider({ addon, clock }),
		createDemoProvider({ addon, clock }),
	]);
}

/** Starts pairing, the page and the API on one port. Throws PortholeError as `listen` and `servePage` do. */
export async function startSignaling(
	options: Pick<ServeOptions, "host" | "port" | "lan" | "names">,
	keys: AccessKeys,
	{ metrics, log, routes = [] }: { metrics: Metrics; log: Log; routes?: readonly Route[] },
): Promise<RunningSignaling> {
	const access = new Access(keys);
	const signaling = new SignalingServer({ access, metrics });
	const guard = new Guard({
		lan: options.lan,
		names: [...options.names, ...addressesOf(options.host), hostname()],
	});
	const socket = new SignalSocket(signaling, guard, metrics);
	const listener = await listen({
		addresses: addressesOf(options.host),
		port: options.port,
		request: createRouter({
			guard,
			access,
			metrics,
			routes: [healthRoute, metricsRoute(metrics), sessionRoute(access), devicesRoute(signaling), ...routes],
			otherwise: servePage(PAGE_FOLDER),
			log: (error) => log.error("a request failed", { error }),
		}),
		upgrade: (request, stream, head) => socket.upgrade(request, stream, head),
	});
	return {
		port: listener.port,
		accept: (end) => signaling.accept(end),
		async close() {
			signaling.close();
			socket.close();
			await listener.close();
		},
	};
}

/** Makes a host that reaches signaling through `openSocket`; devices are added and `start()` called by the caller. */
export function createHost(
	options: Pick<ServeOptions, "lan" | "encoder" | "bitrate" | "frameRate">,
	keys: AccessKeys,
	{
		metrics,
		log,
		openSocket,
		registry,
	}: { metrics: Metrics; log: Log; openSocket: () => SocketLike; registry: DeviceRegistry },
): Host {
	const clock = systemClock;
	return new Host({
		registry,
		clock,
		log,
		openSocket,
		engine: createWeriftEngine({ addresses: mediaAddresses(options.lan), now: clock.now, tcp: true }),
		rate: {
			frameRate: options.frameRate,
			...(options.bitrate === undefined ? {} : { bitrate: options.bitrate }),
		},
		...(options.encoder === undefined ? {} : { encoder: options.encoder }),
		hello: {
			type: "hello",
			version: PROTOCOL_VERSION,
			as: "host",
			hostId: "local",
			name: hostname().slice(0, 80) || "this computer",
			key: keys.hostKey,
		},
		count: {
			droppedInput: (reason) => metrics.droppedInput.inc({ reason }),
			openedPeer: () => metrics.openedPeers.inc(),
			endedPeer: (reason) => metrics.endedPeers.inc({ reason }),
			accessUnit: () => metrics.accessUnits.inc(),
		},
	});
}

/**
 * Starts signaling and a host in this process, with the devices asked for. Throws PortholeError as the registry, the
 * providers and `startSignaling` do, and `encoder-unavailable`.
 */
export async function serve(options: ServeOptions, log: Log): Promise<RunningServer> {
	chooseEncoder(loadAddon(), options.encoder);
	const keys = await loadKeys(options.stateFolder);
	const metrics = createMetrics();
	const registry = createRegistry();
	const texts = options.devices.length > 0 ? options.devices : await registry.find();
	const specs = texts.map((text) => registry.parse(text));
	const host = createHost(options, keys, {
		metrics,
		log,
		registry,
		openSocket() {
			const [near, far] = memorySocketPair();
			signaling.accept(far);
			return near;
		},
	});
	const routes = [stillRoute((id) => host.still(id), systemClock.now)];
	const signaling = await startSignaling(options, keys, { metrics, log, routes });
	const close = async () => {
		await host.close();
		await signaling.close();
		await removeServing(options.stateFolder);
	};
	try {
		host.start();
		const deviceIds = await Promise.all(specs.map((spec) => host.addDevice(spec)));
		const name = options.host === "localhost" || options.host === "all" ? "localhost" : options.host;
		const url = `http://${name.includes(":") ? `[${name}]` : name}:${signaling.port}`;
		await writeServing(options.stateFolder, { pid: process.pid, url });
		return { port: signaling.port, ownerUrl: `${url}/#token=${keys.ownerToken}`, deviceIds, close };
	} catch (error) {
		await close();
		throw error;
	}
}
