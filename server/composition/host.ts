import type { SocketLike } from "../../signaling/client.ts";
import type { Metrics } from "../../signaling/metrics.ts";
import { PortholeError } from "../../signaling/protocol/errors.ts";
import { PROTOCOL_VERSION } from "../../signaling/protocol/messages.ts";
import { systemClock } from "../devices/clock.ts";
import { createDemoProvider } from "../devices/demo/provider.ts";
import { createHxfrProvider } from "../devices/hxfr/provider.ts";
import { DeviceRegistry } from "../devices/registry.ts";
import { createSimulatorProvider } from "../devices/simulator/provider.ts";
import { publishDevice } from "../devices/whip/publish.ts";
import { createDesktopProvider } from "../devices/x11/desktop/provider.ts";
import { createX11Provider } from "../devices/x11/provider.ts";
import { mediaAddresses } from "../host-addresses.ts";
import type { Log } from "../log.ts";
import { loadAddon } from "../native/load.ts";
import type { MediaOptions } from "../options.ts";
import { Host, type HostDeps } from "../sessions/host.ts";
import type { MediaEngine } from "../webrtc/media.ts";
import { SenderPool } from "../webrtc/rtp/sender-pool.ts";
import { WeriftEngine } from "../webrtc/werift/engine.ts";

/** All kinds of device that this build knows. */
export function createRegistry(): DeviceRegistry {
	const addon = loadAddon();
	const clock = systemClock;
	return new DeviceRegistry([
		createSimulatorProvider({ addon, clock }),
		createX11Provider({ addon, clock }),
		createDesktopProvider({ addon, clock }),
		createHxfrProvider({ addon, clock }),
		createDemoProvider({ addon, clock }),
	]);
}

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
	const clock = systemClock;
	const media = engine ?? (await openWeriftEngine(options, metrics));
	const { receive } = media;
	const openPublished = (deviceId: string, offer: string) => {
		if (!receive)
			throw new PortholeError("unsupported", "This host's media engine takes no published streams.");
		return publishDevice(deviceId, offer, receive, () => metrics.droppedPublished.inc());
	};
	return new Host({
		...parts,
		clock,
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
async function openWeriftEngine(options: HostOptions, metrics: Metrics): Promise<MediaEngine> {
	const clock = systemClock;
	const engine = new WeriftEngine({
		addresses: mediaAddresses(options.lan),
		...(options.mediaPort === 0 ? {} : { portRange: [options.mediaPort, options.mediaPort] }),
		pool: new SenderPool(loadAddon(), (count) =>
			metrics.droppedMediaPackets.inc({ reason: "overloaded" }, count),
		),
		clock,
		dropped: (reason) => metrics.droppedMediaPackets.inc({ reason }),
	});
	await engine.listen();
	return engine;
}
