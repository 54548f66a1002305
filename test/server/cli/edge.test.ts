import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { parseEdgeOptions } from "../../../server/cli/edge.ts";
import { edgeInvitation } from "../../../server/cli/media-options.ts";

const parse = (args: string, env = {}) => parseEdgeOptions(args.split(" ").filter(Boolean), env);
const bad = expect.objectContaining({ code: "bad-option" });

describe("the options of porthole edge", () => {
	it("need an origin and its key", () => {
		expect(parse("--origin ws://10.0.0.1:8500 --key k")).toEqual({
			origin: "ws://10.0.0.1:8500/edge",
			key: "k",
			name: hostname(),
			workers: undefined,
			lan: true,
		});
		for (const args of ["", "--origin ws://10.0.0.1:8500", "--key k"]) expect(() => parse(args)).toThrow(bad);
	});

	it("are what a host's invitation says, also where its key begins with a dash", () => {
		const words = edgeInvitation({ url: "ws://10.0.0.1:8500", key: "-Tz1" });
		expect(parse(words.replace("Edges join with: npx porthole edge ", "")).key).toBe("-Tz1");
	});

	it("offer viewers loopback alone when the origin is on this machine, unless said otherwise", () => {
		const near = "--origin http://localhost:8500 --key k";
		expect(parse(near).lan).toBe(false);
		expect(parse(`${near} --lan`).lan).toBe(true);
		expect(parse("--origin wss://host.example --key k", { PORTHOLE_LAN: "0" }).lan).toBe(false);
	});

	it("may come from the environment", () => {
		const env = { PORTHOLE_ORIGIN: "wss://host.example", PORTHOLE_KEY: "k", PORTHOLE_WORKERS: "3" };
		expect(parse("", env)).toMatchObject({ origin: "wss://host.example/edge", key: "k", workers: 3 });
	});

	it("are refused out of range, naming the option", () => {
		expect(() => parse("--origin nowhere --key k")).toThrow(/--origin takes an address/);
		expect(() => parse("--origin ws://a --key k --workers 0")).toThrow(/--workers/);
	});
});
