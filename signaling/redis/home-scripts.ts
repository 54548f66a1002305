/*
 * Scripts of `Homes`. A process keeps what it is the home of in a hash that ends with it: hosts, each with the time of its
 * claim and its devices. Times are Redis' own, so that no clocks have to agree.
 * KEYS: the list of processes by when they were last heard, the hash of this process.
 */

const lived = `
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2])`;

/** ARGV: process, lease (ms), channel. */
export const beat = `${lived}
redis.call('PUBLISH', ARGV[3], 'beat ' .. ARGV[1])`;

/**
 * ARGV: process, lease (ms), channel, host, the time of the claim (empty: it is claimed now), devices. Gives the time of
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

/** ARGV: process, lease (ms), channel, host. */
export const forgetHost = `
if redis.call('HDEL', KEYS[2], ARGV[4]) == 1 then
	redis.call('PUBLISH', ARGV[3], 'gone ' .. ARGV[1] .. ' ' .. ARGV[4])
end`;

/** ARGV: process, lease (ms), channel. The process ends. */
export const leave = `
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[3], 'bye ' .. ARGV[1])`;

/** ARGV: process, lease (ms), what the keys of hashes begin with. Gives processes and their hashes in turn. */
export const loadHomes = `
local time = redis.call('TIME')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', time[1] - math.ceil(ARGV[2] / 1000))
local found = {}
for _, process in ipairs(redis.call('ZRANGE', KEYS[1], 0, 99)) do
	if process ~= ARGV[1] then
		found[#found + 1] = process
		found[#found + 1] = redis.call('HGETALL', ARGV[3] .. process)
	end
end
return found`;
