import { loadImage } from "@napi-rs/canvas";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../../../server/devices/clock.ts";
import { parseDeviceSpec } from "../../../../server/devices/device-spec.ts";
import type { AccessUnit, Device, DeviceEnd, SourceOptions } from "../../../../server/devices/provider.ts";
import { createX11Provider } from "../../../../server/devices/x11/provider.ts";
import { loadAddon } from "../../../../server/native/load.ts";
import { type ScreenClient, startScreenClient } from "../../../support/screen-client.ts";
import { startXDisplay, type XDisplay } from "../../../support/x-display.ts";

const addon = loadAddon();
const provider = createX11Provider({ addon, clock: systemClock, environment: {} });

let display: XDisplay;
let device: Device;
let client: ScreenClient | undefined;
let units: AccessUnit[];
let sourceEnds: DeviceEnd[];

beforeEach(async () => {
	display = await startXDisplay({ width: 640, height: 480 });
	device = await provider.open(parseDeviceSpec(`x11:${display.display}`));
	units = [];
	sourceEnds = [];
}, 20_000);
afterEach(async () => {
	await device.close();
	await client?.close();
	client = undefined;
	await display.close();
}, 20_000);

const options = (): SourceOptions => ({
	bitrate: 2_000_000,
	frameRate: 60,
	sink: { accessUnit: (unit) => void units.push(unit), ended: (end) => void sourceEnds.push(end) },
});

async function echo(): Promise<ScreenClient> {
	client = await startScreenClient("echo", { display: display.display, geometry: "640x480+0+0" });
	return client;
}

describe("an X display as a device", { timeout: 20_000 }, () => {
	it("says what it is", () => {
		expect(device.id).toBe(`x11-${display.display.slice(1)}`);
		expect(device.describe()).toEqual({
			name: `Display ${display.display}`,
			kind: "x11",
			pixels: { width: 640, height: 480 },
			points: { width: 640, height: 480 },
			bezelStyle: "none",
			inputs: ["pointer", "wheel", "keys", "text", "touch"],
			drawsPointer: true,
			reach: "owner",
			buttons: [],
		});
	});

	it("keeps its size when a small rendition of it is made", async () => {
		let changes = 0;
		device.onChange(() => changes++);
		const source = await device.openSource(options());
		source.setSmallRate({ bitrate: 500_000, frameRate: 30 });
		await vi.waitFor(
			() => expect(units.some(({ width, keyframe }) => keyframe && width === 320)).toBe(true),
			{
				timeout: 5000,
			},
		);
		expect([changes, device.describe().pixels.width]).toEqual([0, 640]);
	});

	it("brings pointer, buttons and wheel to a program, in order", async () => {
		const { until, events } = await echo();
		device.input.pointer(0.5, 0.5, 0);
		device.input.pointer(0.5, 0.5, 1);
		device.input.pointer(0.25, 0.5, 1);
		device.input.pointer(0.25, 0.5, 0);
		device.input.pointer(0.25, 0.5, 2);
		device.input.pointer(0.25, 0.5, 0);
		device.input.wheel(0.25, 0.5, 0, 60);
		device.input.wheel(0.25, 0.5, -60, -60);
		const buttons = () =>
			events.flatMap((event) =>
				event.event === "button" && event.down ? [`${event.button} at ${event.x},${event.y}`] : [],
			);
		await until(() => buttons().length >= 5);
		expect(buttons()).toEqual([
			"1 at 320,240",
			"3 at 160,240",
			"5 at 160,240",
			"4 at 160,240",
			"6 at 160,240",
		]);
	});

	it("brings a tap, a drag and a long press to a program", async () => {
		const { until, events } = await echo();
		const seen = () =>
			events.flatMap((event) =>
				event.event === "button" ? [`${event.down ? "+" : "-"}${event.button} ${event.x},${event.y}`] : [],
			);
		device.input.touch([{ id: 0, x: 0.5, y: 0.5 }]);
		device.input.touch([]);
		device.input.touch([{ id: 0, x: 0.25, y: 0.5 }]);
		device.input.touch([{ id: 0, x: 0.75, y: 0.5 }]);
		device.input.touch([]);
		device.input.touch([{ id: 0, x: 0.5, y: 0.25 }]);
		await until(() => seen().length >= 6);
		device.input.touch([]);
		expect(seen()).toEqual([
			"+1 320,240",
			"-1 320,240",
			"+1 160,240",
			"-1 480,240",
			"+3 320,120",
			"-3 320,120",
		]);
	});

	it("types any text, and keys by position", async () => {
		const program = await echo();
		device.input.text("Grüße, 世界 €!");
		device.input.key("ShiftLeft", true);
		device.input.key("KeyA", true);
		device.input.key("KeyA", false);
		device.input.key("ShiftLeft", false);
		await program.until(() => program.text() === "Grüße, 世界 €!A");
	});

	it("lets go of what is held when it is closed", async () => {
		const { until } = await echo();
		device.input.pointer(0.5, 0.5, 1);
		device.input.key("KeyA", true);
		await until((events) => events.some((event) => event.event === "key" && event.down));
		await device.close();
		await until((events) => events.some((event) => event.event === "key" && !event.down));
		await until((events) => events.some((event) => event.event === "button" && !event.down));
	});

	it("gives pictures that begin with a keyframe, at once after input", async () => {
		await echo();
		const source = await device.openSource(options());
		await vi.waitFor(() => expect(units[0]).toMatchObject({ keyframe: true, width: 640, height: 480 }), {
			timeout: 5000,
		});
		expect(source.encoder).toContain("openh264");
		await expect(device.openSource(options())).rejects.toMatchObject({ code: "source-open" });
		const before = units.length;
		device.input.pointer(0.5, 0.5, 1);
		await vi.waitFor(() => expect(units.length).toBeGreaterThan(before), { timeout: 5000 });
		source.requestKeyframe("main");
		await vi.waitFor(() => expect(units.slice(before).some((unit) => unit.keyframe)).toBe(true), {
			timeout: 5000,
		});
		await source.close();
		const closedAt = units.length;
		await source.close();
		device.input.pointer(0.5, 0.5, 0);
		await new Promise((resolve) => setImmediate(resolve));
		expect(units.length).toBe(closedAt);
	});

	it("gives a screenshot no wider than 480 pixels", async () => {
		const screenshot = await device.screenshot();
		const image = await loadImage(Buffer.from(screenshot.data));
		expect([screenshot.type, image.width, image.height]).toEqual(["image/jpeg", 480, 360]);
	});

	it("tells when its size changes, with a source and without", async () => {
		let changes = 0;
		device.onChange(() => changes++);
		display.resize(320, 240);
		await vi.waitFor(() => expect(device.describe().pixels).toEqual({ width: 320, height: 240 }), {
			timeout: 5000,
		});
		expect(changes).toBe(1);
		await device.openSource(options());
		display.resize(640, 480);
		await vi.waitFor(() => expect(changes).toBe(2), { timeout: 5000 });
		expect(device.describe().points).toEqual({ width: 640, height: 480 });
	});

	it("ends with a reason when its display vanishes, and its source with it", async () => {
		const ends: DeviceEnd[] = [];
		device.onEnd((end) => ends.push(end));
		await device.openSource(options());
		await display.close();
		await vi.waitFor(() => expect(ends).toHaveLength(1), { timeout: 5000 });
		expect(ends[0]?.code).toBe("display-vanished");
		expect(ends[0]?.message).toContain(display.display);
		await vi.waitFor(() => expect(sourceEnds).toHaveLength(1), { timeout: 5000 });
		const late: DeviceEnd[] = [];
		device.onEnd((end) => late.push(end));
		expect(late).toEqual(ends);
		expect(device.describe().note).toContain(display.display);
		device.input.pointer(0.5, 0.5, 1);
		await expect(device.screenshot()).rejects.toMatchObject({ code: "device-closed" });
		await expect(device.openSource(options())).rejects.toMatchObject({ code: "device-closed" });
		expect(sourceEnds).toHaveLength(1);
	});

	it("does not end by itself when it is closed", async () => {
		const ends: DeviceEnd[] = [];
		device.onEnd((end) => ends.push(end));
		await device.openSource(options());
		await device.close();
		await device.close();
		await display.close();
		await new Promise((resolve) => setImmediate(resolve));
		expect([ends, sourceEnds]).toEqual([[], []]);
	});

	it("refuses an encoder that does not exist", async () => {
		await expect(device.openSource({ ...options(), encoder: "h266" })).rejects.toMatchObject({
			code: "encoder-unavailable",
		});
	});
});

describe("the provider of X displays", { timeout: 20_000 }, () => {
	it("finds the current display where there is one that can be opened", async () => {
		const found = (environment: Record<string, string>) =>
			createX11Provider({ addon, clock: systemClock, environment }).find();
		expect(await found({ DISPLAY: display.display })).toEqual([`x11:${display.display}`]);
		expect(await found({ DISPLAY: ":59999" })).toEqual([]);
		expect(await found({ DISPLAY: "not a display" })).toEqual([]);
		expect(await found({})).toEqual([]);
	});

	it("takes another id and name", async () => {
		const named = await provider.open(parseDeviceSpec(`x11:${display.display}?id=lab&name=Lab`));
		expect([named.id, named.describe().name]).toEqual(["lab", "Lab"]);
		await named.close();
	});

	it("refuses what names no display, and tells of one that cannot be reached", async () => {
		for (const text of ["x11:", "x11:0", "x11::zero", "x11:/tmp/x", `x11:${"h".repeat(200)}:0`]) {
			await expect(provider.open(parseDeviceSpec(text)), text).rejects.toMatchObject({
				code: "bad-device-spec",
			});
		}
		await expect(provider.open(parseDeviceSpec("x11::59999"))).rejects.toMatchObject({
			code: "display-unreachable",
		});
	});
});
