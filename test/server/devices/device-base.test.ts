import { expect, it } from "vitest";
import { DeviceBase } from "../../../server/devices/device-base.ts";
import type { DeviceEnd } from "../../../server/devices/provider.ts";

class Lamp extends DeviceBase {
	flicker(): void {
		this.reportChange();
	}
	break(code: string, endSource?: () => void): void {
		this.reportEnd({ code, message: "It broke." }, endSource);
	}
	get brokenBy(): string | undefined {
		return this.ended?.code;
	}
}

it("reports each change to every listener", () => {
	const lamp = new Lamp();
	const heard: string[] = [];
	lamp.flicker();
	lamp.onChange(() => heard.push("first"));
	lamp.onChange(() => heard.push("second"));
	lamp.flicker();
	lamp.flicker();
	expect(heard).toEqual(["first", "second", "first", "second"]);
});

it("reports its end once, and at once to those who come later", () => {
	const lamp = new Lamp();
	const ends: DeviceEnd[] = [];
	lamp.onEnd((end) => ends.push(end));
	expect(lamp.brokenBy).toBeUndefined();
	lamp.break("burnt-out");
	lamp.break("dropped");
	expect(ends).toEqual([{ code: "burnt-out", message: "It broke." }]);
	lamp.onEnd((end) => ends.push(end));
	expect(ends.map(({ code }) => code)).toEqual(["burnt-out", "burnt-out"]);
	expect(lamp.brokenBy).toBe("burnt-out");
});

it("lets its source end before any listener hears of it, when it counts as ended already", () => {
	const lamp = new Lamp();
	const heard: string[] = [];
	lamp.onEnd(() => heard.push("listener"));
	lamp.break("burnt-out", () => heard.push(`source of ${lamp.brokenBy}`));
	expect(heard).toEqual(["source of burnt-out", "listener"]);
});
