import { type Audit, noAudit } from "../audit.ts";
import type { Access, Credentials } from "../auth/access.ts";
import { type Grant, revoked } from "../auth/grant.ts";
import type { HostKeys } from "../auth/host-keys.ts";
import { rightsOn } from "../auth/rights.ts";
import type { SocketLike } from "../client.ts";
import { backgroundClock, type Clock } from "../clock.ts";
import type { Metrics } from "../metrics.ts";
import type { DeviceDescription } from "../protocol/device.ts";
import { messageOf, PortholeError } from "../protocol/errors.ts";
import type { Hello, HostHello, IceServer, ToHost, ViewerHello } from "../protocol/messages.ts";
import { type WallClock, wallClock } from "../protocol/time.ts";
import { MemoryTable, type Table } from "../table.ts";
import { Admission } from "./admission.ts";
import type { Cluster } from "./cluster.ts";
import { awaitHello, turnAway } from "./connection.ts";
import { DeviceDirectory, Watchers } from "./device-directory.ts";
import { type DeviceRequest, DeviceRequests } from "./device-requests.ts";
import {
	type Entered,
	type EnterRequest,
	HeadlessViewers,
	type Playing,
	type PlayRequest,
} from "./headless-viewers.ts";
import { Hosts } from "./hosts.ts";
import { type Publication, Publications } from "./publications.ts";
import type { RoomRecord } from "./room-record.ts";
import { Viewers, type Visitor } from "./viewers.ts";

interface SignalingDeps {
	readonly access: Access;
	readonly hostKeys: HostKeys;
	readonly metrics: Metrics;
	readonly clock?: Clock;
	readonly wall?: WallClock;
	readonly audit?: Audit;
	/** What helps a viewer's packets through. */
	readonly iceServers?: (viewerId: string) => readonly IceServer[];
	/** What is remembered of rooms; as long as this server lives when absent. */
	readonly rooms?: Table<RoomRecord>;
	/** Other nodes that serve the same devices, if there are any. */
	readonly cluster?: Cluster;
}

/** Where a connection comes from. */
export interface Origin {
	/** The `Cookie` header it came with. */
	readonly cookie?: string | undefined;
	/** Its network address. */
	readonly address?: string | undefined;
}

/** Pairs viewers with devices. Sees descriptions and SDP, never a frame. */
export class SignalingServer {
	readonly #access: Access;
	readonly #hostKeys: HostKeys;
	readonly #metrics: Metrics;
	readonly #audit: Audit;
	readonly #directory: DeviceDirectory;
	readonly #viewers: Viewers;
	readonly #hosts: Hosts;
	readonly #admission: Admission;
	readonly #requests: DeviceRequests;
	readonly #headless: HeadlessViewers;
	readonly #publications: Publications;
	readonly #watchers: Watchers;
	readonly #cluster: Cluster | undefined;
	readonly #unsubscribers: (() => void)[];
	#closed = false;

	constructor(deps: SignalingDeps) {
		const {
			access,
			hostKeys,
			metrics,
			clock = backgroundClock,
			wall = wallClock,
			audit = noAudit,
			iceServers,
		} = deps;
		const { rooms = new MemoryTable() } = deps;
		this.#access = access;
		this.#hostKeys = hostKeys;
		this.#metrics = metrics;
		this.#audit = audit;
		this.#directory = new DeviceDirectory(wall, (ids, hostId) => this.#devicesChanged(ids, hostId));
		const directory = this.#directory;
		const tellHost = (hostId: string, message: ToHost) => this.#hosts.tell(hostId, message);
		const turn = iceServers && { iceServers };
		this.#viewers = new Viewers({ directory, access, metrics, clock, wall, audit, rooms, tellHost, ...turn });
		this.#headless = new HeadlessViewers({ viewers: this.#viewers, directory, hostKeys, clock });
		const hosts = () => this.#hosts.publishHosts();
		this.#publications = new Publications({ directory, clock, hosts, tellHost });
		this.#admission = new Admission(metrics);
		this.#requests = new DeviceRequests(directory, clock, tellHost);
		this.#hosts = new Hosts({
			directory,
			metrics,
			audit,
			viewers: this.#viewers,
			admission: this.#admission,
			requests: this.#requests,
			publications: this.#publications,
		});
		this.#watchers = new Watchers(this.#directory, access, metrics);
		this.#unsubscribers = [
			access.onGrantEnd((grant, why) => this.#grantEnded(grant, why)),
			hostKeys.onRevoked((id) => this.dismissHost(id)),
		];
		this.#cluster = deps.cluster;
		this.#cluster?.join({
			hostElsewhere: (hostId, node, devices) => this.#hostElsewhere(hostId, node, devices),
			hostLost: (hostId, node) => directory.loseHost(hostId, node),
			viewer: (socket, hello, visitor) => this.#takeRelayed(socket, hello, visitor),
			request: (deviceId, request) => this.#requests.ask(deviceId, request),
		});
	}

	/** Takes a connection. Nothing is told before a good hello. */
	accept(socket: SocketLike, from: Origin = {}): void {
		if (this.#closed) {
			return turnAway(socket, { code: "closing", message: "The server is shutting down." }, false);
		}
		awaitHello(socket, {
			hello: (hello) => this.#greet(socket, hello, from),
			refused: (code) => this.#metrics.refusedMessages.inc({ code }),
		});
	}

	devices(): DeviceDescription[] {
		return this.#directory.list();
	}

	device(id: string): DeviceDescription | undefined {
		return this.#directory.describe(id);
	}

	/** Asks a device's host for something, wherever it is connected. Fails as `DeviceRequests.ask` does. */
	request(deviceId: string, request: DeviceRequest): Promise<Uint8Array> {
		const node = this.#directory.nodeOf(deviceId);
		const away = node !== undefined && this.#cluster?.reaches(node);
		return (away && this.#cluster?.request(node, deviceId, request)) || this.#requests.ask(deviceId, request);
	}

	/** Lets a player without a page watch. Fails as `HeadlessViewers.play` does. */
	play(request: PlayRequest): Promise<Playing> {
		return this.#headless.play(request);
	}

	/** Lets a client of a gateway in. Fails as `HeadlessViewers.enter` does. */
	enter(request: EnterRequest): Promise<Entered> {
		return this.#headless.enter(request);
	}

	/** Makes a device of a publisher's stream. Fails as `Publications.publish` does. */
	publish(deviceId: string, offer: string): Promise<Publication> {
		return this.#publications.publish(deviceId, offer);
	}

	/** Whether a host is connected, to this node or another, by the id of its key. */
	hostIsHere(hostId: string): boolean {
		return this.#hosts.has(hostId) || this.#directory.hostIsElsewhere(hostId);
	}

	/** Sends a host away for good, as when its key was revoked; its devices go with it. */
	dismissHost(hostId: string): void {
		this.#cluster?.forget(hostId);
		this.#hosts.dismiss(hostId, { code: "host-key-revoked", message: "The host key has been revoked." });
		this.#admission.admitAll();
	}

	/** Ends every connection; clients come back by themselves when someone listens again, and media goes on meanwhile. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		for (const unsubscribe of this.#unsubscribers) unsubscribe();
		this.#cluster?.close();
		this.#admission.closeAll();
		this.#viewers.closeAll();
		this.#watchers.closeAll();
		this.#hosts.closeAll();
	}

	#greet(socket: SocketLike, hello: Hello, from: Origin): void {
		if (hello.as === "host") return this.#greetHost(socket, hello, from);
		const credentials = { token: hello.token, cookie: from.cookie };
		if (hello.as === "directory") return this.#greetWatcher(socket, credentials, from);
		const rights = rightsOn(this.#access.rightsOf(credentials), hello.deviceId);
		if (!rights) return this.#refuseRights(socket, credentials, from, hello.deviceId);
		const visitor = { rights, address: from.address };
		const node = this.#directory.nodeOf(hello.deviceId);
		if (node !== undefined && this.#cluster?.reaches(node))
			return this.#cluster.relay(node, socket, hello, visitor);
		const isHere = this.#directory.describe(hello.deviceId) && !this.#directory.isElsewhere(hello.deviceId);
		const host = isHere ? undefined : this.#hostKeys.hostOf(hello.deviceId);
		if (host !== undefined) {
			return this.#admission.wait(socket, hello, host, (again) => this.#greet(socket, again, from));
		}
		this.#viewers.join(socket, hello, visitor);
	}

	/** A viewer that is connected to another node, of a device that should be on this one. */
	#takeRelayed(socket: SocketLike, hello: ViewerHello, visitor: Visitor): void {
		const { deviceId } = hello;
		if (!this.#access.stillGood(visitor.rights)) {
			const { code, message } = revoked();
			return this.#refuse(socket, code, message);
		}
		if (this.#directory.describe(deviceId) && !this.#directory.isElsewhere(deviceId))
			return this.#viewers.join(socket, hello, visitor);
		turnAway(socket, { code: "host-offline", message: `${deviceId} is not here any more.` }, false);
	}

	/** A host is on another node: its viewers follow it, and those who waited for it are let in. */
	#hostElsewhere(hostId: string, node: string, devices: readonly DeviceDescription[]): void {
		this.#directory.update(hostId, devices, node);
		this.#hosts.release(hostId);
		this.#admission.arrived(devices.map(({ id }) => id));
	}

	#greetWatcher(socket: SocketLike, credentials: Credentials, from: Origin): void {
		if (this.#access.rightsOf(credentials).length === 0) return this.#refuseRights(socket, credentials, from);
		this.#watchers.join(socket, credentials);
	}

	#refuseRights(socket: SocketLike, credentials: Credentials, { address }: Origin, device?: string): void {
		const { code, message } = this.#access.refusal(credentials, device);
		this.#audit.note({ event: "refused", device, address, detail: code });
		this.#refuse(socket, code, message);
	}

	#greetHost(socket: SocketLike, hello: HostHello, { address }: Origin): void {
		try {
			this.#hosts.join(socket, hello, this.#hostKeys.admit(hello));
		} catch (error) {
			const code = error instanceof PortholeError ? error.code : "internal";
			this.#audit.note({ event: "refused", name: hello.name, address, detail: code });
			this.#refuse(socket, code, messageOf(error));
		}
	}

	#refuse(socket: SocketLike, code: string, message: string): void {
		this.#metrics.refusedRequests.inc({ reason: code });
		turnAway(socket, { code, message }, true);
	}

	/** Whoever came by a grant that is over is sent away at once. */
	#grantEnded({ id, deviceId }: Grant, { code, message }: PortholeError): void {
		if (code === "expired") this.#audit.note({ event: "expired", device: deviceId, grantId: id });
		this.#viewers.endGrant(id, { code, message });
		this.#watchers.rightsChanged();
	}

	#devicesChanged(ids: readonly string[], hostId: string | undefined): void {
		for (const id of ids) this.#viewers.deviceChanged(id);
		if (hostId !== undefined)
			this.#cluster?.tell(hostId, this.#directory.ofHost(hostId), this.#hosts.has(hostId));
		this.#cluster?.dropMoved(new Set(ids), (id) => this.#directory.nodeOf(id));
		this.#watchers.devicesChanged();
		this.#metrics.devices.reset();
		for (const device of this.#directory.list()) this.#metrics.devices.inc({ state: device.state });
	}
}
