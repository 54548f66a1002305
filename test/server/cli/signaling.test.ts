import { describe, expect, it } from "vitest";
import { parseSignalingOptions } from "../../../server/cli/signaling.ts";

describe("the options of signaling", () => {
	it("are safe when nothing is said", () => {
		const options = parseSignalingOptions([], { XDG_STATE_HOME: "/state" });
		expect(options).toEqual({
			port: 8400,
			host: "localhost",
			lan: false,
			names: [],
			sites: [],
			embedders: [],
			stateFolder: "/state/porthole",
		});
	});

	it("can be given as arguments or in the environment", () => {
		const given = {
			port: 9000,
			host: "all",
			lan: true,
			names: ["a.example"],
			sites: [],
			embedders: [],
			stateFolder: "/s",
		};
		const args = ["--port", "9000", "--lan", "--name", "a.example", "--state", "/s"];
		expect(parseSignalingOptions(args, {})).toEqual(given);
		const env = {
			PORTHOLE_PORT: "9000",
			PORTHOLE_LAN: "1",
			PORTHOLE_NAME: "a.example",
			PORTHOLE_STATE: "/s",
		};
		expect(parseSignalingOptions([], env)).toEqual(given);
	});

	it("name a Redis to share, if there is one", () => {
		const redis = { url: "redis://u:p@h:1/2", shown: "redis://h:1/2", prefix: "porthole" };
		expect(parseSignalingOptions(["--redis", redis.url], {}).redis).toEqual(redis);
		const env = { PORTHOLE_REDIS: redis.url, PORTHOLE_REDIS_PREFIX: "test" };
		expect(parseSignalingOptions([], env).redis).toEqual({ ...redis, prefix: "test" });
		expect(() => parseSignalingOptions(["--redis", "h:1"], {})).toThrow(/--redis takes/);
		expect(() => parseSignalingOptions(["--redis-prefix", "*"], env)).toThrow(/--redis-prefix takes/);
	});

	it("are none of a host's", () => {
		expect(() => parseSignalingOptions(["--device", "demo:"], {})).toThrow(/porthole signaling --help/);
	});
});
