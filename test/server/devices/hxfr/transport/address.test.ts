import { describe, expect, it } from "vitest";
import { addressText, parseAddress } from "../../../../../server/devices/hxfr/transport/address.ts";

describe("an address", () => {
	it.each([
		["unix:/run/vm.sock", { kind: "unix", path: "/run/vm.sock" }],
		["unix:/with:colon", { kind: "unix", path: "/with:colon" }],
		["tcp:127.0.0.1:15937", { kind: "tcp", host: "127.0.0.1", port: 15937 }],
		["tcp:[::1]:1", { kind: "tcp", host: "::1", port: 1 }],
		["vsock:2:5000", { kind: "vsock", cid: 2, port: 5000 }],
		["vsock:any:4294967295", { kind: "vsock", cid: 0xffffffff, port: 4294967295 }],
		["hybrid:/run/v.sock:52", { kind: "hybrid", path: "/run/v.sock", port: 52 }],
		["fd:3", { kind: "fd", descriptor: 3 }],
	])("%s is read and written again", (text, address) => {
		expect(parseAddress(text)).toEqual(address);
		expect(addressText(parseAddress(text))).toBe(text);
	});

	it.each([
		"",
		"/run/vm.sock",
		"unix:",
		"unix:relative",
		"unix:/nul\0",
		`unix:/${"x".repeat(107)}`,
		`unix:/${"é".repeat(54)}`,
		`hybrid:/${"x".repeat(104)}:5000`,
		"tcp:host",
		"tcp::1",
		"tcp:host:65536",
		"tcp:host:-1",
		"tcp:a b:1",
		"vsock:1",
		"vsock:4294967296:1",
		"vsock:local:1",
		"hybrid:/path",
		"hybrid:/path:port",
		"fd:",
		"fd:-1",
		"udp:host:1",
	])("%j is refused with a code", (text) => {
		expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: "hxfr-bad-address" }));
	});

	it("of the longest path is taken", () => {
		const path = `/${"x".repeat(102)}`;
		expect(parseAddress(`unix:${path}`)).toEqual({ kind: "unix", path });
	});
});
