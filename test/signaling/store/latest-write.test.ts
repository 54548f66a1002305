import { beforeEach, describe, expect, it } from "vitest";
import { LatestWrite } from "../../../signaling/store/latest-write.ts";
import { settled } from "../../fakes/fake-clock.ts";

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
