import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadHostId } from "../../../server/host/host-id.ts";

let folder: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-host-id-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("a host's id", () => {
	it("is made once for a state folder, for its user alone", async () => {
		const first = await loadHostId(join(folder, "new"));
		expect(await loadHostId(join(folder, "new"))).toBe(first);
		expect((await stat(join(folder, "new", "host.json"))).mode & 0o777).toBe(0o600);
		expect(await loadHostId(folder)).not.toBe(first);
	});

	it("is the same for hosts that start at the same time", async () => {
		const all = await Promise.all(Array.from({ length: 20 }, () => loadHostId(folder)));
		expect(new Set(all).size).toBe(1);
		expect(await loadHostId(folder)).toBe(all[0]);
	});

	it.each(["", "{}", '{"hostId":"../../etc"}'])("is refused when the file holds none: %s", async (text) => {
		await writeFile(join(folder, "host.json"), text);
		await expect(loadHostId(folder)).rejects.toMatchObject({ code: "bad-host-id" });
	});
});
