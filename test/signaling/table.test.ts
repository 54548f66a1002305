import { beforeEach, describe, expect, it } from "vitest";
import { LatestWrite, MemoryTable } from "../../signaling/table.ts";
import { settled } from "../fakes/fake-clock.ts";

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

let state: number;
let written: number[];
let finish: ((error?: Error) => void)[];
let write: LatestWrite;
beforeEach(() => {
	state = 0;
	written = [];
	finish = [];
	write = new LatestWrite(() => {
		const now = state;
		return new Promise<void>((resolve, reject) => {
			finish.push((error) => {
				if (error) return reject(error);
				written.push(now);
				resolve();
			});
		});
	});
});

const request = (value: number) => {
	state = value;
	return write.request();
};

describe("writes of the latest state", () => {
	it("run one at a time, and those asked for meanwhile are one", async () => {
		const [first, second, third] = [request(1), request(2), request(3)];
		await settled();
		expect(finish).toHaveLength(1);
		finish[0]?.();
		await first;
		await settled();
		expect(finish).toHaveLength(2);
		finish[1]?.();
		await Promise.all([second, third]);
		expect(written).toEqual([1, 3]);
	});

	it("fail for those who asked, and the next is tried all the same", async () => {
		const [first, second] = [request(1), request(2)];
		finish[0]?.(new Error("full"));
		await expect(first).rejects.toThrow("full");
		await settled();
		finish[1]?.();
		await second;
		const third = request(3);
		finish[2]?.();
		await third;
		expect(written).toEqual([2, 3]);
	});

	it("can be waited for, failures included", async () => {
		await write.idle();
		request(1).catch(() => {});
		request(2);
		let idle = false;
		const waiting = write.idle().then(() => (idle = true));
		finish[0]?.(new Error("full"));
		await settled();
		expect(idle).toBe(false);
		finish[1]?.();
		await waiting;
		expect(written).toEqual([2]);
	});
});
