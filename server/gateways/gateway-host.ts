import type { Rights } from "../../signaling/auth/rights.ts";
import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import type { Reason } from "../../signaling/protocol/messages.ts";
import type { AccessUnit, Device, Rendition } from "../devices/provider.ts";
import type { DeviceInput } from "../viewers/input-merge.ts";

/** What gateways see of the devices of this process. Whoever asks has been checked for rights before. */
export interface GatewayHost {
	/** This host's devices, those that have ended too. */
	list(): readonly DeviceDescription[];
	/** The device itself, for what concerns no viewer: pictures of its frame, its power. Absent: unknown or ended. */
	device(deviceId: string): Device | undefined;
	/**
	 * Comes in as a viewer like any other: seen by the others, subject to control, gone when its right ends. Fails with
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

/** One client's stay on one device. */
export interface GatewayVisit {
	/** Passes input on, if it may now: the reason in words when it did not pass. What is held stays held until it is let go. */
	input(input: DeviceInput): string | undefined;
	/** Takes control as a touch would, for what is no input: the reason in words when it may not touch now. */
	claim(): string | undefined;
	/** Lets go of everything that this client holds. */
	release(): void;
	/** Has pictures come, beginning with a keyframe; several watch independently. */
	watch(watcher: GatewayWatcher): GatewayWatching;
	/** Calls back once when the stay is over without `leave()`, at once if it is. */
	onEnd(listener: (reason: Reason) => void): void;
	leave(): void;
}

/** Takes pictures; must not block. */
export interface GatewayWatcher {
	readonly rendition: Rendition;
	unit(unit: AccessUnit): void;
}

/** A running look at a device. */
export interface GatewayWatching {
	/** A keyframe, please; coalesced with what others ask for. */
	requestKeyframe(): void;
	/** What this client can take, bits per second; absent: as much as there is. */
	setBitrate(bitrate: number | undefined): void;
	close(): void;
}
