import { loadImage } from "@napi-rs/canvas";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../../../server/devices/clock.ts";
import { DemoDevice } from "../../../../server/devices/demo/device.ts";
import { createDemoProvider } from "../../../../server/devices/demo/provider.ts";
import { parseDeviceSpec } from "../../../../server/devices/device-spec.ts";
import type { AccessUnit, SourceOptions } from "../../../../server/devices/provider.ts";
import { loadAddon } from "../../../../server/native/load.ts";
import { wallClock } from "../../../../signaling/protocol/time.ts";

const addon = loadAddon();
let device: DemoDevice;
let units: AccessUnit[];

beforeEach(() => {
	device = new DemoDevice({ id: "demo", name: "Demo phone" }, { addon, clock: systemClock, wall: wallClock });
	units = [];
});
afterEach(() => device.close());

const options = (): SourceOptions => ({
	bitrate: 4_000_000,
	frameRate: 60,
	sink: { accessUnit: (unit) => void units.push(unit), ended: () => {} },
});

function switchWavesOff(): void {
	device.input.touch([{ id: 0, x: 0.9, y: 0.32 }]);
	device.input.touch([]);
}

/** Until no frame has come for this long. */
async function quiet(ms: number): Promise<void> {
	await vi.waitFor(
		() => {
			const last = units.at(-1);
			if (!last || systemClock.now() - last.encodedTime < ms) throw new Error("pictures still come");
		},
		{ timeout: 10_000 },
	);
}

describe("the demo phone", { timeout: 30_000 }, () => {
	it("describes itself, and anew when it is turned", () => {
		let changes = 0;
		device.onChange(() => changes++);
		expect(device.describe()).toMatchObject({
			kind: "demo",
			bezelStyle: "phone",
			pixels: { width: 720, height: 1560 },
			points: { width: 360, height: 780 },
		});
		device.input.button("rotate", true);
		expect(changes).toBe(1);
		expect(device.describe().pixels).toEqual({ width: 1560, height: 720 });
		device.input.text("no change of the description");
		expect(changes).toBe(1);
	});

	it("begins with a keyframe and moves at up to 60 pictures a second", async () => {
		await device.openSource(options());
		await vi.waitFor(() => expect(units.length).toBeGreaterThan(20), { timeout: 10_000 });
		expect(units[0]).toMatchObject({ keyframe: true, width: 720, height: 1560 });
		expect(units.slice(1).some((unit) => unit.keyframe)).toBe(false);
	});

	it("sends nothing while nothing changes, and a picture for each change", async () => {
		await device.openSource(options());
		switchWavesOff();
		await quiet(800);
		const before = units.length;
		device.input.text("x");
		await vi.waitFor(() => expect(units.length).toBeGreaterThan(before), { timeout: 5000 });
		await quiet(800);
		device.input.pointer(0.5, 0.5, 0);
		const after = units.length;
		await new Promise((resolve) => setImmediate(resolve));
		expect(units.length).toBe(after);
	});

	it("goes on with a keyframe of the new size when it is turned", async () => {
		await device.openSource(options());
		await vi.waitFor(() => expect(units.length).toBeGreaterThan(2), { timeout: 5000 });
		device.input.button("rotate", true);
		const before = units.length;
		await vi.waitFor(() => expect(units.length).toBeGreaterThan(before), { timeout: 5000 });
		expect(units[before]).toMatchObject({ keyframe: true, width: 1560, height: 720 });
	});

	it("gives a keyframe when asked, and takes a new rate", async () => {
		const source = await device.openSource(options());
		await vi.waitFor(() => expect(units.length).toBeGreaterThan(2), { timeout: 5000 });
		source.setRate({ bitrate: 1_000_000, frameRate: 30 });
		const before = units.length;
		source.requestKeyframe("main");
		await vi.waitFor(() => expect(units.slice(before).some((unit) => unit.keyframe)).toBe(true), {
			timeout: 5000,
		});
		expect(source.encoder).toContain("openh264");
	});

	it("makes a small rendition beside the main one while it has a rate, after a turn too", async () => {
		const source = await device.openSource(options());
		const small = () => units.filter(({ rendition }) => rendition === "small");
		source.setSmallRate({ bitrate: 500_000, frameRate: 30 });
		await vi.waitFor(() => expect(small().length).toBeGreaterThan(2), { timeout: 5000 });
		expect(small()[0]).toMatchObject({ keyframe: true, width: 360, height: 780 });
		device.input.button("rotate", true);
		await vi.waitFor(() => expect(small().at(-1)).toMatchObject({ width: 780, height: 360 }), {
			timeout: 5000,
		});
		expect(small().find(({ width }) => width === 780)?.keyframe).toBe(true);
		source.setRate(undefined);
		await vi.waitFor(() => expect(units.slice(-3).every((unit) => unit.rendition)).toBe(true), {
			timeout: 5000,
		});
	});

	it("neither draws nor codes while nothing of it is taken, and goes on with a keyframe of what is there", async () => {
		const source = await device.openSource(options());
		await vi.waitFor(() => expect(units.length).toBeGreaterThan(2), { timeout: 5000 });
		source.setRate(undefined);
		await quiet(400);
		const before = units.length;
		device.input.text("unseen");
		device.input.button("rotate", true);
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(units.length).toBe(before);
		expect(device.screen.damage.empty).toBe(false);
		source.setRate(options());
		await vi.waitFor(() => expect(units.length).toBeGreaterThan(before), { timeout: 5000 });
		expect(units[before]).toMatchObject({ keyframe: true, width: 1560, height: 720 });
	});

	it("gives no picture after its source was closed, and can open another", async () => {
		const source = await device.openSource(options());
		await expect(device.openSource(options())).rejects.toMatchObject({ code: "source-open" });
		await vi.waitFor(() => expect(units.length).toBeGreaterThan(0), { timeout: 5000 });
		await source.close();
		await source.close();
		const closedAt = units.length;
		device.input.text("unseen");
		source.requestKeyframe("main");
		await new Promise((resolve) => setImmediate(resolve));
		expect(units.length).toBe(closedAt);
		await device.openSource(options());
		await vi.waitFor(() => expect(units[closedAt]?.keyframe).toBe(true), { timeout: 5000 });
	});

	it("gives a screenshot for a card, with a source and without", async () => {
		const screenshot = await device.screenshot();
		const frame = await loadImage(Buffer.from(screenshot.data));
		expect([screenshot.type, frame.width, frame.height]).toEqual(["image/jpeg", 480, 1040]);
		await device.openSource(options());
		expect((await device.screenshot()).data.length).toBeGreaterThan(1000);
	});

	it("refuses an encoder that does not exist, and any source once closed", async () => {
		await expect(device.openSource({ ...options(), encoder: "h266" })).rejects.toMatchObject({
			code: "encoder-unavailable",
		});
		await device.close();
		await device.close();
		await expect(device.openSource(options())).rejects.toMatchObject({ code: "device-closed" });
	});
});

describe("the demo's provider", () => {
	const provider = createDemoProvider({ addon, clock: systemClock, wall: wallClock });

	it("always finds one", async () => {
		expect(await provider.find()).toEqual(["demo:"]);
	});

	it("opens it under its own name, or the one asked for", async () => {
		const plain = await provider.open(parseDeviceSpec("demo:"));
		const named = await provider.open(parseDeviceSpec("demo:?id=kitchen&name=Kitchen%20phone"));
		expect([plain.id, plain.describe().name]).toEqual(["demo", "Demo phone"]);
		expect([named.id, named.describe().name]).toEqual(["kitchen", "Kitchen phone"]);
		await Promise.all([plain.close(), named.close()]);
	});

	it("refuses a target and an id that cannot be in a URL", async () => {
		for (const text of ["demo:x", "demo:?id=No%20Way", "demo:?name="]) {
			await expect(provider.open(parseDeviceSpec(text))).rejects.toMatchObject({ code: "bad-device-spec" });
		}
	});
});
