import { describe, expect, it } from "vitest";
import { cardState } from "../../../../app/components/devices/device-card.tsx";
import { describeDevice } from "../../../support/signaling-harness.ts";

describe("cardState", () => {
	it("gives the reason for a device that does not work", () => {
		expect(cardState(describeDevice("a", { state: "failed", note: "No encoder." })).text).toBe("No encoder.");
		expect(cardState(describeDevice("a", { state: "failed" })).text).toBe("Not working");
	});

	it("says since when a device is offline, with the day if it was another", () => {
		const today = cardState(describeDevice("a", { state: "offline", since: Date.now() })).text;
		const before = cardState(
			describeDevice("a", { state: "offline", since: Date.now() - 3 * 86_400_000 }),
		).text;
		expect(today).toMatch(/^Offline since /);
		expect(before.length).toBeGreaterThan(today.length);
	});

	it("has another dot for each state", () => {
		const states = ["ready", "live", "off", "starting", "failed", "offline"] as const;
		const dots = states.map((state) => cardState(describeDevice("a", { state })).dot);
		expect(new Set(dots).size).toBe(states.length);
	});
});
