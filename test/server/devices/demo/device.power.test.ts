import { beforeEach, describe, expect, it } from "vitest";
import { BOOT_TAKES, DemoDevice } from "../../../../server/devices/demo/device.ts";
import type { DeviceEnd, SourceOptions } from "../../../../server/devices/provider.ts";
import { loadAddon } from "../../../../server/native/load.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";

let clock: FakeClock;
let device: DemoDevice;
let changes: string[];
let ends: DeviceEnd[];

beforeEach(() => {
	clock = new FakeClock();
	device = new DemoDevice(
		{ id: "demo", name: "Demo phone" },
		{ addon: loadAddon(), clock, wall: clock.wall },
	);
	changes = [];
	ends = [];
	device.onChange(() => changes.push(device.describe().power ?? ""));
});

const options = (): SourceOptions => ({
	bitrate: 1_000_000,
	frameRate: 30,
	sink: { accessUnit() {}, ended: (end) => ends.push(end) },
});

describe("the demo's power", () => {
	it("goes off at once: its source ends, and there is neither another nor a screenshot", async () => {
		await device.openSource(options());
		await device.setPower(false);
		expect(changes).toEqual(["off"]);
		expect(ends).toEqual([{ code: "device-off", message: "Demo phone was switched off." }]);
		await expect(device.openSource(options())).rejects.toMatchObject({ code: "device-off" });
		await expect(device.screenshot()).rejects.toMatchObject({ code: "device-off" });
		await device.close();
	});

	it("comes on after a while, with a screen that says so, as it was at first", async () => {
		device.input.text("gone");
		await device.setPower(false);
		await device.setPower(true);
		await device.setPower(true);
		expect(changes).toEqual(["off", "starting"]);
		const source = await device.openSource(options());
		device.input.text("too early");
		device.input.button("rotate", true);
		expect(device.screen).toMatchObject({ started: false, text: "", orientation: "portrait" });
		clock.advance(BOOT_TAKES - 1);
		expect(device.describe().power).toBe("starting");
		clock.advance(1);
		expect(changes).toEqual(["off", "starting", "on"]);
		device.input.text("in time");
		expect(device.screen).toMatchObject({ started: true, text: "in time" });
		expect(ends).toEqual([]);
		await source.close();
		await device.close();
	});

	it("can be switched off while it starts, and does not come on then", async () => {
		await device.setPower(false);
		await device.setPower(true);
		await device.setPower(false);
		clock.advance(BOOT_TAKES * 2);
		expect(changes).toEqual(["off", "starting", "off"]);
		await device.setPower(true);
		await device.close();
		expect(clock.pending).toBe(0);
	});
});
