import { describe, expect, test, vi } from "vitest";
import { simulatorError } from "../../../../server/devices/simulator/errors.ts";
import {
	LOOK_EVERY,
	LOOK_SOON,
	SimulatorWatcher,
} from "../../../../server/devices/simulator/simulator-watcher.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";
import { FakeDirectory, simulatorFacts } from "../../../fakes/fake-directory.ts";

function make(tells = false) {
	const directory = new FakeDirectory([simulatorFacts({ state: "Shutdown" })], tells);
	const clock = new FakeClock();
	return { directory, clock, watcher: new SimulatorWatcher(directory, clock) };
}
const { udid } = simulatorFacts();

describe("a watcher of simulators", () => {
	test("is looked at regularly while somebody watches, more often while one is on its way", async () => {
		const { watcher, directory, clock } = make();
		const changed = vi.fn();
		const unwatch = watcher.watch(changed);
		await clock.pass(LOOK_EVERY);
		expect(changed).toHaveBeenCalledTimes(1);
		await clock.pass(LOOK_EVERY);
		expect(changed).toHaveBeenCalledTimes(1);
		directory.becomes(udid, "Booting");
		await clock.pass(LOOK_EVERY);
		directory.becomes(udid, "Booted");
		await clock.pass(LOOK_SOON);
		expect(changed).toHaveBeenCalledTimes(3);
		expect(watcher.get(udid)?.state).toBe("Booted");
		unwatch();
		expect(clock.pending).toBe(0);
	});

	test("is looked at when it tells of changes, and only then", async () => {
		const { watcher, directory, clock } = make(true);
		const changed = vi.fn();
		watcher.watch(changed);
		await clock.pass(60_000);
		expect(directory.looks).toBe(0);
		directory.becomes(udid, "Booted");
		await clock.pass(1);
		expect(changed).toHaveBeenCalledTimes(1);
	});

	test("asks once for all who look at the same time", async () => {
		const { watcher, directory } = make();
		await Promise.all([watcher.look(), watcher.look(), watcher.all()]);
		expect(directory.looks).toBe(1);
	});

	test("switches on and off, and says when it is so already", async () => {
		const { watcher, directory } = make();
		await expect(watcher.setPower(udid, false)).rejects.toMatchObject({
			code: "wrong-state",
			message: "iPhone 17 cannot be switched off: it is off already.",
		});
		await watcher.setPower(udid, true);
		expect(watcher.get(udid)?.state).toBe("Booted");
		await expect(watcher.setPower(udid, true)).rejects.toMatchObject({
			code: "wrong-state",
			message: "iPhone 17 cannot be switched on: it is on already.",
		});
		await watcher.setPower(udid, false);
		expect(directory.orders).toEqual([
			["boot", udid],
			["shutdown", udid],
		]);
	});

	test("is looked at soon and often after an order, as that may not show at once", async () => {
		const { watcher, directory, clock } = make();
		watcher.watch(() => {});
		directory.boot = async () => {};
		await watcher.setPower(udid, true);
		const before = directory.looks;
		await clock.pass(LOOK_SOON * 3, LOOK_SOON);
		expect(directory.looks).toBe(before + 3);
		await clock.pass(60_000, LOOK_SOON);
		const later = directory.looks;
		await clock.pass(LOOK_EVERY, LOOK_SOON);
		expect(directory.looks).toBe(later + 1);
	});

	test("keeps what it knew and why it cannot be looked at", async () => {
		const { watcher, directory, clock } = make();
		await watcher.look();
		directory.failure = simulatorError("program-missing", "xcrun is gone.");
		await expect(watcher.look()).rejects.toMatchObject({ code: "program-missing" });
		expect(watcher.failure).toBe("xcrun is gone.");
		expect(watcher.get(udid)).toBeDefined();
		directory.failure = undefined;
		watcher.watch(() => {});
		await clock.pass(LOOK_EVERY);
		expect(watcher.failure).toBeUndefined();
		watcher.close();
		expect(clock.pending).toBe(0);
		expect(directory.closed).toBe(true);
	});
});
