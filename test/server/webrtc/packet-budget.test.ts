import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { PacketBudget } from "../../../server/webrtc/packet-budget.ts";
import type { Role } from "../../../signaling/protocol/messages.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";

let clock: FakeClock;
let role: Role;
let budget: PacketBudget;
beforeEach(() => {
	clock = new FakeClock();
	role = "control";
	budget = new PacketBudget(
		() => role,
		() => clock.now(),
	);
});

/** Sends so many packets, evenly over a time; gives how many were taken. */
function send(count: number, bytes: number, within: number): number {
	let taken = 0;
	for (let sent = 0; sent < count; sent++) {
		if (budget.takeData(bytes)) taken++;
		clock.advance(within / count);
	}
	return taken;
}

describe("a viewer's packets", () => {
	it.each([
		["a mouse of 240 moves a second, for a minute", 240 * 60, 110, 60_000],
		["a pasted text of 512 KiB at once", 440, 1200, 1],
		["a pasted image of 8 MiB at 384 KiB a second, with its overhead", 7_500, 1180, 21_900],
		["the answers to 400 messages of the host a second", 400 * 60, 80, 60_000],
	])("all pass: %s", (_, count, bytes, within) => {
		expect(send(count, bytes, within)).toBe(count);
		expect(budget.exhausted).toBe(false);
	});

	it("of who may only watch all pass as long as it moves a pointer and pings", () => {
		role = "view";
		expect(send(120 * 60, 100, 60_000)).toBe(120 * 60);
		expect(budget.exhausted).toBe(false);
	});

	it("that acknowledge what it is sent all pass, and are no licence to flood", () => {
		role = "view";
		let taken = 0;
		// Fifteen others move their pointers; every second message is acknowledged.
		for (let sent = 0; sent < 480 * 60; sent++) {
			budget.sent(20);
			if (sent % 2 === 0 && budget.takeData(80)) taken++;
			clock.advance(1000 / 480);
		}
		expect(taken).toBe(240 * 60);
		expect(budget.exhausted).toBe(false);
		let [answered, seconds] = [0, 10];
		for (let sent = 0; sent < 2_000 * seconds; sent++) {
			if (budget.takeData(80)) {
				answered++;
				budget.sent(20);
			}
			clock.advance(1 / 2);
		}
		expect(answered).toBeLessThan(2 * (300 + 150 * seconds) + 1);
		expect(budget.exhausted).toBe(true);
	});

	it("that acknowledge a clipboard of 8 MiB all pass, also while they come faster than input may", () => {
		let taken = 0;
		for (let sent = 0; sent < 512; sent++) {
			budget.sent(16 * 1024);
			for (let packet = 0; packet < 7; packet++) if (budget.takeData(90)) taken++;
			clock.advance(4);
		}
		expect(taken).toBe(512 * 7);
	});

	it.each([
		["view", 150, 16 * 1024, 64 * 1024],
		["control", 500, 512 * 1024, 1024 * 1024],
	] as const)("of a flood with the role %s so many pass", (as, packets, bytes, burst) => {
		role = as;
		send(10_000, 60, 5_000);
		expect(send(20_000, 60, 10_000)).toBeLessThanOrEqual(10 * Math.min(packets, bytes / 60) + 1);
		expect(send(20_000, 1200, 10_000)).toBeLessThanOrEqual((10 * bytes + burst) / 1200);
		expect(budget.exhausted).toBe(true);
	});

	it("are enough when many are dropped for a long time, and not when some are", () => {
		role = "view";
		// Twice what may come, for a few seconds.
		send(1_500, 60, 5_000);
		expect(budget.exhausted).toBe(false);
		clock.advance(60_000);
		send(20_000, 60, 5_000);
		expect(budget.exhausted).toBe(true);
		clock.advance(60_000);
		expect(budget.exhausted).toBe(false);
	});

	it("count by the role of the moment", () => {
		role = "view";
		expect(send(1_000, 50, 1)).toBeLessThan(400);
		role = "control";
		expect(send(500, 50, 1)).toBe(500);
	});

	it("of feedback and of data are counted apart", () => {
		send(10_000, 60, 1);
		expect(budget.takeFeedback(60)).toBe(true);
	});

	it("never pass beyond the burst and the rate, however they come", () => {
		fc.assert(
			fc.property(
				fc.array(fc.tuple(fc.nat(2_000), fc.nat(1_500)), { maxLength: 300 }),
				fc.constantFrom<Role>("view", "control"),
				(steps, as) => {
					const now = new FakeClock();
					const one = new PacketBudget(
						() => as,
						() => now.now(),
					);
					let [taken, bytes] = [0, 0];
					const start = now.now();
					for (const [wait, size] of steps) {
						now.advance(wait);
						if (!one.takeData(size)) continue;
						taken++;
						bytes += size;
					}
					const seconds = (now.now() - start) / 1000;
					const [packets, rate] =
						as === "view"
							? [300 + 150 * seconds, 64 + 16 * seconds]
							: [1000 + 500 * seconds, 1024 + 512 * seconds];
					expect(taken).toBeLessThanOrEqual(packets);
					expect(bytes).toBeLessThanOrEqual(rate * 1024);
				},
			),
		);
	});
});
