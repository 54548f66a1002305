import { describe, expect, test, vi } from "vitest";
import type { AccessUnit, DeviceEnd, SourceOptions } from "../../../../server/devices/provider.ts";
import { BackendSelection, findBackends } from "../../../../server/devices/simulator/backend-selection.ts";
import { SimulatorDevice } from "../../../../server/devices/simulator/device.ts";
import { LOOK_EVERY, SimulatorWatcher } from "../../../../server/devices/simulator/simulator-watcher.ts";
import { Simctl } from "../../../../server/devices/simulator/tools/simctl.ts";
import { FakeClock, settled } from "../../../fakes/fake-clock.ts";
import { FakeDirectory, simulatorFacts } from "../../../fakes/fake-directory.ts";
import { FakeBackend } from "../../../fakes/fake-simulator-backend.ts";
import { FakeTools } from "../../../fakes/fake-tools.ts";

const facts = simulatorFacts({ pixels: { width: 1206, height: 2622 }, scale: 3 });
const { udid } = facts;

async function make(options: { state?: "Booted" | "Shutdown"; named?: boolean } = {}) {
	const now = simulatorFacts({ ...facts, state: options.state ?? "Booted" });
	const directory = new FakeDirectory([now]);
	const clock = new FakeClock();
	const watcher = new SimulatorWatcher(directory, clock);
	const backends = [new FakeBackend("baguette"), new FakeBackend("screenshots")] as const;
	backends[1].inputs = [];
	const findings = await findBackends(backends);
	const tools = new FakeTools();
	const release = vi.fn(async () => {});
	await watcher.look();
	const device = new SimulatorDevice({
		identity: { id: udid.toLowerCase(), name: options.named ? "Mine" : "iPhone 17" },
		named: options.named ?? false,
		facts: now,
		watcher,
		selection: (changed) =>
			new BackendSelection({ backends, findings, forced: undefined, clock, changed, random: () => 1 }),
		simctl: new Simctl(tools),
		allowed: (clipboard) => clipboard,
		clock,
		appearance: async () => ({}),
		release,
	});
	await settled();
	const changed = vi.fn();
	device.onChange(changed);
	const [backend] = backends;
	return { device, directory, clock, watcher, backend, backends, tools, release, changed };
}

function watching() {
	const units: AccessUnit[] = [];
	const ends: DeviceEnd[] = [];
	const options: SourceOptions = {
		bitrate: 1,
		frameRate: 60,
		sink: { accessUnit: (unit) => void units.push(unit), ended: (end) => void ends.push(end) },
	};
	return { units, ends, options };
}

describe("a simulator as a device", () => {
	test("says what it is, by the best way there is", async () => {
		const { device, backend } = await make();
		expect(device.describe()).toMatchObject({
			name: "iPhone 17",
			kind: "simulator",
			pixels: { width: 1206, height: 2622 },
			points: { width: 402, height: 874 },
			bezelStyle: "none",
			power: "on",
			inputs: ["pointer", "keys"],
		});
		expect(device.describe().note).toBeUndefined();
		expect(device.describe().buttons.map(({ id }) => id)).toContain("rotate-left");
		const { options, units } = watching();
		const source = await device.openSource(options);
		expect(source.encoder).toBe("by baguette");
		backend.opened[0]?.gives(800, 1740);
		expect(units).toHaveLength(1);
		expect(device.describe().pixels).toEqual({ width: 800, height: 1740 });
		await expect(device.openSource(options)).rejects.toMatchObject({ code: "source-open" });
		await source.close();
		expect(backend.opened[0]?.closed).toBe(true);
		await device.openSource(options);
	});

	test("is in the list while it is off, and is shown once it was started", async () => {
		const { device, directory, clock, backend } = await make({ state: "Shutdown" });
		expect(device.describe()).toMatchObject({
			power: "off",
			note: expect.stringContaining("iPhone 17 is switched off. Start it to see it."),
		});
		const { options } = watching();
		await expect(device.openSource(options)).rejects.toMatchObject({ code: "device-off" });
		await expect(device.screenshot()).rejects.toMatchObject({ code: "device-off" });
		expect(() => device.input.key("KeyA", true)).toThrow(expect.objectContaining({ code: "device-off" }));
		await device.setPower(true);
		expect(directory.orders).toEqual([["boot", udid]]);
		expect(device.describe()).toMatchObject({ power: "on", orientation: "portrait" });
		await expect(device.setPower(true)).rejects.toMatchObject({ code: "wrong-state" });
		await device.openSource(options);
		backend.opened[0]?.gives();
		directory.becomes(udid, "Booting");
		await clock.pass(LOOK_EVERY);
		await expect(device.openSource(options)).rejects.toMatchObject({
			code: "device-off",
			message: expect.stringContaining("is starting"),
		});
	});

	test("ends its picture with that reason when it is switched off, and does not blame the way", async () => {
		const { device, backend, directory } = await make();
		for (let time = 0; time < 4; time++) {
			const { options, ends } = watching();
			directory.becomes(udid, "Booted");
			await device.openSource(options);
			directory.becomes(udid, "Shutdown");
			backend.opened.at(-1)?.fails("the surface is gone");
			await settled();
			expect(ends).toEqual([{ code: "device-off", message: expect.stringContaining("switched off") }]);
		}
		directory.becomes(udid, "Booted");
		expect(device.selectionReport.chosen).toBe("baguette");
	});

	test("tells the reason when the way fails, and after some failures why a lower one is used", async () => {
		const { device, backend, backends, clock } = await make();
		for (let time = 0; time < 3; time++) {
			const { options, ends } = watching();
			const opening = device.openSource(options);
			await settled();
			await clock.pass(5000);
			await opening;
			backend.opened.at(-1)?.fails("It broke.");
			await settled();
			expect(ends).toEqual([{ code: "program-ended", message: "It broke." }]);
		}
		expect(device.describe()).toMatchObject({
			inputs: [],
			buttons: [],
			note: "Shown by way of screenshots. baguette: It failed 3 times; at last: It broke.",
		});
		await device.openSource(watching().options);
		expect(backends[1].opened).toHaveLength(1);
	});

	test("passes input on, opens the way again when it is lost, and says why it was", async () => {
		const { device, backend, clock } = await make();
		device.input.key("KeyA", true);
		const [first] = backend.openedInputs;
		expect(first?.input.drain()).toEqual([["key", "KeyA", true]]);
		first?.events.lost({ code: "x", message: "baguette was ended by SIGKILL" });
		expect(device.describe().note).toBe("Input: baguette was ended by SIGKILL");
		expect(() => device.input.key("KeyA", false)).toThrow(expect.objectContaining({ code: "input-refused" }));
		clock.advance(250);
		device.input.key("KeyB", true);
		expect(backend.openedInputs[1]?.input.drain()).toEqual([["key", "KeyB", true]]);
		backend.openedInputs[1]?.events.refused("baguette says: unknown kind: paste");
		expect(device.describe().note).toBe("Input: baguette says: unknown kind: paste");
	});

	test("captures at once what input changes", async () => {
		const { device, backend } = await make();
		await device.openSource(watching().options);
		device.input.pointer(0.5, 0.5, 1);
		expect(backend.opened[0]?.calls).toContainEqual(["expectDamage"]);
	});

	test("is turned by its buttons and by order, and shaken", async () => {
		const { device, backend, directory } = await make();
		device.input.button("rotate-left", true);
		device.input.button("rotate-left", false);
		await settled();
		device.input.button("rotate-left", true);
		await settled();
		await device.setOrientation("landscape-right");
		device.input.button("rotate-right", true);
		await settled();
		expect(backend.turns).toEqual([
			[udid, "landscape-left"],
			[udid, "portrait-upside-down"],
			[udid, "landscape-right"],
			[udid, "portrait-upside-down"],
		]);
		expect(device.describe()).toMatchObject({ orientation: "portrait-upside-down", rotation: 180 });
		device.input.button("shake", true);
		await settled();
		expect(directory.orders).toEqual([["shake", udid]]);
	});

	test("tells by how much its picture is to be turned, unless it comes turned", async () => {
		const { device, backend } = await make();
		await device.openSource(watching().options);
		backend.opened[0]?.gives(1206, 2622);
		expect(device.describe().rotation).toBeUndefined();
		await device.setOrientation("landscape-left");
		expect(device.describe()).toMatchObject({ pixels: { width: 1206, height: 2622 }, rotation: 270 });
		await device.setOrientation("landscape-right");
		expect(device.describe().rotation).toBe(90);
		backend.opened[0]?.gives(2622, 1206);
		expect(device.describe().rotation).toBeUndefined();
		expect(device.describe().pixels).toEqual({ width: 2622, height: 1206 });
	});

	test("has the simulator's clipboard", async () => {
		const { device, tools, directory, watcher } = await make();
		tools.on("xcrun simctl pbpaste", { output: "copied" }).on("xcrun simctl pbcopy", {});
		expect(await device.clipboard?.read?.()).toEqual({ format: "text", text: "copied" });
		await device.clipboard?.write?.({ format: "text", text: "new" });
		expect(tools.inputs).toEqual([undefined, "new"]);
		await expect(device.clipboard?.write?.({ format: "image", png: Uint8Array.of(1) })).rejects.toMatchObject(
			{ code: "unsupported" },
		);
		directory.becomes(udid, "Shutdown");
		await watcher.look();
		await expect(device.clipboard?.read?.()).rejects.toMatchObject({ code: "device-off" });
	});

	test("takes the simulator's new name, unless the user gave one", async () => {
		const own = await make();
		const named = await make({ named: true });
		for (const { directory, watcher } of [own, named]) {
			directory.simulators = [simulatorFacts({ ...facts, name: "Renamed" })];
			await watcher.look();
		}
		expect(own.device.describe().name).toBe("Renamed");
		expect(own.changed).toHaveBeenCalled();
		expect(named.device.describe().name).toBe("Mine");
	});

	test("ends when it is deleted", async () => {
		const { device, directory, watcher } = await make();
		const { options, ends } = watching();
		const ended = vi.fn();
		device.onEnd(ended);
		await device.openSource(options);
		directory.simulators = [];
		await watcher.look();
		expect(ended.mock.calls[0]?.[0]).toMatchObject({ code: "simulator-deleted" });
		expect(ends).toEqual([ended.mock.calls[0]?.[0]]);
		await expect(device.openSource(options)).rejects.toMatchObject({ code: "device-closed" });
	});

	test("closes everything, once", async () => {
		const { device, backend, release, clock } = await make();
		const { options, ends } = watching();
		await device.openSource(options);
		device.input.pointer(0.5, 0.5, 1);
		await Promise.all([device.close(), device.close()]);
		expect(backend.opened[0]?.closed).toBe(true);
		expect(backend.openedInputs[0]?.input.closed).toBe(true);
		expect(backend.openedInputs[0]?.input.calls.at(-1)?.[0]).toBe("up");
		expect(release).toHaveBeenCalledTimes(1);
		expect(ends).toEqual([]);
		expect(clock.pending).toBe(0);
		await expect(device.openSource(options)).rejects.toMatchObject({ code: "device-closed" });
	});
});

describe("a simulator's log", () => {
	test("is followed line by line until it is let go of", async () => {
		const { device, tools } = await make();
		const line = vi.fn();
		const ended = vi.fn();
		const stop = device.log({ level: "debug", style: "compact" }, { line, ended });
		tools.last.says("one\ntw");
		tools.last.says("o\n");
		expect(line.mock.calls).toEqual([["one"], ["two"]]);
		stop();
		expect(tools.last.ended).toBe(true);
		expect(ended).not.toHaveBeenCalled();
		device.log({ level: "default", style: "json" }, { line, ended });
		tools.last.dies("ended with exit code 64: bad predicate");
		expect(ended).toHaveBeenCalledWith("The log of iPhone 17 ended with exit code 64: bad predicate.");
	});

	test("ends at once while it is off", async () => {
		const { device, tools } = await make({ state: "Shutdown" });
		const ended = vi.fn();
		device.log({ level: "info", style: "syslog" }, { line() {}, ended });
		await settled();
		expect(ended).toHaveBeenCalledWith("iPhone 17 is switched off, and logs nothing.");
		expect(tools.started).toEqual([]);
	});
});
