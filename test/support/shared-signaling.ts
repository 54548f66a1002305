import { rm } from "node:fs/promises";
import { openSharedState, type SharedState } from "../../server/shared-state.ts";
import { Access, type AccessKeys } from "../../signaling/auth/access.ts";
import { GrantBook } from "../../signaling/auth/grant-book.ts";
import { HostKeys } from "../../signaling/auth/host-keys.ts";
import { parseRedisAddress } from "../../signaling/cluster/redis-address.ts";
import { memorySocketPair } from "../../signaling/memory-socket.ts";
import { createMetrics, type Metrics } from "../../signaling/metrics.ts";
import type { DeviceDescription } from "../../signaling/protocol/device.ts";
import type { Role } from "../../signaling/protocol/messages.ts";
import { SignalingServer } from "../../signaling/rooms/signaling-server.ts";
import { newStateFolder } from "./product.ts";
import { cookiesOf, hostHello, plainScope, SignalingPeer, viewerHello } from "./signaling-harness.ts";

/** One of several signaling servers that share a Redis; what a process of its own would have, in this one. */
export interface SharedSignaling {
	/** What this server knows of rooms. */
	readonly rooms: SharedState["rooms"];
	readonly server: SignalingServer;
	readonly grants: GrantBook;
	readonly hostKeys: HostKeys;
	readonly access: Access;
	readonly metrics: Metrics;
	readonly keys: AccessKeys;
	connect(cookie?: string): SignalingPeer;
	/** A host with these devices. */
	host(key: string, hostId: string, devices: readonly DeviceDescription[]): Promise<SignalingPeer>;
	/** A viewer; the owner unless it comes with a cookie. */
	viewer(deviceId: string, more?: object, cookie?: string): Promise<SignalingPeer>;
	/** A grant and the cookie of a browser that has exchanged it. */
	grant(deviceId: string, role: Role): Promise<{ id: string; cookie: string }>;
	close(): Promise<void>;
}

const silent = { error() {}, warn() {}, info() {} };

export async function startSharedSignaling(url: string, state?: string): Promise<SharedSignaling> {
	const folder = state ?? (await newStateFolder());
	const metrics = createMetrics();
	const address = parseRedisAddress(url, "test");
	let shared: SharedState;
	try {
		shared = await openSharedState(address, folder, { metrics, log: silent });
	} catch (error) {
		if (state === undefined) await rm(folder, { recursive: true, force: true });
		throw error;
	}
	const { keys, cluster, rooms } = shared;
	const grants = new GrantBook(keys.signingKey, { table: shared.grants });
	const access = new Access(keys, grants);
	const hostKeys = new HostKeys({ signingKey: keys.signingKey, table: shared.hostKeys });
	const server = new SignalingServer({ access, hostKeys, metrics, rooms, cluster });
	await cluster.open();
	const connect = (cookie?: string) => {
		const [near, far] = memorySocketPair();
		const peer = new SignalingPeer(near);
		server.accept(far, { cookie, address: "192.0.2.1" });
		return peer;
	};
	return {
		rooms,
		server,
		grants,
		hostKeys,
		access,
		metrics,
		keys,
		connect,
		async host(key, hostId, devices) {
			const peer = connect();
			await peer.say(hostHello(hostId, { key, name: hostId }));
			await peer.say({ type: "devices", devices });
			return peer;
		},
		async viewer(deviceId, more = {}, cookie) {
			const peer = connect(cookie);
			const token = cookie === undefined ? keys.ownerToken : undefined;
			await peer.say(viewerHello(deviceId, { token, ...more }));
			return peer;
		},
		async grant(deviceId, role) {
			const expires = Date.now() + 3_600_000;
			const { grant } = await grants.create({ deviceId, role, expires, label: "", madeBy: "owner" });
			return { id: grant.id, cookie: cookiesOf(access.grantCookies(grant, undefined, plainScope)) };
		},
		async close() {
			server.close();
			await Promise.all([grants.close(), hostKeys.close()]);
			await shared.close();
			if (state === undefined) await rm(folder, { recursive: true, force: true });
		},
	};
}
