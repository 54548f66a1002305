import { beforeEach, expect, it } from "vitest";
import { freeControl } from "../../../signaling/server/control.ts";
import { RoomMemory } from "../../../signaling/server/room-memory.ts";
import type { RoomRecord } from "../../../signaling/server/room-record.ts";
import { MemoryTable } from "../../../signaling/store/table.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";

const recordAt = (touchedAt: number): RoomRecord => ({
	control: { ...freeControl, touchedAt },
	seats: [],
	barred: [],
});

/** A table whose writes wait until they are let go, as over a network. */
class SlowTable extends MemoryTable<RoomRecord> {
	readonly writes: unknown[] = [];
	fails = false;

	override async change(id: string, next: (current: RoomRecord | undefined) => RoomRecord | undefined) {
		if (this.fails) throw new Error("away");
		const row = await super.change(id, next);
		this.writes.push(row?.control.touchedAt);
		await settled();
		return row;
	}
}

let table: SlowTable;
let clock: FakeClock;
let now: RoomRecord | undefined;
let memory: RoomMemory;

beforeEach(() => {
	table = new SlowTable();
	clock = new FakeClock();
	now = recordAt(1);
	memory = new RoomMemory({ deviceId: "phone", table, clock, record: () => now });
});

it("writes what changed in one turn once, and what changes during a write after it", async () => {
	memory.changed();
	memory.changed();
	expect(memory.busy).toBe(true);
	await Promise.resolve();
	for (const at of [2, 3]) {
		now = recordAt(at);
		memory.changed();
	}
	await settled();
	await settled();
	await settled();
	expect(table.writes).toEqual([1, 3]);
	expect(memory.busy).toBe(false);
});

it("tries again later what could not be written, with what is true then", async () => {
	table.fails = true;
	memory.changed();
	await settled();
	now = recordAt(2);
	memory.changed();
	await settled();
	table.fails = false;
	clock.advance(1_000);
	await settled();
	expect(table.writes).toEqual([2]);
	expect(table.get("phone")).toEqual(recordAt(2));
});

it("writes nothing once it is closed", async () => {
	memory.changed();
	memory.close();
	memory.changed();
	await settled();
	expect(table.writes).toEqual([]);
});

it("removes the record of a device that is gone, and writes none after", async () => {
	memory.changed();
	await settled();
	memory.forget();
	memory.changed();
	await settled();
	expect(table.get("phone")).toBeUndefined();
	expect(clock.pending).toBe(0);
});
