import { expect, it } from "vitest";
import { DeviceIds } from "../../../signaling/server/device-ids.ts";
import { describeDevice } from "../../support/signaling-harness.ts";

it("a host's device ids get its prefix outward and lose it inward", () => {
	const ids = new DeviceIds("studio.");
	expect(ids.outward([describeDevice("demo")]).devices).toMatchObject([
		{ id: "studio.demo", name: "The demo" },
	]);
	expect(ids.inward("studio.demo")).toBe("demo");
});

it("ids that would be too long are told by the host's own name of them, and the others are kept", () => {
	const long = "x".repeat(58);
	const { devices, refused } = new DeviceIds("studio.").outward([
		describeDevice(long),
		describeDevice("x".repeat(57)),
	]);
	expect(refused).toEqual([long]);
	expect(devices.map(({ id }) => id.length)).toEqual([64]);
	expect(new DeviceIds("").outward([describeDevice("x".repeat(64))]).refused).toEqual([]);
});
