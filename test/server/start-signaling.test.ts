import { describe, expect, it } from "vitest";
import { addressesOf, localUrl } from "../../server/start-signaling.ts";

describe("the addresses to listen on", () => {
	it("are both loopback ones for localhost, all on targetBitrates, or the one that was named", () => {
		expect(addressesOf("localhost")).toEqual(["127.0.0.1", "::1"]);
		expect(addressesOf("all")).toEqual(["0.0.0.0", "::"]);
		expect(addressesOf("10.0.0.5")).toEqual(["10.0.0.5"]);
	});

	it.each([
		["localhost", "http://localhost:8400"],
		["all", "http://localhost:8400"],
		["10.0.0.5", "http://10.0.0.5:8400"],
		["::1", "http://[::1]:8400"],
	])("%s is reached at %s", (host, url) => {
		expect(localUrl(host, 8400)).toBe(url);
	});
});
