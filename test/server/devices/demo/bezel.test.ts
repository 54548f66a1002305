import { loadImage } from "@napi-rs/canvas";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { demoBezel } from "../../../../server/devices/demo/bezel.ts";
import { DemoDevice } from "../../../../server/devices/demo/device.ts";
import { loadAddon } from "../../../../server/native/load.ts";
import { bezelSchema, type Orientation } from "../../../../signaling/protocol/device.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";

const clock = new FakeClock();
const device = new DemoDevice({ id: "demo", name: "Demo" }, { addon: loadAddon(), clock, wall: clock.wall });
const names = ["lock", "volume-up", "volume-down"].flatMap((id) => [`button-${id}`, `button-${id}-pressed`]);

describe("the demo's frame", () => {
	it("is one that the protocol knows, around the whole screen, with buttons that the device has", () => {
		expect(v.parse(bezelSchema, demoBezel)).toEqual(demoBezel);
		const { bezel, points, buttons, orientation } = device.describe();
		expect(bezel?.screen).toMatchObject(points);
		expect(orientation).toBe("portrait");
		const ids = buttons.map(({ id }) => id);
		for (const { id } of demoBezel.buttons) expect(ids).toContain(id);
	});

	it("has pictures of two pixels a point, each far below 512 KiB", async () => {
		for (const name of ["bezel", "bare", "mask", ...names]) {
			const png = await device.bezelImage(name);
			const { width } = await loadImage(Buffer.from(png));
			const button = demoBezel.buttons.find(({ id }) => name.startsWith(`button-${id}`));
			const { width: points } = name === "mask" ? demoBezel.screen : (button?.box ?? demoBezel);
			expect(width, name).toBe(points * 2);
			expect(png.length, name).toBeLessThan(64 * 1024);
		}
	});

	it("has no others", async () => {
		for (const name of ["button-home", "button-lock-pushed", "other", ""]) {
			await expect(device.bezelImage(name)).rejects.toMatchObject({ code: "no-such-bezel-image" });
		}
	});

	it("is held as it is told, and its picture lies down with it", async () => {
		const sizes: string[] = [];
		for (const orientation of [
			"landscape-left",
			"landscape-right",
			"portrait-upside-down",
			"portrait",
		] satisfies Orientation[]) {
			await device.setOrientation(orientation);
			const { pixels, orientation: held } = device.describe();
			expect(held).toBe(orientation);
			sizes.push(`${pixels.width}x${pixels.height}`);
		}
		expect(sizes).toEqual(["1560x720", "1560x720", "720x1560", "720x1560"]);
	});
});
