import type { AuditEntry } from "../../signaling/audit.ts";
import { Access } from "../../signaling/auth/access.ts";
import type { CookieScope } from "../../signaling/auth/cookies.ts";
import type { Grant } from "../../signaling/auth/grant.ts";
import { GrantBook, type GrantOrder } from "../../signaling/auth/grant-book.ts";
import { HostKeys } from "../../signaling/auth/host-keys.ts";
import type { SocketLike } from "../../signaling/client.ts";
import { memorySocketPair } from "../../signaling/memory-socket.ts";
import { createMetrics, type Metrics } from "../../signaling/metrics.ts";
import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import { PROTOCOL_VERSION, type Role } from "../../signaling/protocol/messages.ts";
import type { RoomRecord } from "../../signaling/rooms/room-record.ts";
import { SignalingServer } from "../../signaling/rooms/signaling-server.ts";
import { MemoryTable, type Table } from "../../signaling/table.ts";
import { FakeClock, settled } from "../fakes/fake-clock.ts";

export const keys = {
	ownerToken: "owner-token-of-the-tests",
	signingKey: "signing-key-of-the-tests",
	hostKey: "host-key-of-the-tests",
};

/** A cookie for a browser that comes straight, over plain HTTP. */
export const plainScope: CookieScope = { path: "/", secure: false, framed: false };

/** Any signaling message, read as loosely as a test wants it. */
export interface AnyMessage {
	readonly type: string;
	readonly [field: string]: unknown;
}

/** A client of signaling that says exactly what a test wants it to, in whatever order. */
export class SignalingPeer {
	readonly heard: AnyMessage[] = [];
	readonly socket: SocketLike;
	ended: { code: number; reason: string } | undefined;

	constructor(socket: SocketLike) {
		this.socket = socket;
		socket.onmessage = ({ data }) => this.heard.push(JSON.parse(String(data)));
		socket.onclose = ({ code, reason }) => {
			this.ended = { code, reason };
		};
	}

	/** Says something; a string goes as it is. */
	async say(message: unknown): Promise<void> {
		this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
		await settled();
	}

	async hangUp(): Promise<void> {
		this.socket.close();
		await settled();
	}

	/** The messages since the last time this was asked. */
	drain(): AnyMessage[] {
		return this.heard.splice(0);
	}

	/** The last message of a type, which there must be. */
	the(type: string): AnyMessage {
		const message = this.last(type);
		if (!message) throw new Error(`No ${type} came, but ${JSON.stringify(this.heard)}.`);
		return message;
	}

	/** The last message of a type. */
	last(type: string): AnyMessage | undefined {
		return this.heard.findLast((message) => message.type === type);
	}
}

/** A grant, the token of its link, and the `Cookie` header of a browser that has exchanged it. */
export type GrantedCookie = Grant & { readonly token: string; readonly cookie: string };

/** The `Cookie` header of a browser that was sent these `Set-Cookie` headers. */
export function cookiesOf(setCookie: readonly string[] | string | undefined): string {
	const headers = typeof setCookie === "string" ? [setCookie] : (setCookie ?? []);
	return headers.map((header) => header.split(";", 1)[0]).join("; ");
}

/** A signaling server with clients that reach it through memory. */
export class SignalingHarness {
	readonly metrics: Metrics = createMetrics();
	server: SignalingServer;
	readonly clock: FakeClock;
	readonly grants: GrantBook;
	access: Access;
	readonly hostKeys: HostKeys;
	readonly audited: AuditEntry[] = [];
	/** What outlives a restart. */
	readonly rooms: Table<RoomRecord>;

	constructor(
		clock = new FakeClock(1_000),
		rooms: Table<RoomRecord> = new MemoryTable(),
		grants: Table<Grant> = new MemoryTable(),
	) {
		this.rooms = rooms;
		const { signingKey, hostKey: ownKey } = keys;
		this.clock = clock;
		this.grants = new GrantBook(signingKey, { clock, wall: clock.wall, table: grants });
		this.access = new Access(keys, this.grants, clock.wall);
		this.hostKeys = new HostKeys({ signingKey, ownKey });
		this.server = this.#start();
	}

	/** As when signaling is stopped and started again. */
	async restart(): Promise<void> {
		this.server.close();
		await settled();
		this.access = new Access(keys, this.grants, this.clock.wall);
		this.server = this.#start();
	}

	#start(): SignalingServer {
		const { access, hostKeys, metrics, clock, rooms } = this;
		const audit = { note: (entry: AuditEntry) => this.audited.push(entry) };
		return new SignalingServer({ access, hostKeys, metrics, clock, wall: clock.wall, audit, rooms });
	}

	/** A connection that has not said hello. */
	connect(cookie?: string): SignalingPeer {
		const [near, far] = memorySocketPair();
		const peer = new SignalingPeer(near);
		this.server.accept(far, { cookie, address: "192.0.2.1" });
		return peer;
	}

	/** A live grant on a device, for an hour, and the `Cookie` header of a browser that has exchanged it. */
	async grant(deviceId: string, role: Role, more: Partial<GrantOrder> = {}): Promise<GrantedCookie> {
		const expires = this.clock.now() + 3_600_000;
		const order = { deviceId, role, expires, label: "", madeBy: "owner", ...more };
		const { grant, token } = await this.grants.create(order);
		return { ...grant, token, cookie: this.cookieFor(grant) };
	}

	/** What one more browser keeps that has opened a link. */
	cookieFor(grant: Grant): string {
		return cookiesOf(this.access.grantCookies(grant, undefined, plainScope));
	}

	async host(hostId: string, devices: readonly DeviceDescription[] = []): Promise<SignalingPeer> {
		const peer = this.connect();
		await peer.say(hostHello(hostId));
		await peer.say({ type: "devices", devices });
		return peer;
	}

	async viewer(deviceId: string, more: object = {}): Promise<SignalingPeer> {
		const peer = this.connect();
		await peer.say(viewerHello(deviceId, more));
		return peer;
	}

	async directory(): Promise<SignalingPeer> {
		const peer = this.connect();
		await peer.say({ type: "hello", version: PROTOCOL_VERSION, as: "directory", token: keys.ownerToken });
		return peer;
	}
}

export function hostHello(hostId: string, more: object = {}): object {
	const { hostKey: key } = keys;
	return { type: "hello", version: PROTOCOL_VERSION, as: "host", hostId, name: "A computer", key, ...more };
}

export function viewerHello(deviceId: string, more: object = {}): object {
	const { ownerToken: token } = keys;
	return { type: "hello", version: PROTOCOL_VERSION, as: "viewer", deviceId, token, media: false, ...more };
}

/** A description that signaling takes. */
export function describeDevice(id: string, more: Partial<DeviceDescription> = {}): DeviceDescription {
	return {
		id,
		name: `The ${id}`,
		kind: "demo",
		state: "ready",
		since: 500,
		pixels: { width: 390, height: 844 },
		points: { width: 390, height: 844 },
		bezelStyle: "phone",
		inputs: ["pointer"],
		buttons: [],
		policy: { askFirst: "never", touchTakes: true },
		viewers: 0,
		...more,
	};
}
