/*
 * Scripts of `SharedTable`. Each is one step for everybody who uses the Redis.
 * KEYS: the table's hash, its revision.
 */

/** ARGV: id. Gives the row's text, or nothing. */
export const readRow = `return redis.call('HGET', KEYS[1], ARGV[1])`;

/**
 * ARGV: id, the text that the row should have, the one it is to get (empty: none), channel, most rows. Gives 1 and the
 * revision, 0 and the text that the row has, or 2 when there are too many rows.
 */
export const changeRow = `
local now = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if now ~= ARGV[2] then return {0, now} end
if ARGV[3] == '' then
	redis.call('HDEL', KEYS[1], ARGV[1])
else
	if now == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return {2, ''} end
	redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
local revision = redis.call('INCR', KEYS[2])
redis.call('PUBLISH', ARGV[4], string.format('%d %s ', revision, ARGV[1]) .. ARGV[3])
return {1, revision}`;

/** Gives the revision, and ids and texts in turn. */
export const loadRows = `return {redis.call('GET', KEYS[2]) or '0', redis.call('HGETALL', KEYS[1])}`;
