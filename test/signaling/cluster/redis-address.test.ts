import { expect, it } from "vitest";
import { parseRedisAddress } from "../../../signaling/cluster/redis-address.ts";

it.each([
	["redis://localhost", "redis://localhost"],
	["redis://127.0.0.1:6380/3", "redis://127.0.0.1:6380/3"],
	["rediss://ana:secret@redis.example:6380/0", "rediss://redis.example:6380/0"],
	["redis://:secret@[::1]:6379/", "redis://[::1]:6379"],
])("takes %s, and shows it as %s", (url, shown) => {
	expect(parseRedisAddress(url, "porthole")).toEqual({ url, shown, prefix: "porthole" });
});

it.each(["", "localhost:6379", "http://secret@localhost", "redis://", "redis://h/secret", "redis://h/1/2"])(
	"refuses %j, and tells no password",
	(url) => {
		expect(() => parseRedisAddress(url, "p")).toThrow(expect.objectContaining({ code: "bad-option" }));
		expect(() => parseRedisAddress(url, "p")).not.toThrow("secret");
	},
);

it.each(["", "a b", "a".repeat(41), "*", "{x}"])("refuses the prefix %j", (prefix) => {
	expect(() => parseRedisAddress("redis://h", prefix)).toThrow(
		expect.objectContaining({ code: "bad-option" }),
	);
});
