import { describe, expect, it } from "vitest";
import { deviceIdOf, PLACEHOLDER_ID, screenshotUrl, signalUrl } from "../../../app/viewer/urls.ts";

describe("deviceIdOf", () => {
	it("reads the device from its page's address", () => {
		expect(deviceIdOf("/devices/demo")).toBe("demo");
		expect(deviceIdOf("/devices/x11-0.1_a/")).toBe("x11-0.1_a");
	});

	it.each([
		"/",
		"/devices",
		"/devices/",
		"/devices/../etc",
		"/devices/UPPER",
		"/devices/a/b",
		`/devices/${"a".repeat(65)}`,
	])("finds none in %s", (path) => expect(deviceIdOf(path)).toBeUndefined());

	it("never takes the placeholder of the export for a device", () => {
		expect(deviceIdOf(`/devices/${PLACEHOLDER_ID}`)).toBeUndefined();
	});
});

describe("signalUrl", () => {
	it("is as safe as the page is", () => {
		expect(signalUrl({ protocol: "http:", host: "localhost:8400" })).toBe("ws://localhost:8400/signal");
		expect(signalUrl({ protocol: "https:", host: "example.org" })).toBe("wss://example.org/signal");
	});
});

describe("screenshotUrl", () => {
	it("differs from time to time", () => {
		expect(screenshotUrl("demo", 1)).toBe("/api/devices/demo/still?at=1");
	});
});
