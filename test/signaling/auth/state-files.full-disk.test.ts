import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { GrantBook } from "../../../signaling/auth/grant-book.ts";
import { openGrantsFile } from "../../../signaling/auth/state-files.ts";

let folder: string;
let told: [unknown, boolean][];
let isMounted: boolean;

/** A disk of its own, so small that a test can fill it; only root may have one. */
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-disk-"));
	told = [];
	isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder]).status === 0;
});
afterEach(async () => {
	if (isMounted) spawnSync("umount", [folder]);
	await rm(folder, { recursive: true });
});

const openBook = async () =>
	new GrantBook("key", { table: await openGrantsFile(folder, (...news) => told.push(news)) });
const kept = async () => JSON.parse(await readFile(join(folder, "grants.json"), "utf8"));

async function fillDisk(): Promise<void> {
	const { bsize, bavail } = await statfs(folder);
	await writeFile(join(folder, "other"), Buffer.alloc(bsize * bavail));
}
const freeDisk = () => rm(join(folder, "other"));

async function revokeOnFullDisk(): Promise<{ book: GrantBook; id: string }> {
	const book = await openBook();
	const order = { deviceId: "phone", role: "view", label: "", madeBy: "owner" } as const;
	const { grant } = await book.create({ ...order, expires: Date.now() + 3_600_000 });
	await fillDisk();
	await expect(book.revoke(grant.id)).rejects.toMatchObject({ code: "state-not-writable" });
	// It counts at once, whatever the disk says, and the file is whole.
	expect(book.live()).toEqual([]);
	expect((await kept()).grants[0].ended).toBeUndefined();
	expect(told).toEqual([[expect.objectContaining({ code: "state-not-writable" }), false]]);
	return { book, id: grant.id };
}

it("a revocation while the disk is full is written as soon as there is room, and holds at the next start", async ({
	skip,
}) => {
	skip(!isMounted, "no disk of its own may be mounted");
	const { book, id } = await revokeOnFullDisk();
	await freeDisk();
	await expect.poll(async () => (await kept()).grants[0].ended?.reason, { timeout: 10_000 }).toBe("revoked");
	expect(told.at(-1)).toEqual([undefined, false]);
	await book.close();
	const again = await openBook();
	expect(again.get(id)?.ended?.reason).toBe("revoked");
	await again.close();
});

it("what could not be written is written once more at closing", async ({ skip }) => {
	skip(!isMounted, "no disk of its own may be mounted");
	const { book } = await revokeOnFullDisk();
	await freeDisk();
	await book.close();
	expect((await kept()).grants[0].ended.reason).toBe("revoked");
});

it("what is lost at closing is told", async ({ skip }) => {
	skip(!isMounted, "no disk of its own may be mounted");
	const { book } = await revokeOnFullDisk();
	await book.close();
	expect(told.at(-1)).toEqual([expect.objectContaining({ code: "state-not-writable" }), true]);
});
