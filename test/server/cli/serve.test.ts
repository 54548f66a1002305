import { describe, expect, it } from "vitest";
import { parseServeOptions } from "../../../server/cli/serve.ts";

const parse = (args: string, env: Record<string, string> = {}) =>
	parseServeOptions(args === "" ? [] : args.split(" "), { XDG_STATE_HOME: "/state", ...env });
const bad = (words: RegExp) =>
	expect.objectContaining({ code: "bad-option", message: expect.stringMatching(words) });

describe("the options of serve", () => {
	it("are safe when nothing is said", () => {
		expect(parse("")).toEqual({
			port: 8400,
			host: "localhost",
			lan: false,
			names: [],
			sites: [],
			embedders: [],
			devices: [],
			encoder: undefined,
			bitrate: undefined,
			frameRate: 60,
			mediaPort: 0,
			engine: "werift",
			workers: undefined,
			edges: undefined,
			viewersHere: undefined,
			turn: undefined,
			stateFolder: "/state/porthole",
		});
	});

	const given = {
		port: 9000,
		host: "127.0.0.1",
		lan: false,
		names: ["a.local", "b.local"],
		sites: [{ origin: "https://example.org", base: "/porthole" }],
		embedders: ["https://a.example", "https://b.example:8443"],
		devices: ["demo:", "x11::0"],
		encoder: "x264",
		bitrate: 4_000_000,
		frameRate: 30,
		mediaPort: 5000,
		engine: "mediasoup",
		workers: 3,
		edges: { address: "::1", port: 8500 },
		viewersHere: 20,
		stateFolder: "/s",
	};

	it("can be given as arguments", () => {
		const args =
			"--port 9000 --host 127.0.0.1 --name a.local --name https://example.org/porthole --name b.local " +
			"--embed-from https://a.example,https://b.example:8443 --device demo: --device x11::0 " +
			"--encoder x264 --bitrate 4000 --fps 30 --media-port 5000 " +
			"--engine mediasoup --workers 3 --edges [::1]:8500 --viewers-here 20 --state /s";
		expect(parse(args)).toEqual(given);
	});

	it("can be given in the environment", () => {
		const env = {
			PORTHOLE_PORT: "9000",
			PORTHOLE_HOST: "127.0.0.1",
			PORTHOLE_NAME: "a.local https://example.org/porthole/ b.local",
			PORTHOLE_EMBED_FROM: "https://a.example https://b.example:8443",
			PORTHOLE_DEVICE: " demo:  x11::0\n",
			PORTHOLE_ENCODER: "x264",
			PORTHOLE_BITRATE: "4000",
			PORTHOLE_FPS: "30",
			PORTHOLE_MEDIA_PORT: "5000",
			PORTHOLE_ENGINE: "mediasoup",
			PORTHOLE_WORKERS: "3",
			PORTHOLE_EDGES: "[::1]:8500",
			PORTHOLE_VIEWERS_HERE: "20",
			PORTHOLE_STATE: "/s",
		};
		expect(parse("", env)).toEqual(given);
	});

	it("trust no proxy unless that was said, and those of this machine when no others are", () => {
		const trusts = (args: string, peer: string, env = {}) => parse(args, env).proxies?.check(peer);
		expect(parse("").proxies).toBeUndefined();
		expect(trusts("--trust-proxy --lan", "127.0.0.1")).toBe(true);
		expect(trusts("--trust-proxy", "10.0.0.1")).toBe(false);
		expect(trusts("--trust-proxy 10.0.0.0/8,192.0.2.1", "10.9.9.9")).toBe(true);
		expect(trusts("--trust-proxy 10.0.0.0/8,192.0.2.1", "127.0.0.1")).toBe(false);
		expect(trusts("", "127.0.0.1", { PORTHOLE_TRUST_PROXY: "loopback" })).toBe(true);
		expect(() => parse("--trust-proxy proxy.local")).toThrow(
			bad(/--trust-proxy takes loopback.*proxy\.local/),
		);
	});

	it.each(["https://a.example/path", "a.example", "'self'", "*", "https://a.example;script-src", "https://"])(
		"let no page of %s embed",
		(origin) => {
			expect(() => parseServeOptions(["--embed-from", origin], {})).toThrow(
				bad(/--embed-from takes origins/),
			);
		},
	);

	it("that are arguments win over the environment", () => {
		const env = { PORTHOLE_PORT: "9000", PORTHOLE_DEVICE: "demo:", PORTHOLE_HOST: "::1" };
		expect(parse("--port 9001 --device x11::0 --host localhost", env)).toMatchObject({
			port: 9001,
			devices: ["x11::0"],
			host: "localhost",
		});
	});

	it("that are empty count as not given, so that an empty host does not open every address", () => {
		const empty = Object.fromEntries(
			["PORT", "HOST", "LAN", "NAME", "DEVICE", "ENCODER", "BITRATE", "FPS", "MEDIA_PORT", "STATE"].map(
				(name) => [`PORTHOLE_${name}`, ""],
			),
		);
		expect(parse("", empty)).toEqual(parse(""));
		expect(parseServeOptions(["--host", ""], {})).toMatchObject({ host: "localhost", lan: false });
	});

	it.each(["1", "true", "yes"])("open the network with PORTHOLE_LAN=%s", (value) => {
		expect(parse("", { PORTHOLE_LAN: value })).toMatchObject({ lan: true, host: "all" });
	});

	it("keep the network out with PORTHOLE_LAN=0", () => {
		expect(parse("", { PORTHOLE_LAN: "0" })).toMatchObject({ lan: false, host: "localhost" });
	});

	it("take an address of the network for the wish to be reached from it", () => {
		expect(parse("--lan")).toMatchObject({ lan: true, host: "all" });
		expect(parse("--lan --host 10.0.0.5")).toMatchObject({ lan: true, host: "10.0.0.5" });
		for (const host of ["10.0.0.5", "0.0.0.0", "::", "studio.local"]) {
			expect(parse(`--host ${host}`)).toMatchObject({ lan: true, host });
		}
		for (const host of ["localhost", "127.0.0.1", "127.0.0.53", "::1"]) {
			expect(parse(`--host ${host}`)).toMatchObject({ lan: false, host });
		}
	});

	it.each([
		["--port", "PORTHOLE_PORT", ["-1", "65536", "80.5", "http", "0x50", "1e3", " 80", "9".repeat(20)]],
		["--bitrate", "PORTHOLE_BITRATE", ["99", "200001", "NaN"]],
		["--fps", "PORTHOLE_FPS", ["0", "241", "sixty"]],
		["--engine", "PORTHOLE_ENGINE", ["both", "Werift"]],
	])("refuse a %s out of range, from wherever it comes", (option, variable, values) => {
		for (const value of values) {
			expect(() => parseServeOptions([`${option}=${value}`], {}), value).toThrow(bad(new RegExp(option)));
			expect(() => parse("", { [variable]: value }), value).toThrow(bad(new RegExp(option)));
		}
	});

	it("take the ends of each range", () => {
		expect(parse("--port 0 --bitrate 100 --fps 1")).toMatchObject({
			port: 0,
			bitrate: 100_000,
			frameRate: 1,
		});
		expect(parse("--port 65535 --bitrate 200000 --fps 240")).toMatchObject({ port: 65_535, frameRate: 240 });
	});

	it.each(["--prot 9000", "extra", "--port", "--lan=yes"])("refuse %s", (args) => {
		expect(() => parse(args)).toThrow(bad(/porthole serve --help/));
	});
});
