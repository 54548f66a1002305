import { networkInterfaces } from "node:os";
import { WebSocket } from "ws";
import { sign } from "../signaling/auth/secrets.ts";
import { loadKeys } from "../signaling/auth/state-files.ts";
import type { SocketLike } from "../signaling/client.ts";
import type { Metrics } from "../signaling/metrics.ts";
import { PortholeError } from "../signaling/protocol/errors.ts";
import { FOR_HOSTS, MAX_MESSAGE_BYTES, PROTOCOL_VERSION } from "../signaling/protocol/messages.ts";
import { wallClock } from "../signaling/protocol/time.ts";
import { systemClock } from "./devices/clock.ts";
import { createDemoProvider } from "./devices/demo/provider.ts";
import { createHxfrProvider } from "./devices/hxfr/provider.ts";
import { DeviceRegistry } from "./devices/registry.ts";
import type { SelectionReport } from "./devices/simulator/backend-selection.ts";
import { createSimulatorProvider, reportSimulators } from "./devices/simulator/provider.ts";
import { publishDevice } from "./devices/whip/publish.ts";
import { createDesktopProvider } from "./devices/x11/desktop/provider.ts";
import { createX11Provider } from "./devices/x11/provider.ts";
import { Host, type HostDeps } from "./host/host.ts";
import type { Log } from "./log.ts";
import { loadAddon } from "./native/load.ts";
import type { MediaOptions } from "./options.ts";
import type { SignalingAddress } from "./signaling-address.ts";
import type { MediaEngine } from "./webrtc/media.ts";
import { SenderPool } from "./webrtc/rtp/sender-pool.ts";
import { WeriftEngine } from "./webrtc/werift/engine.ts";

/** All kinds of device that this build knows. @param stateFolder what desktops must keep from their programs. */
export function createRegistry(stateFolder?: string): DeviceRegistry {
	const addon = loadAddon();
	const clock = systemClock;
	return new DeviceRegistry([
		createSimulatorProvider({ addon, clock }),
		createX11Provider({ addon, clock }),
		createDesktopProvider({ addon, clock, ...(stateFolder === undefined ? {} : { stateFolder }) }),
		createHxfrProvider({ addon, clock }),
		createDemoProvider({ addon, clock, wall: wallClock }),
	]);
}

export { desktopReach } from "./devices/x11/desktop/confinement.ts";

/** What a host says of itself to signaling. */
export interface HostIdentity {
	readonly hostId: string;
	/** For people; cut to 80 characters. */
	readonly name: string;
	readonly key: string;
}

export type HostOptions = Omit<MediaOptions, "devices"> & {
	readonly lan: boolean;
	/** Takes what is published over WHIP. */
	readonly publishers?: boolean;
};

export interface HostParts
	extends Pick<HostDeps, "registry" | "log" | "openSocket" | "joined" | "refused" | "gatewayTickets"> {
	readonly metrics: Metrics;
	readonly openSocket: () => SocketLike;
	readonly log: Log;
	/** Another media engine than the one that is always there. */
	readonly engine?: MediaEngine;
}

/**
 * Makes a host that reaches signaling through `openSocket`; devices are added and `start()` called by the caller. Throws
 * PortholeError `no-address` when its media port cannot be opened.
 */
export async function createHost(
	options: HostOptions,
	identity: HostIdentity,
	{ metrics, engine, ...parts }: HostParts,
): Promise<Host> {
	const media = engine ?? (await openWeriftEngine(options, metrics, parts.log));
	const openPublished = (deviceId: string, offer: string) => {
		const receive = media.receive?.bind(media);
		if (!receive)
			throw new PortholeError("unsupported", "This host's media engine takes no published streams.");
		return publishDevice(deviceId, offer, receive, () => metrics.droppedPublished.inc());
	};
	return new Host({
		...parts,
		clock: systemClock,
		wall: wallClock,
		decoder: loadAddon().FrameDecoder,
		engine: media,
		rate: {
			frameRate: options.frameRate,
			...(options.bitrate === undefined ? {} : { bitrate: options.bitrate }),
		},
		...(options.encoder === undefined ? {} : { encoder: options.encoder }),
		hello: {
			type: "hello",
			version: PROTOCOL_VERSION,
			as: "host",
			...identity,
			name: identity.name.slice(0, 80),
			...(options.publishers ? { publishers: true } : {}),
		},
		...(options.publishers ? { openPublished } : {}),
		count: {
			droppedInput: (reason) => metrics.droppedInput.inc({ reason }),
			openedPeer: () => metrics.openedPeers.inc(),
			endedPeer: (reason) => metrics.endedPeers.inc({ reason }),
			accessUnit: () => metrics.accessUnits.inc(),
		},
	});
}

/** The media engine that is always there, at its port. Throws PortholeError `no-address` when that cannot be opened. */
async function openWeriftEngine(options: HostOptions, metrics: Metrics, log: Log): Promise<MediaEngine> {
	const clock = systemClock;
	const engine = new WeriftEngine({
		addresses: mediaAddresses(options.lan),
		...(options.mediaPort === 0 ? {} : { portRange: [options.mediaPort, options.mediaPort] }),
		pool: new SenderPool(
			loadAddon(),
			(count) => metrics.droppedMediaPackets.inc({ reason: "overloaded" }, count),
			({ code, message }) => log.error("a sender failed; its viewers are offered another", { code, message }),
			clock,
		),
		clock,
		dropped: (reason) => metrics.droppedMediaPackets.inc({ reason }),
		failed: (error) => log.error("an error of our own ended a connection; please report it", { error }),
	});
	await engine.listen();
	return engine;
}

type EngineOptions = Pick<MediaOptions, "engine" | "workers" | "edges" | "viewersHere"> & {
	readonly lan: boolean;
	readonly stateFolder: string;
};

/** A media engine that takes viewers. */
export interface OpenEngine {
	/** Undefined: the one that is always there. */
	readonly engine?: MediaEngine;
	/** How an edge joins. */
	readonly edges?: EdgeInvitation;
}

/** What an edge is started with. */
export interface EdgeInvitation {
	readonly url: string;
	readonly key: string;
}

/**
 * Opens the media engine asked for. Loads mediasoup only when it is wanted. Throws PortholeError `mediasoup-missing`,
 * `mediasoup-failed`, `no-address` and `port-in-use`.
 */
export async function openEngine(options: EngineOptions, log: Log): Promise<OpenEngine> {
	const { engine, workers, lan, edges, viewersHere } = options;
	if (engine === "werift") return {};
	const { createMediasoupEngine } = await import("./webrtc/mediasoup/engine.ts");
	const made = createMediasoupEngine({
		addresses: mediaAddresses(lan),
		tcp: true,
		now: systemClock.now,
		...(workers === undefined ? {} : { workers }),
		died: (error) => log.error("a worker of mediasoup died; its viewers connect anew", { error }),
	});
	try {
		await made.ready;
		if (edges === undefined) return { engine: made };
		const key = sign((await loadKeys(options.stateFolder)).signingKey, "edge", "");
		const url = await made.listenForEdges({
			...edges,
			key,
			...(viewersHere === undefined ? {} : { viewersHere }),
			changed: (name, state) => log.info(`an edge has ${state === "joined" ? "joined" : "gone"}`, { name }),
		});
		return { engine: made, edges: { url, key } };
	} catch (error) {
		await made.close();
		throw error;
	}
}

/** Which way to simulators would be used on this machine, and why better ones are not. Throws AddonError. */
export async function simulatorBackends(): Promise<SelectionReport> {
	return reportSimulators({ addon: loadAddon(), clock: systemClock });
}

/** How long a connection may take to open, ms. */
const OPEN_WITHIN = 5_000;

/** Dials signaling anew each time it is called. Why it could not be reached is told once for each new reason. */
export function dialer({ socket: url }: SignalingAddress, log: Log): () => SocketLike {
	let told = "";
	return () => {
		const socket = new WebSocket(`${url}?${FOR_HOSTS}`, {
			handshakeTimeout: OPEN_WITHIN,
			maxPayload: MAX_MESSAGE_BYTES,
			perMessageDeflate: false,
		});
		socket.on("open", () => {
			told = "";
		});
		socket.on("error", ({ message }) => {
			if (message !== told) log.warn("signaling could not be reached", { url, message });
			told = message;
		});
		return socket as unknown as SocketLike;
	};
}

/**
 * Addresses that media may be sent from, for ICE candidates: the loopback ones alone unless the page can be opened
 * from the network. Link-local IPv6 addresses are left out: a browser cannot tell their interface.
 */
export function mediaAddresses(lan: boolean): string[] {
	const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
	const loopback = addresses.filter(({ internal }) => internal);
	const outward = addresses.filter(({ internal, address }) => !internal && !address.startsWith("fe80:"));
	return (lan ? [...outward, ...loopback] : loopback).map(({ address }) => address);
}
