import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadMediasoup } from "../../../../server/webrtc/mediasoup/load.ts";
import { hasMediasoup } from "../../../support/mediasoup.ts";

it("a missing worker is told with what brings it", async () => {
	const folder = await mkdtemp(join(tmpdir(), "porthole-mediasoup-"));
	await expect(loadMediasoup(join(folder, "mediasoup-worker"))).rejects.toMatchObject({
		code: "mediasoup-missing",
		message: expect.stringContaining("npm run mediasoup"),
	});
	await rm(folder, { recursive: true });
});

it.runIf(hasMediasoup())("the installed one has the version that this code was written for", async () => {
	const { mediasoup } = await loadMediasoup();
	expect(mediasoup.version).toBe("3.27.1");
});
