import { describe, expect, it } from "vitest";
import { MemoryTable } from "../../../signaling/store/table.ts";

const failing = async () => {
	throw new Error("The disk is full.");
};

describe("a table of one process", () => {
	it("counts a change at once, and has kept it when its promise settles", async () => {
		let kept: [string, number][] = [];
		const table = new MemoryTable<number>([["a", 1]], async (rows) => {
			kept = [...rows];
		});
		const heard: unknown[] = [];
		const stop = table.onChange((...change) => heard.push(change));
		const changing = table.change("a", (count = 0) => count + 1);
		expect(table.get("a")).toBe(2);
		expect(await changing).toBe(2);
		await table.change("b", () => 7);
		expect(kept).toEqual([
			["a", 2],
			["b", 7],
		]);
		await table.change("a", () => undefined);
		stop();
		await table.change("b", () => 8);
		expect(heard).toEqual([
			["a", 1, 2],
			["b", undefined, 7],
			["a", 2, undefined],
		]);
	});

	it("neither keeps nor tells what stays as it is", async () => {
		const table = new MemoryTable<number>([["a", 1]], failing);
		table.onChange(() => expect.unreachable());
		expect(await table.change("a", (row) => row)).toBe(1);
		expect(await table.change("b", (row) => row)).toBeUndefined();
	});

	it("takes back a new row that cannot be kept, and no other change", async () => {
		const table = new MemoryTable<number>([["a", 1]], failing);
		await expect(table.change("b", () => 1)).rejects.toThrow("full");
		expect(table.get("b")).toBeUndefined();
		await expect(table.change("a", () => 2)).rejects.toThrow("full");
		expect(table.get("a")).toBe(2);
	});

	it("throws what the change throws", async () => {
		const table = new MemoryTable<number>();
		const refused = table.change("a", () => {
			throw new RangeError("no");
		});
		await expect(refused).rejects.toThrow(RangeError);
	});
});
