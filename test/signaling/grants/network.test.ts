import { expect, it } from "vitest";
import { networkOf } from "../../../signaling/grants/network.ts";

it.each([
	["192.0.2.7", "192.0.2.7"],
	["::ffff:192.0.2.7", "192.0.2.7"],
	["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
	["2001:DB8:1:2::1", "2001:db8:1:2"],
	["2001:0db8:0001:0002::", "2001:db8:1:2"],
	["2001:db8::5", "2001:db8:0:0"],
	["::1", "0:0:0:0"],
	["::", "0:0:0:0"],
	["fe80::1:2:3:4%eth0", "fe80:0:0:0"],
	["", "unknown"],
	["nonsense", "unknown"],
])("counts %s as %s", (address, network) => {
	expect(networkOf(address)).toBe(network);
});

it("counts a request without an address, too", () => {
	expect(networkOf(undefined)).toBe("unknown");
});
