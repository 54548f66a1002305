import { describe, expect, it } from "vitest";
import { parseHxfrOptions } from "../../../server/cli/hxfr.ts";

const parse = (args: string, env: Record<string, string> = {}) =>
	parseHxfrOptions(args === "" ? [] : args.split(" "), env);

describe("the options of hxfr", () => {
	it("need only to say where to listen", () => {
		expect(parse("--listen unix:/a.sock --listen vsock:any:5000")).toEqual({
			...{ listen: ["unix:/a.sock", "vsock:any:5000"], lan: false },
			...{
				devices: [],
				encoder: undefined,
				bitrate: undefined,
				frameRate: 60,
				mediaPort: 0,
				engine: "werift",
			},
		});
	});

	it("can be given in the environment", () => {
		const env = {
			PORTHOLE_LISTEN: "unix:/a unix:/b",
			PORTHOLE_DEVICE: "demo:",
			PORTHOLE_FPS: "30",
			PORTHOLE_LAN: "1",
		};
		expect(parse("", env)).toMatchObject({
			listen: ["unix:/a", "unix:/b"],
			devices: ["demo:"],
			frameRate: 30,
			lan: true,
		});
	});

	it("are refused with their name", () => {
		expect(() => parse("")).toThrow(/--listen is missing/);
		expect(() => parse("--listen unix:/a --port 1")).toThrow(/porthole hxfr --help/);
	});
});
