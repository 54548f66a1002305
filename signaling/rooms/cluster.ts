import type { SocketLike } from "../client.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import type { ViewerHello } from "../protocol/messages.ts";
import type { DeviceRequest } from "./device-requests.ts";
import type { Visitor } from "./viewers.ts";

/** What other signaling processes tell this one. `home` is the id of the process that tells it. */
export interface NeighbourListener {
	/** A host is connected there since later than here, and has these devices. */
	hostElsewhere(hostId: string, home: string, devices: readonly DeviceDescription[]): void;
	/** A process is gone, or has given a host up. */
	hostLost(hostId: string, home: string): void;
	/** A viewer of a device that has its home here is connected to another process, which has checked its rights. */
	viewer(socket: SocketLike, hello: ViewerHello, visitor: Visitor): void;
	/** As `DeviceRequests.ask`, of a device that has its home here. */
	request(deviceId: string, request: DeviceRequest): Promise<Uint8Array>;
}

/** Other signaling processes that share devices and viewers with this one. */
export interface Neighbourhood {
	/** Begins to listen; called once. */
	join(listener: NeighbourListener): void;
	/**
	 * Tells everybody of a host's devices as they are now. `connected`: the host is connected here, which makes this
	 * process its home; otherwise only what was told before is renewed.
	 */
	tell(hostId: string, devices: readonly DeviceDescription[], connected: boolean): void;
	/** A host that was told of is given up. */
	forget(hostId: string): void;
	/** Whether a process can be reached at this moment. */
	reaches(home: string): boolean;
	/** Carries a viewer's line to the home of its device. The viewer has to come again when that fails. */
	relay(home: string, socket: SocketLike, hello: ViewerHello, visitor: Visitor): void;
	/** Hangs up the relayed lines to those of these devices that have their home elsewhere now; viewers come again. */
	rehome(deviceIds: ReadonlySet<string>, homeOf: (deviceId: string) => string | undefined): void;
	/** As `DeviceRequests.ask`, at the home of the device. */
	request(home: string, deviceId: string, request: DeviceRequest): Promise<Uint8Array>;
	close(): void;
}
