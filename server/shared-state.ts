import { Counter, Gauge } from "prom-client";
import * as v from "valibot";
import type { AccessKeys } from "../signaling/auth/access.ts";
import { type Grant, grantSchema } from "../signaling/auth/grant.ts";
import { MAX_ENDED, MAX_LIVE } from "../signaling/auth/grant-book.ts";
import { type HostKeyRecord, hostKeyRecordSchema, MAX_KEYS } from "../signaling/auth/host-keys.ts";
import type { RedisAddress } from "../signaling/cluster/redis-address.ts";
import { RedisCluster } from "../signaling/cluster/redis-cluster.ts";
import { RedisLink } from "../signaling/cluster/redis-link.ts";
import { shareKeys } from "../signaling/cluster/shared-keys.ts";
import { SharedTable } from "../signaling/cluster/shared-table.ts";
import type { Metrics } from "../signaling/metrics.ts";
import { messageOf } from "../signaling/protocol/errors.ts";
import { type RoomRecord, roomRecordSchema } from "../signaling/rooms/room-record.ts";
import type { Table } from "../signaling/table.ts";
import type { Log } from "./log.ts";

/** What several signaling servers have in common. */
export interface SharedState {
	readonly keys: AccessKeys;
	readonly grants: Table<Grant>;
	readonly hostKeys: Table<readonly HostKeyRecord[]>;
	readonly rooms: Table<RoomRecord>;
	readonly cluster: RedisCluster;
	close(): Promise<void>;
}

/** Rooms that are remembered, at most: those of all devices. */
const MAX_ROOMS = 10_000;

/**
 * Opens what signaling servers share in a Redis. Throws PortholeError `redis-unreachable`, and as `shareKeys` does.
 */
export async function openSharedState(
	address: RedisAddress,
	stateFolder: string,
	{ metrics: { registry }, log }: { readonly metrics: Metrics; readonly log: Log },
): Promise<SharedState> {
	const registers = [registry];
	const up = new Gauge({ name: "porthole_redis_up", help: "Whether Redis is reached", registers });
	const unreadable = new Counter({
		name: "porthole_redis_unreadable_total",
		help: "Keys and messages in Redis that were passed over, as they could not be read",
		registers,
	});
	const relayed = new Gauge({
		name: "porthole_relayed_viewers",
		help: "Viewers connected here whose device is at another signaling server",
		registers,
	});
	const link = new RedisLink({
		address,
		lost(error) {
			up.set(0);
			log.warn("Redis is lost, trying again", { redis: address.shown, message: messageOf(error) });
		},
		back() {
			up.set(1);
			log.info("Redis is there again", { redis: address.shown });
		},
		failed: (error) => log.error("what was heard through Redis could not be done", { error }),
	});
	const garbage = () => unreadable.inc();
	await link.open();
	try {
		up.set(1);
		const keys = await shareKeys(link, stateFolder);
		const open = <T>(name: string, schema: v.GenericSchema<unknown, T>, maxRows: number) =>
			SharedTable.open(link, { name, schema, maxRows, garbage });
		const grants = await open<Grant>("grants", grantSchema, MAX_LIVE + 2 * MAX_ENDED);
		const keyBook = v.pipe(v.array(hostKeyRecordSchema), v.maxLength(MAX_KEYS));
		const hostKeys = await open<readonly HostKeyRecord[]>("host-keys", keyBook, 1);
		const rooms = await open<RoomRecord>("rooms", roomRecordSchema, MAX_ROOMS);
		const cluster = new RedisCluster({ link, garbage, countRelays: (lines) => relayed.set(lines) });
		return { keys, grants, hostKeys, rooms, cluster, close: () => link.close() };
	} catch (error) {
		await link.close();
		throw error;
	}
}
