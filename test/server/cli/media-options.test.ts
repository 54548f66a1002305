import { describe, expect, it } from "vitest";
import { checkMediaOptions, mediaOptions } from "../../../server/cli/media-options.ts";
import { parseCommand } from "../../../server/cli/options.ts";

const spec = { name: "serve", about: "", options: mediaOptions };
const read = (args: string, env = {}) =>
	checkMediaOptions("serve", parseCommand(spec, args.split(" ").filter(Boolean), env).options);
const bad = expect.objectContaining({ code: "bad-option" });

describe("the media engine", () => {
	it("is werift unless mediasoup is asked for", () => {
		expect(read("")).toMatchObject({ engine: "werift", workers: undefined, edges: undefined });
		expect(read("--engine mediasoup --workers 4")).toMatchObject({ engine: "mediasoup", workers: 4 });
		expect(read("", { PORTHOLE_ENGINE: "mediasoup" }).engine).toBe("mediasoup");
	});

	it("is refused when there is none of that name", () => {
		expect(() => read("--engine janus")).toThrow(bad);
		expect(() => read("--workers 0")).toThrow(bad);
	});
});

describe("where edges dial in", () => {
	const edges = (text: string) => read(`--engine mediasoup --edges=${text}`).edges;

	it("is loopback unless an address is said", () => {
		expect(edges("8500")).toEqual({ address: "127.0.0.1", port: 8500 });
		expect(edges("10.0.0.1:0")).toEqual({ address: "10.0.0.1", port: 0 });
		expect(edges("[fd00::1]:8500")).toEqual({ address: "fd00::1", port: 8500 });
	});

	it.each(["host:8500", ":8500", "70000", "10.0.0.1", "10.0.0.1:", "x"])("is refused: %s", (text) => {
		expect(() => edges(text)).toThrow(bad);
	});

	it("is only had with mediasoup", () => {
		expect(() => read("--edges 8500")).toThrow(/--engine mediasoup/);
	});

	it("may leave some viewers here", () => {
		expect(read("--engine mediasoup --edges 1 --viewers-here 20").viewersHere).toBe(20);
	});
});
