import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadImage } from "@napi-rs/canvas";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../server/devices/clock.ts";
import type { AccessUnit, Device, SourceOptions } from "../../server/devices/provider.ts";
import { DeviceRegistry } from "../../server/devices/registry.ts";
import { loadAddon } from "../../server/native/load.ts";
import { root } from "../../setup/step.mjs";
import { decode } from "./decoded-frame.ts";
import { brokenRules, circles } from "./import-rules.ts";
import { createLampProvider } from "./lamp/provider.ts";

const files = ["provider", "device", "source", "input"].map((name) => `${name}.ts`);

/** A file of the lamp as it reads below `server/devices/lamp`, in the order of imports that our linter asks for. */
function inPlace(file: string): string {
	const input = readFileSync(join(root, "test/support/lamp", file), "utf8")
		.replaceAll('"../../../server/devices/', '"../')
		.replaceAll('"../../../server/', '"../../');
	const biome = join(root, "node_modules/.bin/biome");
	const args = ["check", "--write", `--stdin-file-path=server/devices/lamp/${file}`];
	return execFileSync(biome, args, { cwd: root, input, encoding: "utf8" });
}

const guide = "docs/adding-a-device.md";

it("is explained by a guide whose code is the lamp's (vitest -u writes it)", async () => {
	const text = readFileSync(join(root, guide), "utf8");
	let blocks = 0;
	const current = text.replace(
		/(`server\/devices\/lamp\/([a-z]+\.ts)`[^\n]*\n\n```ts\n)[\s\S]*?(?=```\n)/g,
		(_, head: string, file: string) => {
			blocks++;
			return head + inPlace(file);
		},
	);
	expect(blocks).toBe(files.length);
	await expect(current).toMatchFileSnapshot(join(root, guide));
});

it("names places in its guide that are there", () => {
	const text = readFileSync(join(root, guide), "utf8");
	const named = [...text.matchAll(/`((?:app|server|signaling|test)\/[\w/.-]+\.tsx?)`/g)].map(
		([, path = ""]) => path,
	);
	expect(named.length).toBeGreaterThan(10);
	for (const path of named) {
		if (!path.includes("/lamp/")) expect(() => readFileSync(join(root, path)), path).not.toThrow();
	}
	const registration = named.find((path) =>
		readFileSync(join(root, path), "utf8").includes("createDemoProvider({"),
	);
	expect(registration).toBeDefined();
});

it("names classes of the addon in its guide that the addon has", () => {
	const text = readFileSync(join(root, guide), "utf8");
	const named = [...text.matchAll(/the addon's `([A-Z]\w+)`/g)].map(([, name = ""]) => name);
	expect(named).toContain("PixelSource");
	for (const name of named) expect(loadAddon()).toHaveProperty(name);
});

it("keeps the import rules", () => {
	const sources = files.map((file) => ({ path: `server/devices/lamp/${file}`, text: inPlace(file) }));
	expect(brokenRules(sources)).toEqual([]);
	expect(circles(sources)).toEqual([]);
});

describe("a lamp", { timeout: 20_000 }, () => {
	const registry = new DeviceRegistry([createLampProvider({ addon: loadAddon(), clock: systemClock })]);
	let lamp: Device;
	let units: AccessUnit[];

	beforeEach(async () => {
		lamp = await registry.open(registry.parse("lamp:FF8800"));
		units = [];
	});
	afterEach(() => lamp.close());

	const options = (): SourceOptions => ({
		bitrate: 1_000_000,
		frameRate: 30,
		sink: { accessUnit: (unit) => void units.push(unit), ended: () => {} },
	});
	const brightness = () => decode(units.map(({ data }) => data)).at(-1)?.y[0] ?? 0;

	it("is named by its spec", async () => {
		expect([lamp.id, lamp.describe().name]).toEqual(["lamp-ff8800", "Lamp ff8800"]);
		const named = await registry.open(registry.parse("lamp:00ff00?id=hall&name=Hall"));
		expect([named.id, named.describe().name]).toEqual(["hall", "Hall"]);
		await expect(registry.open(registry.parse("lamp:orange"))).rejects.toMatchObject({
			code: "bad-device-spec",
		});
	});

	it("gives a keyframe at first, and a frame when somebody switches it", async () => {
		await lamp.openSource(options());
		await vi.waitFor(
			() => expect(units[0]).toMatchObject({ keyframe: true, width: 640, height: 360 }),
			20_000,
		);
		expect(brightness()).toBeGreaterThan(100);
		lamp.input.pointer(0.5, 0.5, 1);
		await vi.waitFor(() => expect(brightness()).toBeLessThan(40), 20_000);
		expect(lamp.describe().note).toBe("It is off.");
		lamp.input.pointer(0.5, 0.5, 0);
		lamp.input.touch([{ id: 0, x: 0.5, y: 0.5 }]);
		lamp.input.touch([{ id: 0, x: 0.6, y: 0.5 }]);
		lamp.input.touch([]);
		await vi.waitFor(() => expect(brightness()).toBeGreaterThan(100), 20_000);
	});

	it("reports changes, and shows them on its card", async () => {
		let changes = 0;
		lamp.onChange(() => changes++);
		lamp.input.key("Space", true);
		lamp.input.key("Space", false);
		expect(changes).toBe(1);
		const image = await loadImage(Buffer.from((await lamp.screenshot()).data));
		expect([image.width, image.height]).toEqual([480, 270]);
	});

	it("goes on after a pause with the screen as it is then, and gives a keyframe on request", async () => {
		const source = await lamp.openSource(options());
		await vi.waitFor(() => expect(units).not.toEqual([]), 20_000);
		source.setRate(undefined);
		lamp.input.key("Space", true);
		source.setRate({ bitrate: 1_000_000, frameRate: 30 });
		await vi.waitFor(() => expect(brightness()).toBeLessThan(40), 20_000);
		const before = units.length;
		source.requestKeyframe("main");
		await vi.waitFor(() => expect(units.slice(before).some(({ keyframe }) => keyframe)).toBe(true), 20_000);
	});

	it("has one source at a time, and none once it is closed", async () => {
		const source = await lamp.openSource(options());
		await expect(lamp.openSource(options())).rejects.toMatchObject({ code: "source-open" });
		await source.close();
		await source.close();
		await lamp.openSource(options());
		await lamp.close();
		await lamp.close();
		await expect(lamp.openSource(options())).rejects.toMatchObject({ code: "device-closed" });
	});
});
