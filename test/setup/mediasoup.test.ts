import { join } from "node:path";
import { expect, it } from "vitest";
import { keptPath } from "../../setup/mediasoup.mjs";

it("a built worker is kept for all clones of a user, by what it was built from", () => {
	const path = keptPath("digest", "/cache");
	expect(path).toMatch(/^\/cache\/porthole\/mediasoup-worker-[0-9a-f]{16}$/);
	expect(keptPath("digest", "/cache")).toBe(path);
	expect(keptPath("another", "/cache")).not.toBe(path);
	for (const unusable of ["", "not/absolute"]) {
		expect(keptPath("digest", unusable)).toContain(join(".cache", "porthole"));
	}
});
