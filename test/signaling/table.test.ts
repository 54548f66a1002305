import { beforeEach, describe, expect, it } from "vitest";
import { LatestWrite, MemoryTable } from "../../signaling/table.ts";
import { FakeClock, settled } from "../fakes/fake-clock.ts";

const failing = async () => {
	throw new Error("The disk is full.");
};

describe("a table of one process", () => {
	it("counts a change at once, and has kept it when its promise settles", async () => {
		let kept: [string, number][] = [];
		const table = new MemoryTable<number>([["a", 1]], {
			async save(rows) {
				kept = [...rows];
			},
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
		const table = new MemoryTable<number>([["a", 1]], { save: failing });
		table.onChange(() => expect.unreachable());
		expect(await table.change("a", (row) => row)).toBe(1);
		expect(await table.change("b", (row) => row)).toBeUndefined();
	});

	it("takes back a new row that cannot be kept, and no other change", async () => {
		const table = new MemoryTable<number>([["a", 1]], { save: failing });
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
let clock: FakeClock;
let told: [unknown, boolean][];
beforeEach(() => {
	state = 0;
	written = [];
	finish = [];
	clock = new FakeClock();
	told = [];
	const start = () => {
		const now = state;
		return new Promise<void>((resolve, reject) => {
			finish.push((error) => {
				if (error) return reject(error);
				written.push(now);
				resolve();
			});
		});
	};
	write = new LatestWrite(start, { clock, told: (...news) => told.push(news) });
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
		await write.close();
		request(1).catch(() => {});
		request(2);
		let idle = false;
		const waiting = write.close().then(() => (idle = true));
		finish[0]?.(new Error("full"));
		await settled();
		expect(idle).toBe(false);
		finish[1]?.();
		await waiting;
		expect(written).toEqual([2]);
		expect(clock.pending).toBe(0);
	});

	it("that failed are made again, at growing intervals, until one holds; both is told once", async () => {
		const full = new Error("full");
		const asked = request(1);
		finish[0]?.(full);
		await expect(asked).rejects.toThrow("full");
		const waits: number[] = [];
		for (let round = 1; round <= 12; round++) {
			waits.push(clock.nextIn ?? Number.NaN);
			clock.advance(clock.nextIn ?? 0);
			expect(finish).toHaveLength(round + 1);
			finish[round]?.(full);
			await settled();
		}
		expect(waits[0]).toBeLessThanOrEqual(250);
		for (const wait of waits.slice(8)) expect(wait).toBeGreaterThanOrEqual(15_000);
		for (const wait of waits) expect(wait).toBeLessThanOrEqual(30_000);
		expect(told).toEqual([[full, false]]);
		clock.advance(30_000);
		finish[13]?.();
		await settled();
		expect(written).toEqual([1]);
		expect(told).toEqual([
			[full, false],
			[undefined, false],
		]);
		expect(clock.pending).toBe(0);
	});

	it("that failed are made once more at closing, and what is lost then is told", async () => {
		const full = new Error("full");
		request(1).catch(() => {});
		finish[0]?.(full);
		await settled();
		const holds = write.close();
		await settled();
		finish[1]?.();
		await holds;
		expect(written).toEqual([1]);

		request(2).catch(() => {});
		finish[2]?.(full);
		await settled();
		const fails = write.close();
		await settled();
		finish[3]?.(full);
		await fails;
		expect(told.at(-1)).toEqual([full, true]);
		expect(clock.pending).toBe(0);
	});
});
