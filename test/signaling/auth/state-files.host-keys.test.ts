import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOST_KEY_BOOK } from "../../../signaling/auth/host-keys.ts";
import { openHostKeysFile } from "../../../signaling/auth/state-files.ts";

let folder: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-host-keys-"));
});
afterEach(() => rm(folder, { recursive: true }));

const records = [
	{
		id: "0a1b2c3d",
		label: "",
		digest: "d1",
		created: 1,
		bound: { hostId: "h1", name: "Büro", slug: "buro" },
	},
	{ id: "4e5f6a7b", label: "attic", digest: "d2", created: 2, revoked: 3 },
];

describe("the file of host keys", () => {
	it("gives back what was saved, for the user alone", async () => {
		const file = await openHostKeysFile(folder);
		expect(file.get(HOST_KEY_BOOK)).toEqual([]);
		await file.change(HOST_KEY_BOOK, () => records);
		expect((await openHostKeysFile(folder)).get(HOST_KEY_BOOK)).toEqual(records);
		expect((await stat(join(folder, "host-keys.json"))).mode & 0o777).toBe(0o600);
	});

	it.each(["", "[]", '{"version":2,"keys":[]}', '{"version":1,"keys":[{"id":"x"}]}'])(
		"is refused when it cannot be understood: %s",
		async (text) => {
			await writeFile(join(folder, "host-keys.json"), text);
			await expect(openHostKeysFile(folder)).rejects.toMatchObject({ code: "bad-host-keys" });
		},
	);
});
