import type { Rights } from "../../signaling/auth/rights.ts";
import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import type { Reason } from "../../signaling/protocol/messages.ts";
import type { AccessUnit, Device, Rendition } from "../devices/provider.ts";
import type { DeviceInput } from "../viewers/input-merge.ts";

/** The devices of this process, as gateways see them. Callers have checked the rights before. */
export interface GatewayHost {
	/** All devices of this host, ended ones included. */
	list(): readonly DeviceDescription[];
	/** The device itself, for what concerns no viewer, such as its bezel and its power. Absent: unknown or ended. */
	device(deviceId: string): Device | undefined;
	/**
	 * Joins as a viewer like any other: visible to the others, subject to control, ended with its grant. Fails with
	 * PortholeError `no-such-device`, `host-offline`, `asks-first`, or with what signaling says.
	 */
	enter(request: GatewayRequest): Promise<GatewayVisit>;
}

export interface GatewayRequest {
	readonly deviceId: string;
	readonly rights: Rights;
	/** For people, such as `Baguette client`. */
	readonly name: string;
	readonly address: string | undefined;
}

/** One client's session on one device. */
export interface GatewayVisit {
	/** Gives input to the device; answers why it was refused, if it was. What is held stays held until it is released. */
	input(input: DeviceInput): string | undefined;
	/** Takes control as a touch would, for actions that are no input; answers why it was refused, if it was. */
	claim(): string | undefined;
	/** Releases everything that this client holds. */
	release(): void;
	/** Delivers frames, beginning with a keyframe; one client may have several independent watchers. */
	watch(watcher: GatewayWatcher): GatewayWatching;
	/** Calls back once when the session ends without `leave()`; at once if it has ended. */
	onEnd(listener: (reason: Reason) => void): void;
	leave(): void;
}

/** Receives frames; must not block. */
export interface GatewayWatcher {
	readonly rendition: Rendition;
	unit(unit: AccessUnit): void;
}

/** A running delivery of frames. */
export interface GatewayWatching {
	/** Asks for a keyframe; coalesced with what others ask for. */
	requestKeyframe(): void;
	/** What this client can take, bits per second; absent: as much as there is. */
	setBitrate(bitrate: number | undefined): void;
	close(): void;
}
