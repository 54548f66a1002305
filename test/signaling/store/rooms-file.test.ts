import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { RoomRecord } from "../../../signaling/server/room-record.ts";
import { openRoomsFile } from "../../../signaling/store/rooms-file.ts";
import { newStateFolder } from "../../support/product.ts";

const record: RoomRecord = {
	control: { locked: true, holder: "ana", touchedAt: 5, requests: [{ viewerId: "bo", until: 9 }] },
	seats: [
		{
			viewerId: "ana",
			number: 1,
			since: 1,
			name: "Ana",
			rights: { role: "control", devices: ["phone"], grantId: "g", label: "", expires: 99 },
		},
		{
			viewerId: "bo",
			number: 2,
			since: 2,
			rights: { role: "own", devices: "all", grantId: "owner", label: "" },
		},
	],
	barred: [{ viewerId: "eve", reason: { code: "removed", message: "You were removed." } }],
};

let folder: string;
beforeEach(async () => {
	folder = await newStateFolder();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("keeps what is remembered over a restart, for the user alone", async () => {
	const table = await openRoomsFile(folder);
	expect(table.all().size).toBe(0);
	await table.change("phone", () => record);
	const again = await openRoomsFile(folder);
	expect(again.get("phone")).toEqual(record);
	expect((await stat(join(folder, "rooms.json"))).mode & 0o777).toBe(0o600);
	await again.change("phone", () => undefined);
	expect(JSON.parse(await readFile(join(folder, "rooms.json"), "utf8"))).toEqual({ version: 1, rooms: [] });
});

it.each(["{", "[]", '{"version":2,"rooms":[]}', '{"version":1,"rooms":[["phone",{}]]}'])(
	"begins anew when the file is %s",
	async (text) => {
		await writeFile(join(folder, "rooms.json"), text);
		expect((await openRoomsFile(folder)).all().size).toBe(0);
	},
);
