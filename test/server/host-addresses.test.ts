import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, it } from "vitest";
import { mediaAddresses } from "../../server/host-addresses.ts";

it("sends media from loopback alone, unless the page can be opened from the network", () => {
	const narrow = mediaAddresses(false);
	expect(narrow).toContain("127.0.0.1");
	for (const address of narrow) expect(address).toMatch(/^(127\.|::1$)/);
	const wide = mediaAddresses(true);
	expect(wide).toEqual(expect.arrayContaining(narrow));
	const outward = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
	for (const { address, family, internal } of outward) {
		if (family === "IPv4" && !internal) expect(wide.indexOf(address)).toBe(wide.lastIndexOf(address));
	}
	for (const address of wide) {
		expect(isIP(address)).not.toBe(0);
		expect(address).not.toMatch(/^fe80:/);
	}
});
