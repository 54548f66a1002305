import { join } from "node:path";
import * as v from "valibot";
import { type RoomRecord, roomRecordSchema } from "../server/room-record.ts";
import { readPrivate, writePrivate } from "./private-file.ts";
import { MemoryTable, type Table } from "./table.ts";

/** Rooms in the file, at most. */
const MAX_ROOMS = 1_000;

const fileSchema = v.object({
	version: v.literal(1),
	rooms: v.pipe(v.array(v.tuple([v.string(), roomRecordSchema])), v.maxLength(MAX_ROOMS)),
});

/**
 * What is remembered of rooms, in `rooms.json` of a state folder. A file that cannot be read is begun anew: what is in
 * there is of use for seconds.
 */
export async function openRoomsFile(stateFolder: string): Promise<Table<RoomRecord>> {
	const path = join(stateFolder, "rooms.json");
	return new MemoryTable(await read(path), (rows) =>
		writePrivate(path, JSON.stringify({ version: 1, rooms: [...rows].slice(-MAX_ROOMS) })),
	);
}

async function read(path: string): Promise<[string, RoomRecord][]> {
	try {
		const text = await readPrivate(path);
		return text === undefined ? [] : v.parse(fileSchema, JSON.parse(text)).rooms;
	} catch {
		return [];
	}
}
