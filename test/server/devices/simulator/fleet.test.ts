import { describe, expect, test, vi } from "vitest";
import { simulatorError } from "../../../../server/devices/simulator/errors.ts";
import { Fleet, LOOK_EVERY, LOOK_SOON } from "../../../../server/devices/simulator/fleet.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";
import { FakeDirectory, simulatorFacts } from "../../../fakes/fake-directory.ts";

function make(tells = false) {
	const directory = new FakeDirectory([simulatorFacts({ state: "Shutdown" })], tells);
	const clock = new FakeClock();
	return { directory, clock, fleet: new Fleet(directory, clock) };
}
const { udid } = simulatorFacts();

describe("a fleet of simulators", () => {
	test("is looked at regularly while somebody watches, more often while one is on its way", async () => {
		const { fleet, directory, clock } = make();
		const changed = vi.fn();
		const unwatch = fleet.watch(changed);
		await clock.pass(LOOK_EVERY);
		expect(changed).toHaveBeenCalledTimes(1);
		await clock.pass(LOOK_EVERY);
		expect(changed).toHaveBeenCalledTimes(1);
		directory.becomes(udid, "Booting");
		await clock.pass(LOOK_EVERY);
		directory.becomes(udid, "Booted");
		await clock.pass(LOOK_SOON);
		expect(changed).toHaveBeenCalledTimes(3);
		expect(fleet.get(udid)?.state).toBe("Booted");
		unwatch();
		expect(clock.pending).toBe(0);
	});

	test("is looked at when it tells of changes, and only then", async () => {
		const { fleet, directory, clock } = make(true);
		const changed = vi.fn();
		fleet.watch(changed);
		await clock.pass(60_000);
		expect(directory.looks).toBe(0);
		directory.becomes(udid, "Booted");
		await clock.pass(1);
		expect(changed).toHaveBeenCalledTimes(1);
	});

	test("asks once for all who look at the same time", async () => {
		const { fleet, directory } = make();
		await Promise.all([fleet.look(), fleet.look(), fleet.all()]);
		expect(directory.looks).toBe(1);
	});

	test("switches on and off, and says when it is so already", async () => {
		const { fleet, directory } = make();
		await expect(fleet.setPower(udid, false)).rejects.toMatchObject({
			code: "wrong-state",
			message: "iPhone 17 cannot be switched off: it is off already.",
		});
		await fleet.setPower(udid, true);
		expect(fleet.get(udid)?.state).toBe("Booted");
		await expect(fleet.setPower(udid, true)).rejects.toMatchObject({
			code: "wrong-state",
			message: "iPhone 17 cannot be switched on: it is on already.",
		});
		await fleet.setPower(udid, false);
		expect(directory.orders).toEqual([
			["boot", udid],
			["shutdown", udid],
		]);
	});

	test("is looked at soon and often after an order, as that may not show at once", async () => {
		const { fleet, directory, clock } = make();
		fleet.watch(() => {});
		directory.boot = async () => {};
		await fleet.setPower(udid, true);
		const before = directory.looks;
		await clock.pass(LOOK_SOON * 3, LOOK_SOON);
		expect(directory.looks).toBe(before + 3);
		await clock.pass(60_000, LOOK_SOON);
		const later = directory.looks;
		await clock.pass(LOOK_EVERY, LOOK_SOON);
		expect(directory.looks).toBe(later + 1);
	});

	test("keeps what it knew and why it cannot be looked at", async () => {
		const { fleet, directory, clock } = make();
		await fleet.look();
		directory.failure = simulatorError("program-missing", "xcrun is gone.");
		await expect(fleet.look()).rejects.toMatchObject({ code: "program-missing" });
		expect(fleet.failure).toBe("xcrun is gone.");
		expect(fleet.get(udid)).toBeDefined();
		directory.failure = undefined;
		fleet.watch(() => {});
		await clock.pass(LOOK_EVERY);
		expect(fleet.failure).toBeUndefined();
		fleet.close();
		expect(clock.pending).toBe(0);
		expect(directory.closed).toBe(true);
	});
});
