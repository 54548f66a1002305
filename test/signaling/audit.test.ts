import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FileAudit } from "../../signaling/audit.ts";
import { FakeClock } from "../fakes/fake-clock.ts";
import { mountSmallDisk } from "../support/small-disk.ts";

let folder: string;
let path: string;
let now: number;
let told: [unknown, boolean][];
let clock: FakeClock;
beforeEach(async () => {
	folder = join(await mkdtemp(join(tmpdir(), "porthole-audit-")), "state");
	path = join(folder, "audit.jsonl");
	now = Date.UTC(2026, 10, 20, 15);
	told = [];
	clock = new FakeClock();
});
afterEach(() => rm(join(folder, ".."), { recursive: true }));

const open = (more: { maxBytes?: number; folder?: string } = {}) =>
	new FileAudit({
		folder,
		maxBytes: 1024 * 1024,
		wall: () => now,
		clock,
		told: (...news) => told.push(news),
		...more,
	});
const linesOf = async (file: string) =>
	(await readFile(file, "utf8"))
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line) as Record<string, unknown>);

describe("the audit log", () => {
	it("has a line of JSON for each entry, in order, for the user alone", async () => {
		const audit = open();
		audit.note({ event: "joined", device: "phone", viewer: "v1", name: 'A "quoted"\nname', grantId: "g1" });
		now += 1_500;
		audit.note({ event: "left", device: "phone", viewer: "v1", address: undefined });
		await audit.close();
		expect(await linesOf(path)).toEqual([
			{
				time: "2026-11-20T15:00:00.000Z",
				event: "joined",
				device: "phone",
				viewer: "v1",
				name: 'A "quoted"\nname',
				grantId: "g1",
			},
			{ time: "2026-11-20T15:00:01.500Z", event: "left", device: "phone", viewer: "v1" },
		]);
		expect((await stat(path)).mode & 0o777).toBe(0o600);
		expect((await stat(folder)).mode & 0o777).toBe(0o700);
	});

	it("goes on where an earlier process stopped, and takes the file back from others", async () => {
		const first = open();
		first.note({ event: "host-joined" });
		await first.close();
		await chmod(path, 0o644);
		const second = open();
		second.note({ event: "host-lost" });
		await second.close();
		expect((await linesOf(path)).map(({ event }) => event)).toEqual(["host-joined", "host-lost"]);
		expect((await stat(path)).mode & 0o777).toBe(0o600);
	});

	it("is put aside when it is full, and the one before it is lost", async () => {
		const audit = open({ maxBytes: 100 });
		for (const detail of ["a", "b", "c"]) {
			audit.note({ event: "control", detail: detail.repeat(100) });
			await audit.close();
		}
		expect(await linesOf(`${path}.1`)).toMatchObject([{ detail: "b".repeat(100) }]);
		expect(await linesOf(path)).toMatchObject([{ detail: "c".repeat(100) }]);
	});

	it("counts refusals that come too fast, and loses nothing else for them", async () => {
		const audit = open();
		for (let at = 0; at < 500; at++) audit.note({ event: "refused", detail: "wrong-pin" });
		audit.note({ event: "shared", grantId: "g1" });
		await audit.close();
		const lines = await linesOf(path);
		expect(lines.filter(({ event }) => event === "refused")).toHaveLength(120);
		expect(lines.slice(-2)).toMatchObject([
			{ event: "dropped", detail: "380" },
			{ event: "shared", grantId: "g1" },
		]);
	});

	it("keeps a bounded number of lines for a disk that is slow", async () => {
		const audit = open();
		for (let at = 0; at < 5_000; at++) audit.note({ event: "control", detail: String(at) });
		await audit.close();
		audit.note({ event: "left" });
		await audit.close();
		const lines = await linesOf(path);
		expect(lines).toHaveLength(1_002);
		expect(lines[1_000]).toMatchObject({ event: "dropped", detail: "4000" });
	});

	it("keeps what it cannot write, tells that once, and writes it again by itself", async () => {
		await writeFile(folder, "in the way");
		const audit = open();
		audit.note({ event: "joined" });
		await vi.waitFor(() => expect(told).toHaveLength(1));
		for (let at = 0; at < 50; at++) audit.note({ event: "left" });
		expect(clock.pending).toBe(1);
		// Once more for nothing.
		await clock.pass(1_000);
		await rm(folder);
		await mkdir(folder);
		await vi.waitFor(async () => {
			await clock.pass(1_000);
			expect(told).toEqual([
				[expect.objectContaining({ code: "EEXIST" }), false],
				[undefined, false],
			]);
		});
		expect((await linesOf(path)).map(({ event }) => event)).toEqual(["joined", ...Array(50).fill("left")]);
		expect(clock.pending).toBe(0);
	});

	it("leaves no half line on a disk that is full, and loses none", async ({ skip }) => {
		const disk = await mountSmallDisk();
		if (!disk) return skip("no disk of its own may be mounted");
		try {
			const audit = open({ folder: disk.folder });
			const file = join(disk.folder, "audit.jsonl");
			await writeFile(file, "");
			// The first line takes a page of the disk, and most of the others find no room behind it.
			audit.note({ event: "joined" });
			await audit.close();
			await disk.fill();
			const before = await readFile(file, "utf8");
			for (let at = 0; at < 100; at++) audit.note({ event: "control", detail: String(at) });
			await audit.close();
			expect(told.at(-1)).toEqual([expect.objectContaining({ code: "ENOSPC" }), true]);
			expect(await readFile(file, "utf8")).toBe(before);
			await disk.free();
			await audit.close();
			const lines = await linesOf(file);
			expect(lines.slice(1).map(({ detail }) => Number(detail))).toEqual([...Array(100).keys()]);
		} finally {
			await disk.close();
		}
	});

	it("goes on when it can write again", async () => {
		await writeFile(folder, "in the way");
		const audit = open();
		for (const event of ["joined", "left"] as const) {
			audit.note({ event });
			await audit.close();
		}
		await rm(folder);
		await mkdir(folder);
		audit.note({ event: "control" });
		await audit.close();
		expect((await linesOf(path)).map(({ event }) => event)).toEqual(["joined", "left", "control"]);
	});
});
