import { describe, expect, test } from "vitest";
import { readServeSimState } from "../../../../../server/devices/simulator/serve-sim/served-simulator.ts";

describe("what serve-sim prints", () => {
	test.each([
		["{", false],
		['{"streamUrl":"http://127.0.0.1:3100/stream.mjpeg","wsUrl":"ws://localhost:3100/ws"}', true],
		['log\n{"streamUrl":"http://[::1]:1/stream.mjpeg","wsUrl":"ws://[::1]:1/ws"}\n', true],
		['{"streamUrl":"http://192.0.2.1/stream.mjpeg","wsUrl":"ws://127.0.0.1/ws"}', false],
		['{"streamUrl":"file:///etc/passwd","wsUrl":"ws://127.0.0.1/ws"}', false],
	])("%s", (told, good) => {
		expect(readServeSimState(told) !== undefined).toBe(good);
	});
});
