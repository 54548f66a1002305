import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { GrantBook } from "../../../signaling/auth/grant-book.ts";
import { openGrantsFile } from "../../../signaling/auth/state-files.ts";
import { mountSmallDisk, type SmallDisk } from "../../support/small-disk.ts";

let disk: SmallDisk | undefined;
let folder: string;
let told: [unknown, boolean][];

beforeEach(async () => {
	disk = await mountSmallDisk();
	folder = disk?.folder ?? "";
	told = [];
});
afterEach(() => disk?.close());

const openBook = async () =>
	new GrantBook("key", { table: await openGrantsFile(folder, (...news) => told.push(news)) });
const kept = async () => JSON.parse(await readFile(join(folder, "grants.json"), "utf8"));

async function revokeOnFullDisk(full: SmallDisk): Promise<{ book: GrantBook; id: string }> {
	const book = await openBook();
	const order = { deviceId: "phone", role: "view", label: "", madeBy: "owner" } as const;
	const { grant } = await book.create({ ...order, expires: Date.now() + 3_600_000 });
	await full.fill();
	expect(await book.revoke(grant.id)).toMatchObject({ unsaved: { code: "state-not-writable" } });
	// It counts at once, whatever the disk says, and the file is whole.
	expect(book.live()).toEqual([]);
	expect((await kept()).grants[0].ended).toBeUndefined();
	expect(told).toEqual([[expect.objectContaining({ code: "state-not-writable" }), false]]);
	return { book, id: grant.id };
}

it("a revocation while the disk is full is written as soon as there is room, and holds at the next start", async ({
	skip,
}) => {
	if (!disk) return skip("no disk of its own may be mounted");
	const { book, id } = await revokeOnFullDisk(disk);
	await disk.free();
	await expect.poll(async () => (await kept()).grants[0].ended?.reason, { timeout: 10_000 }).toBe("revoked");
	expect(told.at(-1)).toEqual([undefined, false]);
	await book.close();
	const again = await openBook();
	expect(again.get(id)?.ended?.reason).toBe("revoked");
	await again.close();
});

it("what could not be written is written once more at closing", async ({ skip }) => {
	if (!disk) return skip("no disk of its own may be mounted");
	const { book } = await revokeOnFullDisk(disk);
	await disk.free();
	await book.close();
	expect((await kept()).grants[0].ended.reason).toBe("revoked");
});

it("what is lost at closing is told", async ({ skip }) => {
	if (!disk) return skip("no disk of its own may be mounted");
	const { book } = await revokeOnFullDisk(disk);
	await book.close();
	expect(told.at(-1)).toEqual([expect.objectContaining({ code: "state-not-writable" }), true]);
});
