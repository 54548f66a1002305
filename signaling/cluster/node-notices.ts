import * as v from "valibot";
import type { DeviceDescription } from "../protocol/device.ts";
import { hostDevicesSchema } from "./node-messages.ts";

/*
 * Scripts of `Nodes`. A node keeps the hosts that are connected to it in a hash of its own, each with the time of its
 * claim and its devices. Times are Redis' own, so that no clocks have to agree.
 * KEYS: the list of nodes by when they were last heard, the hash of this node.
 */

const lived = `
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2])`;

/** ARGV: node, lease (ms), channel. */
export const beat = `${lived}
redis.call('PUBLISH', ARGV[3], 'beat ' .. ARGV[1])`;

/**
 * ARGV: node, lease (ms), channel, host, the time of the claim (empty: it is claimed now), devices. Gives the time of
 * the claim, microseconds.
 */
export const claimHost = `
local now = redis.call('TIME')
local claim = ARGV[5]
if claim == '' then claim = string.format('%d%06d', now[1], now[2]) end
redis.call('HSET', KEYS[2], ARGV[4], claim .. ' ' .. ARGV[6])
${lived}
redis.call('PUBLISH', ARGV[3], 'host ' .. ARGV[1] .. ' ' .. ARGV[4] .. ' ' .. claim .. ' ' .. ARGV[6])
return claim`;

/** ARGV: node, lease (ms), channel, host. */
export const forgetHost = `
if redis.call('HDEL', KEYS[2], ARGV[4]) == 1 then
	redis.call('PUBLISH', ARGV[3], 'gone ' .. ARGV[1] .. ' ' .. ARGV[4])
end`;

/** ARGV: node, lease (ms), channel. The node ends. */
export const leave = `
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[3], 'bye ' .. ARGV[1])`;

/** ARGV: node, lease (ms), what the keys of hashes begin with. Gives nodes and their hashes in turn. */
export const loadNodes = `
local time = redis.call('TIME')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', time[1] - math.ceil(ARGV[2] / 1000))
local found = {}
for _, node in ipairs(redis.call('ZRANGE', KEYS[1], 0, 99)) do
	if node ~= ARGV[1] then
		found[#found + 1] = node
		found[#found + 1] = redis.call('HGETALL', ARGV[3] .. node)
	end
end
return found`;

/** What a node told of one of its hosts. */
interface HostRow {
	/** When the host connected to it, by Redis' time in microseconds. */
	readonly claim: number;
	readonly devices: DeviceDescription[];
}

/** What nodes tell of themselves; `node` is the one that does. */
type NodeNotice =
	| { readonly type: "beat" | "bye"; readonly node: string }
	| { readonly type: "gone"; readonly node: string; readonly hostId: string }
	| { readonly type: "host"; readonly node: string; readonly hostId: string; readonly row: HostRow };

/** Longest notice or row, characters: 256 devices. */
const MAX_LENGTH = 1024 * 1024;

/** Reads what the scripts publish; undefined for anything else. */
export function readNodeNotice(text: string): NodeNotice | undefined {
	if (text.length > MAX_LENGTH) return undefined;
	const [, type, node = "", hostId, rest = ""] =
		/^(beat|bye|gone|host) ([A-Za-z0-9_-]{1,64})(?: ([A-Za-z0-9_-]{1,64}))?(?: ([\s\S]*))?$/.exec(text) ?? [];
	switch (type) {
		case "beat":
		case "bye":
			return hostId === undefined ? { type, node } : undefined;
		case "gone":
			return hostId === undefined ? undefined : { type, node, hostId };
		case "host": {
			const row = readHostRow(rest);
			return row && hostId !== undefined ? { type, node, hostId, row } : undefined;
		}
	}
	return undefined;
}

/** Reads `CLAIM DEVICES`; undefined for anything else. */
export function readHostRow(text: string): HostRow | undefined {
	const [, claim, devices = ""] = (text.length <= MAX_LENGTH && /^(\d{1,16}) ([\s\S]*)$/.exec(text)) || [];
	if (claim === undefined) return undefined;
	try {
		return { claim: Number(claim), devices: v.parse(hostDevicesSchema, JSON.parse(devices)) };
	} catch {
		return undefined;
	}
}
