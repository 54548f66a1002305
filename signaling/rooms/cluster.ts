import type { SocketLike } from "../client.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import type { ViewerHello } from "../protocol/messages.ts";
import type { DeviceRequest } from "./device-requests.ts";
import type { Visitor } from "./viewers.ts";

/** What other nodes tell this one. `node` is the id of the node that tells it. */
export interface ClusterListener {
	/** A host is connected there since later than here, and has these devices. */
	hostElsewhere(hostId: string, node: string, devices: readonly DeviceDescription[]): void;
	/** A node is gone, or has given a host up. */
	hostLost(hostId: string, node: string): void;
	/** A viewer of a device on this node is connected to another one, which has checked its rights. */
	viewer(socket: SocketLike, hello: ViewerHello, visitor: Visitor): void;
	/** As `DeviceRequests.ask`, of a device that is on this node. */
	request(deviceId: string, request: DeviceRequest): Promise<Uint8Array>;
}

/** The other nodes of the cluster: signaling servers that share devices and viewers with this one. */
export interface Cluster {
	/** Begins to listen; called once. */
	join(listener: ClusterListener): void;
	/**
	 * Tells everybody of a host's devices as they are now. `connected`: the host is connected to this node; otherwise
	 * only what was told before is renewed.
	 */
	tell(hostId: string, devices: readonly DeviceDescription[], connected: boolean): void;
	/** A host that was told of is given up. */
	forget(hostId: string): void;
	/** Whether a node can be reached at this moment. */
	reaches(node: string): boolean;
	/** Carries a viewer's connection to its device's node. The viewer has to come again when that fails. */
	relay(node: string, socket: SocketLike, hello: ViewerHello, visitor: Visitor): void;
	/** Hangs up the relayed connections to those of these devices that are on another node now; viewers come again. */
	dropMoved(deviceIds: ReadonlySet<string>, nodeOf: (deviceId: string) => string | undefined): void;
	/** As `DeviceRequests.ask`, at the device's node. */
	request(node: string, deviceId: string, request: DeviceRequest): Promise<Uint8Array>;
	close(): void;
}
