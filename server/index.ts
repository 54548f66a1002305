import { hostname } from "node:os";
import { newSecret } from "../signaling/auth/secrets.ts";
import { loadKeys } from "../signaling/auth/state-files.ts";
import type { RedisAddress } from "../signaling/cluster/redis-address.ts";
import { memorySocketPair } from "../signaling/memory-socket.ts";
import { createMetrics } from "../signaling/metrics.ts";
import { PortholeError } from "../signaling/protocol/errors.ts";
import type { Reason } from "../signaling/protocol/messages.ts";
import { AnyInput } from "./devices/any-input.ts";
import { systemClock } from "./devices/clock.ts";
import { chooseEncoder } from "./devices/encoder-choice.ts";
import { HxfrServer } from "./devices/hxfr/host/server.ts";
import { type Address, addressText, parseAddress } from "./devices/hxfr/transport/address.ts";
import type { Device, DeviceSpec } from "./devices/provider.ts";
import type { DeviceRegistry } from "./devices/registry.ts";
import type { Host } from "./host/host.ts";
import { loadHostId } from "./host/host-id.ts";
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
import {
	createHost,
	createRegistry,
	dialer,
	type EdgeInvitation,
	mediaAddresses,
	openEngine,
} from "./start-host.ts";
import { localUrl, openBaguetteGateway, publicUrl, startSignaling } from "./start-signaling.ts";
import { lockStateFolder, makePrivate, stateFolderFaults } from "./state-folder.ts";
import { rateFor } from "./streams/bitrate.ts";
import { GatewayTickets } from "./viewers/gateway-session.ts";
import { InputGate } from "./viewers/input-gate.ts";
import { InputMerge } from "./viewers/input-merge.ts";

export { desktopReach, simulatorBackends } from "./start-host.ts";

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

/** Every kind of device that a host here can offer. Throws as `loadAddon` does. */
export function kindsOfDevices(): DeviceRegistry["kinds"] {
	return createRegistry().kinds;
}

/**
 * Starts signaling and a host in this process, with the devices asked for. Throws PortholeError as the registry, the
 * providers, `startSignaling` and `createHost` do, and `encoder-unavailable`.
 */
export async function serve(options: ServeOptions, log: Log): Promise<RunningServer> {
	chooseEncoder(loadAddon(), options.encoder);
	return onStateFolder(options.stateFolder, log, () => serveLocked(options, log));
}

/** Serves with a state folder that is this process's alone until it is closed. */
async function onStateFolder<Server extends { close(): Promise<void> }>(
	folder: string,
	log: Log,
	start: () => Promise<Server>,
): Promise<Server> {
	const lock = await lockStateFolder(folder);
	try {
		await checkStateFolder(folder, log);
		const server = await start();
		return { ...server, close: () => server.close().finally(() => lock.release()) };
	} catch (error) {
		await lock.release();
		throw error;
	}
}

/** Tells what others may replace or read in a state folder, and takes back from them what can be. */
async function checkStateFolder(folder: string, log: Log): Promise<void> {
	for (const { detail, remedy } of await stateFolderFaults(folder)) log.warn(`${detail} ${remedy}`);
	await makePrivate(folder);
}

async function serveLocked(options: ServeOptions, log: Log): Promise<RunningServer> {
	const keys = await loadKeys(options.stateFolder);
	const metrics = createMetrics();
	const registry = createRegistry(options.stateFolder);
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
		warnOfReach(host, log);
		const url = localUrl(options.host, signaling.port);
		const sharedUrl = publicUrl(options) ?? networkUrl(options.host, signaling.port);
		await writeServing(options.stateFolder, { pid: process.pid, url, ...(sharedUrl && { sharedUrl }) });
		return {
			port: signaling.port,
			ownerUrl: `${publicUrl(options) ?? url}/#token=${keys.ownerToken}`,
			deviceIds,
			...(edges === undefined ? {} : { edges }),
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** Whoever gives control of such a device away ought to know. */
function warnOfReach(host: Host, log: Log): void {
	for (const { id, kind, reach } of host.list())
		if (kind === "desktop" && reach === "owner")
			log.warn("whoever has control of this desktop can do all that you can; see porthole doctor", {
				device: id,
			});
}

/** Starts signaling for hosts that dial in. Throws PortholeError as `startSignaling` and `openSharedState` do. */
export async function serveSignaling(
	options: SignalingServerOptions,
	log: Log,
): Promise<RunningSignalingServer> {
	return onStateFolder(options.stateFolder, log, () => serveSignalingLocked(options, log));
}

async function serveSignalingLocked(
	options: SignalingServerOptions,
	log: Log,
): Promise<RunningSignalingServer> {
	const { stateFolder, redis } = options;
	const metrics = createMetrics();
	// Not loaded before it is wanted.
	const sharing = redis && (await import("./shared-state.ts"));
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
		const sharedUrl = publicUrl(options) ?? networkUrl(options.host, port);
		await writeServing(stateFolder, { pid: process.pid, url, ...(sharedUrl && { sharedUrl }) });
		return {
			port,
			ownerUrl: `${publicUrl(options) ?? url}/#token=${keys.ownerToken}`,
			hostUrl: sharedUrl ?? url,
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
	const registry = createRegistry(options.stateFolder);
	const specs = await specsFor(options.devices, registry);
	await checkStateFolder(options.stateFolder, log);
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

/** Hosts that only this machine reaches. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Devices that are offered over HXFR. */
export interface RunningHxfr {
	/** Where clients connect to, as they write it. */
	readonly addresses: readonly string[];
	/** Specs in the order of their scanouts, which count from 1. */
	readonly scanouts: readonly string[];
	close(): Promise<void>;
}

/**
 * Opens the devices asked for and offers each as a scanout over HXFR. Throws PortholeError as the registry, the
 * providers and `listen` do, `bad-option` and `encoder-unavailable`.
 */
export async function serveHxfr(options: HxfrOptions, log: Log): Promise<RunningHxfr> {
	chooseEncoder(loadAddon(), options.encoder);
	const registry = createRegistry();
	const specs = await specsFor(options.devices, registry);
	const addresses = options.listen.map((text) => checkedAddress(text, options.lan));
	const merges = new WeakMap<Device, InputMerge>();
	const host = new HxfrServer({
		addon: loadAddon(),
		clock: systemClock,
		encoder: options.encoder,
		standardRate: (size) =>
			rateFor(size, {
				frameRate: options.frameRate,
				...(options.bitrate === undefined ? {} : { bitrate: options.bitrate }),
			}),
		openInput: (viewerId, device) => {
			const merge = merges.get(device) ?? new InputMerge(new AnyInput(device, systemClock));
			merges.set(device, merge);
			const nothing = () => {};
			const send = nothing;
			return new InputGate({
				...{ viewerId, merge, send, clock: systemClock, refusal: () => undefined },
				...{ pointed: nothing, dropped: nothing, shown: nothing },
			});
		},
		clientEnded: (client, why) => log.info("a client has gone", { client, code: why.code, why: why.message }),
	});
	try {
		for (const spec of specs) await host.addDevice(() => registry.open(spec));
		const bound: Address[] = [];
		for (const address of addresses) bound.push(await host.listen(address));
		return {
			addresses: bound.map(addressText),
			scanouts: specs.map(({ text }) => text),
			close: () => host.close(),
		};
	} catch (error) {
		await host.close();
		throw error;
	}
}

/** The protocol asks nobody who they are: other machines are let in only where that was said. */
function checkedAddress(text: string, lan: boolean): Address {
	const address = parseAddress(text);
	if (address.kind === "tcp" && !lan && !LOOPBACK.test(address.host)) {
		throw new PortholeError(
			"bad-option",
			`${text} can be reached by other machines, and this protocol asks nobody who they are. Add --lan if that is meant.`,
		);
	}
	return address;
}

/** A machine that serves viewers of another one's devices. */
export interface RunningEdge {
	/** The origin will never take it. */
	readonly refused: Promise<PortholeError>;
	close(): Promise<void>;
}

/** Serves viewers of another machine's devices: dials the origin. Throws PortholeError as mediasoup's workers do. */
export async function serveEdge(options: EdgeOptions, log: Log): Promise<RunningEdge> {
	const { availableParallelism } = await import("node:os");
	const { Edge } = await import("./webrtc/mediasoup/edge/edge.ts");
	const refused = Promise.withResolvers<PortholeError>();
	let told = "";
	const edge = await Edge.start({
		...options,
		addresses: mediaAddresses(options.lan),
		tcp: true,
		workers: options.workers ?? availableParallelism(),
		now: systemClock.now,
		refused: refused.resolve,
		changed(state, words = "the line was cut") {
			const { origin } = options;
			if (state === "joined") log.info("serving viewers of another machine", { origin });
			else if (words !== told) log.warn("the origin is not there", { origin, message: words });
			told = state === "joined" ? "" : words;
		},
	});
	return { refused: refused.promise, close: () => edge.close() };
}

/** Where other machines find a server that listens at every address. */
function networkUrl(host: string, port: number): string | undefined {
	const [address] = host === "all" ? mediaAddresses(true) : [];
	return address && localUrl(address, port);
}

async function specsFor(asked: readonly string[], registry: DeviceRegistry): Promise<DeviceSpec[]> {
	const texts = asked.length > 0 ? asked : await registry.find();
	return (await Promise.all(texts.map((text) => registry.expand(text)))).flat();
}
