import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { parseHostOptions } from "../../../server/cli/host.ts";

const parse = (args: string, env: Record<string, string> = {}) =>
	parseHostOptions(args === "" ? [] : args.split(" "), { XDG_STATE_HOME: "/state", ...env });
const bad = (words: RegExp) =>
	expect.objectContaining({ code: "bad-option", message: expect.stringMatching(words) });

describe("the options of host", () => {
	it("need only to say where and with which key", () => {
		expect(parse("--signaling http://localhost:8400 --key k")).toEqual({
			signaling: { page: "http://localhost:8400", socket: "ws://localhost:8400/signal", near: true },
			key: "k",
			name: hostname().trim(),
			lan: false,
			publishers: false,
			devices: [],
			encoder: undefined,
			bitrate: undefined,
			frameRate: 60,
			mediaPort: 0,
			engine: "werift",
			stateFolder: "/state/porthole",
		});
	});

	it("can be given in the environment, where a key is hidden from others", () => {
		const env = {
			PORTHOLE_SIGNALING: "https://porthole.example",
			PORTHOLE_KEY: "k",
			PORTHOLE_NAME: "Ana's Studio",
			PORTHOLE_DEVICE: "demo: x11::0",
		};
		expect(parse("", env)).toMatchObject({ key: "k", name: "Ana's Studio", devices: ["demo:", "x11::0"] });
	});

	it.each([
		["http://localhost:1", {}, "", false],
		["http://localhost:1", {}, "--lan", true],
		["http://localhost:1", { PORTHOLE_LAN: "1" }, "", true],
		["https://porthole.example", {}, "", true],
		["https://porthole.example", { PORTHOLE_LAN: "0" }, "", false],
	])(
		"offer media beyond this machine when signaling is elsewhere or told so: %s %j %s",
		(url, env, more, lan) => {
			expect(parse(`--signaling ${url} --key k ${more}`.trim(), env).lan).toBe(lan);
		},
	);

	it.each([
		["", /--signaling is missing/],
		["--signaling http://localhost:1", /--key is missing/],
		["--signaling ftp://localhost --key k", /--signaling takes an address/],
		[`--signaling ws://h --key k --name ${"x".repeat(81)}`, /--name takes at most 80/],
		["--signaling ws://h --key k --port 1", /porthole host --help/],
	])("are refused with their name: %s", (args, words) => {
		expect(() => parse(args)).toThrow(bad(words));
	});
});
