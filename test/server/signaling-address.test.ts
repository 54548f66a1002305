import { describe, expect, it } from "vitest";
import { parseSignalingAddress } from "../../server/signaling-address.ts";

describe("the address of a signaling server", () => {
	it.each([
		["http://localhost:8400", "http://localhost:8400", "ws://localhost:8400/signal", true],
		["ws://127.0.0.1:8400/signal", "http://127.0.0.1:8400", "ws://127.0.0.1:8400/signal", true],
		["http://[::1]:8400/#token=abc", "http://[::1]:8400", "ws://[::1]:8400/signal", true],
		[
			"https://porthole.example/devices/demo",
			"https://porthole.example",
			"wss://porthole.example/signal",
			false,
		],
		[
			"https://example.org/a/porthole/devices/demo#token=abc",
			"https://example.org/a/porthole",
			"wss://example.org/a/porthole/signal",
			false,
		],
		[
			"https://example.org/porthole/",
			"https://example.org/porthole",
			"wss://example.org/porthole/signal",
			false,
		],
		["wss://192.168.1.5:443", "https://192.168.1.5", "wss://192.168.1.5/signal", false],
		["http://127.example:80", "http://127.example", "ws://127.example/signal", false],
	])("is read as people write it: %s", (text, page, socket, near) => {
		expect(parseSignalingAddress(text, "/signal")).toEqual({ page, socket, near });
	});

	it.each(["", "localhost:8400", "/signal", "ftp://host", "http://me:secret@host", "http://"])(
		"is none: %s",
		(text) => {
			expect(parseSignalingAddress(text, "/signal")).toBeUndefined();
		},
	);
});
