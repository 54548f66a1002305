import { describe, expect, it } from "vitest";
import { matches } from "../../../../app/components/devices/device-list.tsx";
import { describeDevice } from "../../../support/signaling-harness.ts";

const device = describeDevice("build-1", { name: "Build machine", kind: "x11" });

describe("matches", () => {
	it("finds every word in name or id, in any order and case", () => {
		expect(matches(device, "", undefined)).toBe(true);
		expect(matches(device, "machine BUILD", undefined)).toBe(true);
		expect(matches(device, " build-1 ", undefined)).toBe(true);
		expect(matches(device, "build phone", undefined)).toBe(false);
	});

	it("keeps to the kind that was chosen", () => {
		expect(matches(device, "build", "x11")).toBe(true);
		expect(matches(device, "build", "demo")).toBe(false);
	});
});
