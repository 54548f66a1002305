import { afterEach, describe, expect, test } from "vitest";
import { colourAt, lastFrame } from "../support/decoded-frame.ts";
import {
	closeSources,
	colourDistance,
	rgb,
	startX11Source,
	UNITS_A_CHANGE,
} from "../support/native-sources.ts";
import { ECHO_REST_COLOUR, startScreenClient } from "../support/screen-client.ts";
import { startXDisplay } from "../support/x-display.ts";

afterEach(closeSources);

describe("a display", () => {
	test.each([
		["without shared memory", ["-extension", "MIT-SHM"]],
		["without RandR", ["-extension", "RANDR"]],
	])("is captured %s", async (_name, args) => {
		const own = await startXDisplay({ width: 320, height: 240, arguments: args });
		try {
			const client = await startScreenClient("echo", { display: own.display, geometry: "320x240+0+0" });
			const { source, log } = startX11Source({ display: own.display });
			await log.until(UNITS_A_CHANGE);
			expect(colourDistance(colourAt(lastFrame(log.bytes), 300, 200), rgb(ECHO_REST_COLOUR))).toBeLessThan(
				12,
			);
			source.close();
			await client.close();
		} finally {
			await own.close();
		}
	});

	test("that vanishes ends the source, once, and the process lives", async () => {
		const own = await startXDisplay({ width: 320, height: 240 });
		const { source, log, ends } = startX11Source({ display: own.display });
		await log.until(1);
		await own.close();
		await expect
			.poll(() => ends)
			.toEqual([{ code: "display-vanished", message: expect.stringContaining(own.display) }]);
		source.requestKeyframe("main");
		source.expectDamage();
		source.close();
		expect(ends).toHaveLength(1);
	});

	test.each<[string, string, string[], number]>([
		["display-lacks-extension", "lacks DAMAGE", ["-extension", "DAMAGE"], 24],
		["display-unsupported", "has 16 bits a pixel", [], 16],
	])("is refused with %s when it %s", async (code, _name, args, depth) => {
		const own = await startXDisplay({ width: 320, height: 240, depth, arguments: args });
		try {
			expect(() => startX11Source({ display: own.display })).toThrow(expect.objectContaining({ code }));
		} finally {
			await own.close();
		}
	});

	test("that is not there is refused", () => {
		expect(() => startX11Source({ display: ":64999" })).toThrow(
			expect.objectContaining({ code: "display-unreachable" }),
		);
		expect(() => startX11Source({ display: "" })).toThrow(
			expect.objectContaining({ code: "display-unreachable" }),
		);
	});
});
