import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { describe, expect, test } from "vitest";
import { Bezel } from "../../../../../server/devices/simulator/bezel/bezel.ts";
import { MAX_IMAGE_BYTES } from "../../../../../server/devices/simulator/bezel/bezel-images.ts";
import type { DeviceProfile } from "../../../../../server/devices/simulator/bezel/device-profile.ts";
import type { Pixels } from "../../../../../server/native/addon.ts";
import { simulatorFacts } from "../../../../fakes/fake-directory.ts";
import { FakeSimulatorAddon, flatFrame } from "../../../../fakes/fake-simulator-addon.ts";
import { FakeTools } from "../../../../fakes/fake-tools.ts";
import { IPHONE_CHROME_JSON, IPHONE_FRAME } from "../../../../fixtures/chrome/iphone-17-pro-max.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const GREY = [64, 64, 64, 255] as const;
const RED = [200, 0, 0, 255] as const;
const BLUE = [0, 0, 200, 255] as const;
/** Green at half strength: premultiplied. */
const VEIL = [0, 64, 0, 128] as const;
const own = new Set(["volume-up", "lock"]);

/** Frames in a folder of ours, drawn by a fake addon. */
async function make(profile: DeviceProfile, json: object = IPHONE_CHROME_JSON) {
	const folder = await temporaryFolder();
	const bundle = join(folder, "phone17.devicechrome", "Contents", "Resources");
	await mkdir(bundle, { recursive: true });
	await writeFile(join(bundle, "chrome.json"), JSON.stringify(json));
	const type = join(folder, "iPhone 17 Pro Max.simdevicetype");
	await mkdir(join(type, "Contents", "Resources"), { recursive: true });
	await writeFile(join(type, "Contents", "Resources", "Mask.pdf"), "%PDF");
	const fake = new FakeSimulatorAddon();
	const button = { width: 24, height: 100 };
	fake.pdfs
		.set("/PhoneComposite.pdf", flatFrame(IPHONE_FRAME.composite, GREY))
		.set("/volume-up image.pdf", flatFrame(button, RED))
		.set("/volume-up down.pdf", flatFrame(button, VEIL))
		.set("/power image.pdf", flatFrame(button, RED))
		.set("/power down.pdf", flatFrame(button, BLUE))
		.set("/Mask.pdf", flatFrame({ width: 100, height: 100 }, [0, 0, 0, 255]));
	const { renderPdf } = fake.parts;
	const facts = simulatorFacts({
		name: "A renamed one",
		deviceType: { name: "iPhone 17 Pro Max", identifier: "x", bundlePath: "" },
	});
	const parts = { tools: new FakeTools(), renderPdf, deviceTypes: folder, chromes: folder };
	const load = () => Bezel.load(parts, facts, profile, own);
	return { fake, load };
}

async function pixels(png: Uint8Array): Promise<{
	width: number;
	height: number;
	at: (x: number, y: number) => number[];
}> {
	const image = await loadImage(Buffer.from(png));
	const canvas = createCanvas(image.width, image.height);
	const context = canvas.getContext("2d");
	context.drawImage(image, 0, 0);
	const at = (x: number, y: number) => [...context.getImageData(x, y, 1, 1).data];
	return { width: image.width, height: image.height, at };
}

async function bezelOf(profile: DeviceProfile, json?: object): Promise<Bezel> {
	const bezel = await (await make(profile, json)).load();
	if (!bezel) throw new Error("there is no frame");
	return bezel;
}

describe("a simulator's bezel", () => {
	test("has the frame of its device type, with the buttons that the device has", async () => {
		const { bezel } = await bezelOf({ chrome: "phone17" });
		expect(bezel).toMatchObject({ ...IPHONE_FRAME.composite, screen: IPHONE_FRAME.screen, radius: 55 });
		expect(bezel.buttons.map(({ id }) => id)).toEqual(["volume-up", "lock"]);
		expect(bezel.version).toMatch(/^phone17-[0-9a-f]{12}$/);
	});

	test("is drawn bare and with its buttons, over it or under it", async () => {
		const bezel = await bezelOf({ chrome: "phone17" });
		const bare = await pixels(bezel.image("bare"));
		expect([bare.width, bare.height]).toEqual([1104, 2230]);
		const whole = await pixels(bezel.image("bezel"));
		const [over, under] = [
			[36 * 2, 300 * 2],
			[(552 - 36) * 2, 340 * 2],
		] as const;
		expect([bare.at(...over), bare.at(...under)]).toEqual([[...GREY], [...GREY]]);
		expect(whole.at(...over)).toEqual([...RED]);
		expect(whole.at(...under)).toEqual([...GREY]);
	});

	test("draws pressed buttons instead of the others or over them, with straight alpha", async () => {
		const bezel = await bezelOf({ chrome: "phone17" });
		expect((await pixels(bezel.image("button-lock"))).at(5, 5)).toEqual([...RED]);
		expect((await pixels(bezel.image("button-lock-pressed"))).at(5, 5)).toEqual([...BLUE]);
		const [red = 0, green = 0, blue, alpha] = (await pixels(bezel.image("button-volume-up-pressed"))).at(
			5,
			5,
		);
		expect([red, green, blue, alpha]).toEqual([expect.closeTo(100, -1), expect.closeTo(64, -1), 0, 255]);
	});

	test("has the type's mask, or a screen with round corners", async () => {
		const own = await pixels((await bezelOf({ chrome: "phone17", mask: "Mask" })).image("mask"));
		expect([own.width, own.height, own.at(0, 0)[3]]).toEqual([876, 1908, 255]);
		const round = await pixels((await bezelOf({ chrome: "phone17", mask: "Missing" })).image("mask"));
		expect([round.at(0, 0)[3], round.at(438, 0)[3], round.at(0, 954)[3]]).toEqual([0, 255, 255]);
	});

	test("knows no other pictures", async () => {
		const bezel = await bezelOf({ chrome: "phone17" });
		for (const name of ["button-home", "button-status-light", "composite", "button-"])
			expect(() => bezel.image(name)).toThrow(expect.objectContaining({ code: "no-such-bezel-image" }));
		expect(bezel.image("bare")).toBe(bezel.image("bare"));
	});

	test("is put together from eight pieces around the screen where there is no whole picture", async () => {
		const names = ["topLeft", "top", "topRight", "right", "bottomRight", "bottom", "bottomLeft", "left"];
		const images = {
			...Object.fromEntries(names.map((name) => [name, name])),
			sizing: { leftWidth: 20, topHeight: 30, rightWidth: 20, bottomHeight: 30 },
		};
		const { fake, load } = await make(
			{ chrome: "phone17", pixels: { width: 300, height: 600 }, scale: 3 },
			{ images, inputs: [] },
		);
		for (const name of names) {
			const corner = /[LR]/.test(name);
			const size = corner
				? { width: 20, height: 30 }
				: {
						width: name === "top" || name === "bottom" ? 1 : 20,
						height: name === "top" || name === "bottom" ? 30 : 1,
					};
			fake.pdfs.set(`/${name}.pdf`, flatFrame(size, corner ? BLUE : RED));
		}
		const bezel = await load();
		expect(bezel?.bezel).toMatchObject({
			width: 140,
			height: 260,
			screen: { x: 20, y: 30, width: 100, height: 200 },
		});
		const bare = await pixels(bezel?.image("bare") ?? Buffer.alloc(0));
		expect([bare.width, bare.height]).toEqual([280, 520]);
		expect([bare.at(2, 2), bare.at(278, 518)]).toEqual([[...BLUE], [...BLUE]]);
		expect([bare.at(140, 2), bare.at(2, 260), bare.at(278, 260), bare.at(140, 518)]).toEqual(
			Array(4).fill([...RED]),
		);
		expect(bare.at(140, 260)[3]).toBe(0);
	});

	test("is absent where the type has none, and fails with a code where its files are missing", async () => {
		expect(await (await make({})).load()).toBeUndefined();
		const missing = await make({ chrome: "phone99" });
		await expect(missing.load()).rejects.toMatchObject({ code: "bad-answer" });
		const broken = await make({ chrome: "phone17" });
		broken.fake.pdfs.clear();
		await expect(broken.load()).rejects.toMatchObject({ code: "unreadable-pdf" });
	});

	test("is drawn less sharp where its picture would be too large", async () => {
		const { fake, load } = await make({ chrome: "phone17" });
		let state = 1;
		const noise = (scale: number): Pixels => {
			const [width, height] = [552 * scale, Math.round(1115 * scale)];
			const data = Buffer.alloc(width * height * 4, 255);
			// Noise in as much of it as makes two pixels a point too large, and one not.
			for (let at = 0; at < 60_000 * scale * scale * 4; at++) {
				state = (state * 1_664_525 + 1_013_904_223) >>> 0;
				if (at % 4 !== 3) data[at] = state >>> 24;
			}
			return { width, height, data };
		};
		fake.pdfs.set("/PhoneComposite.pdf", noise);
		const png = (await load())?.image("bare") ?? Buffer.alloc(0);
		expect(png.length).toBeLessThanOrEqual(MAX_IMAGE_BYTES);
		expect((await pixels(png)).width).toBeLessThan(1104);
	});
});
