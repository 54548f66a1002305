import * as v from "valibot";
import { describe, expect, test } from "vitest";
import {
	deviceButtons,
	familyOf,
	rotationOf,
	turned,
} from "../../../../server/devices/simulator/description.ts";
import { runtimeName, simulatorState } from "../../../../server/devices/simulator/simulator-directory.ts";
import { deviceButtonSchema, type Orientation } from "../../../../signaling/protocol/device.ts";
import { simulatorFacts } from "../../../fakes/fake-directory.ts";

const phone = { width: 1206, height: 2622 };
const lying = { width: 2622, height: 1206 };
const ways: readonly Orientation[] = [
	"portrait",
	"landscape-left",
	"portrait-upside-down",
	"landscape-right",
];

describe("how a simulator is held", () => {
	test("goes round in quarters, there and back", () => {
		for (const [at, way] of ways.entries()) {
			expect(turned(way, "left")).toBe(ways[(at + 1) % 4]);
			expect(turned(turned(way, "left"), "right")).toBe(way);
		}
	});

	test("turns its framebuffer's picture as a hand turns the device", () => {
		const angles = ways.map((way) => rotationOf(way, phone, phone) ?? 0);
		// Each a quarter against the clock from the one before.
		expect(angles).toEqual([0, 270, 180, 90]);
	});

	test("turns nothing that lies already where the panel stands", () => {
		expect(ways.map((way) => rotationOf(way, lying, phone))).toEqual([undefined, undefined, 180, undefined]);
	});

	test("takes a panel that nobody told of for upright, and one that lies for lying", () => {
		expect(rotationOf("landscape-left", phone, undefined)).toBe(270);
		expect(rotationOf("landscape-left", lying, undefined)).toBeUndefined();
		expect(rotationOf("landscape-left", lying, lying)).toBe(270);
	});
});

const named = (name: string, runtime = "iOS 26.1") =>
	simulatorFacts({ name: "Renamed", runtime, deviceType: { name, identifier: name, bundlePath: "" } });
const ids = (name: string, turns = true) => deviceButtons(named(name), { turns }).map(({ id }) => id);

describe("the buttons of simulators", () => {
	test.each([
		["iPhone 17 Pro Max", "phone"],
		["iPhone SE (3rd generation)", "home-button-phone"],
		["iPhone 8 Plus", "home-button-phone"],
		["iPad Pro 13-inch (M5)", "tablet"],
		["Apple Watch Ultra 3 (49mm)", "watch"],
		["Apple TV 4K (3rd generation)", "tv"],
		["Apple Vision Pro", "vision"],
	])("%s is a %s, whatever it is called", (name, family) => {
		expect(familyOf(named(name))).toBe(family);
	});

	test("are those of the device, all fit to be told", () => {
		expect(ids("iPhone 17 Pro")).toContain("action");
		expect(ids("iPhone 15")).not.toContain("action");
		expect(ids("iPhone 15")).toContain("swipe-to-app-switcher");
		expect(ids("iPhone SE (3rd generation)")).not.toContain("swipe-to-home");
		expect(ids("Apple Watch Series 11 (46mm)")).toEqual(["digital-crown", "side-button"]);
		expect(ids("iPhone 17")).not.toContain("siri");
		expect(ids("iPhone 17", false)).not.toContain("rotate-left");
		for (const button of deviceButtons(named("iPhone 17"), { turns: true }))
			expect(v.safeParse(deviceButtonSchema, button).success, button.id).toBe(true);
	});
});

describe("turning", () => {
	test("left and right go around, each the other's way back", () => {
		let held: Orientation = "portrait";
		const way: Orientation[] = [];
		for (let turn = 0; turn < 4; turn++) {
			way.push(turned(held, "left"));
			expect(turned(turned(held, "left"), "right")).toBe(held);
			held = turned(held, "left");
		}
		expect(way).toEqual(["landscape-left", "portrait-upside-down", "landscape-right", "portrait"]);
	});
});

describe("words of CoreSimulator", () => {
	test("are told apart", () => {
		expect(runtimeName("com.apple.CoreSimulator.SimRuntime.watchOS-26-1")).toBe("watchOS 26.1");
		expect(runtimeName("iOS 26.1")).toBe("iOS 26.1");
		expect(simulatorState("Shutting Down")).toBe("ShuttingDown");
		expect(simulatorState("Booted")).toBe("Booted");
		expect(simulatorState("Melting")).toBe("Shutdown");
	});
});
