import { createCanvas } from "@napi-rs/canvas";
import { describe, expect, test, vi } from "vitest";
import type { AccessUnit } from "../../../../../../server/devices/provider.ts";
import { NativeBackend } from "../../../../../../server/devices/simulator/backends/addon/backend.ts";
import { macAddon, openService } from "../../../../../../server/devices/simulator/backends/addon/service.ts";
import { FakeClock } from "../../../../../fakes/fake-clock.ts";
import { FakeSimulatorAddon, nativeError } from "../../../../../fakes/fake-simulator-addon.ts";
import { FakeTools } from "../../../../../fakes/fake-tools.ts";

const target = { udid: "U", name: "My phone", points: () => ({ width: 1, height: 1 }) };
const tools = new FakeTools()
	.on("xcode-select -p", { output: "/Xcode/Developer" })
	.on("xcodebuild -version", { output: "Xcode 26.1" });

function make(videotoolbox = true) {
	const fake = new FakeSimulatorAddon();
	const detail = videotoolbox ? "macOS 26" : "there is no hardware encoder";
	const encoders = () => [{ name: "videotoolbox" as const, available: videotoolbox, detail }];
	const addon = macAddon({ encoders, ...fake.parts });
	if (!addon) throw new Error("it has its part for simulators");
	const backend = new NativeBackend({
		addon,
		service: () => openService(addon, tools, undefined),
		clock: new FakeClock(),
		copy: async () => {},
		screenshot: async () => createCanvas(960, 480).encodeSync("jpeg"),
	});
	return { fake, backend };
}

function watching() {
	const units: AccessUnit[] = [];
	const sink = { accessUnit: (unit: AccessUnit) => void units.push(unit), ended: vi.fn() };
	return { units, sink, options: { bitrate: 1, frameRate: 60, sink } };
}

describe("simulators by way of the addon", () => {
	test("need VideoToolbox and CoreSimulator, and say what is missing", async () => {
		await expect(make(false).backend.ready()).rejects.toMatchObject({
			code: "backend-unavailable",
			message: "VideoToolbox cannot be used: there is no hardware encoder",
		});
		const { fake, backend } = make();
		fake.failure = nativeError("core-simulator-missing", "There is no CoreSimulator.");
		await expect(backend.ready()).rejects.toMatchObject({ message: "There is no CoreSimulator." });
		expect(await backend.ready()).toBe("Xcode 26");
		expect(() => make().backend.openInput(target, { lost() {}, refused() {} })).toThrow(
			expect.objectContaining({ code: "backend-unavailable" }),
		);
	});

	test("pass the native source's calls and pictures on, and nothing after it was closed", async () => {
		const { fake, backend } = make();
		await backend.ready();
		const { units, sink, options } = watching();
		const source = await backend.openSource(target, options);
		fake.source.gives(1206, 2622);
		source.requestKeyframe("small");
		source.setRate(undefined);
		source.setSmallRate({ bitrate: 2, frameRate: 30 });
		source.expectDamage();
		expect(units).toHaveLength(1);
		expect(fake.source.calls).toEqual([
			["requestKeyframe", "small"],
			["setRate", undefined],
			["setSmallRate", { bitrate: 2, frameRate: 30 }],
			["expectDamage"],
		]);
		await source.close();
		await source.close();
		source.requestKeyframe("main");
		expect(fake.source.calls).toHaveLength(4);
		expect(fake.source.closed).toBe(true);
		expect(sink.ended).not.toHaveBeenCalled();
	});

	test("tell why the screen is gone", async () => {
		const { fake, backend } = make();
		await backend.ready();
		const { sink, options } = watching();
		await backend.openSource(target, options);
		const end = { code: "no-framebuffer-port", message: "The screen is gone." };
		fake.source.options.onEnd(end);
		expect(sink.ended.mock.calls).toEqual([[end]]);
		expect(fake.source.closed).toBe(true);
		const lost = vi.fn();
		backend.openInput(target, { lost, refused() {} });
		expect(fake.input.options.transport).toBe("indigo");
		fake.input.options.onEnd(end);
		expect(lost).toHaveBeenCalledWith(end);
	});

	test("give screenshots of the open source, else of simctl", async () => {
		const { fake, backend } = make();
		await backend.ready();
		const size = async () => {
			const { data } = await backend.screenshot(target);
			// Width and height of a JPEG, behind its start of frame.
			const at = Buffer.from(data).indexOf(Buffer.of(0xff, 0xc0));
			return [Buffer.from(data).readUInt16BE(at + 7), Buffer.from(data).readUInt16BE(at + 5)];
		};
		expect(await size()).toEqual([480, 240]);
		await backend.openSource(target, watching().options);
		fake.source.frame = { width: 100, height: 200, data: Buffer.alloc(80_000, 128) };
		expect(await size()).toEqual([100, 200]);
	});

	test("turn a device as a hand would: with its top to the left is 3", async () => {
		const { fake, backend } = make();
		await backend.ready();
		for (const orientation of [
			"portrait",
			"portrait-upside-down",
			"landscape-left",
			"landscape-right",
		] as const)
			await backend.turn("U", orientation);
		expect(fake.service.orders.map(([, , value]) => value)).toEqual([1, 2, 3, 4]);
	});
});
