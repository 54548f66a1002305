import { expect, test } from "vitest";
import { keyFrame, touchFrame } from "../../../../../../server/devices/simulator/backends/serve-sim/input.ts";

test("frames of input are a tag and JSON", () => {
	expect(Buffer.from(touchFrame("move", { x: 0.5, y: 0.25 }, "none")).toString("latin1")).toBe(
		'\x03{"type":"move","x":0.5,"y":0.25,"edge":0}',
	);
	expect(Buffer.from(keyFrame(0x28, true)).toString("latin1")).toBe('\x06{"type":"down","usage":40}');
});
