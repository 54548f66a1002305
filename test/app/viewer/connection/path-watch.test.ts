import { beforeEach, describe, expect, it } from "vitest";
import { PathWatch, type Silence } from "../../../../app/viewer/connection/path-watch.ts";
import { FakeClock, settled } from "../../../fakes/fake-clock.ts";

let clock: FakeClock;
let said: (Silence | "heard")[];
let pings: number;
let received: number;
let isShown: boolean;
let watch: PathWatch;

beforeEach(() => {
	clock = new FakeClock();
	said = [];
	pings = 0;
	received = 100;
	isShown = true;
	watch = new PathWatch({
		clock,
		ping: () => pings++,
		received: async () => received,
		shown: () => isShown,
		changed: (silence) => said.push(silence ?? "heard"),
	});
});

/** Lets time pass in steps of half a second; `each` happens at each of them. */
async function pass(ms: number, each = () => {}): Promise<void> {
	for (let left = ms; left > 0; left -= 500) {
		clock.advance(500);
		each();
		await settled();
	}
}

describe("PathWatch", () => {
	it("says nothing while answers come", async () => {
		await pass(10_000, () => watch.heard());
		expect(said).toEqual([]);
	});

	it("tells of silence after a second and a half, of no answer after three and a half, and of the first answer", async () => {
		await pass(1000);
		expect(said).toEqual([]);
		await pass(500);
		expect(said).toEqual(["silent"]);
		await pass(1500);
		expect(said).toEqual(["silent"]);
		await pass(500);
		expect(said).toEqual(["silent", "unanswered"]);
		watch.heard();
		expect(said).toEqual(["silent", "unanswered", "heard"]);
	});

	it("asks twice a second while nothing comes, and not otherwise", async () => {
		await pass(2000);
		expect(pings).toBe(4);
		for (let half = 0; half < 8; half++) {
			watch.heard();
			clock.advance(250);
		}
		expect(pings).toBe(4);
	});

	it("takes packets for an answer, where a loss holds the answer itself up", async () => {
		await pass(10_000, () => received++);
		expect(said).toEqual([]);
	});

	it("takes a path of a long delay as it is, since it answers as often as it is asked", async () => {
		const answers: number[] = [];
		await pass(20_000, () => {
			answers.push(clock.now() + 1400);
			if ((answers[0] ?? 0) <= clock.now()) watch.heard();
		});
		expect(said.filter((word) => word === "unanswered")).toEqual([]);
		expect(said.length).toBeLessThanOrEqual(2);
	});

	it("forgives a page that slept or is not seen", async () => {
		clock.advance(500);
		isShown = false;
		await pass(20_000);
		isShown = true;
		await pass(1000);
		expect(said).toEqual([]);
	});

	it("is quiet once it is closed", async () => {
		watch.close();
		await pass(5000);
		expect([said, pings, clock.pending]).toEqual([[], 0, 0]);
	});
});
