import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../../server/devices/clock.ts";
import { parseDeviceSpec } from "../../../../server/devices/device-spec.ts";
import type { Device } from "../../../../server/devices/provider.ts";
import { X11DeviceClipboard } from "../../../../server/devices/x11/clipboard.ts";
import { createX11Provider } from "../../../../server/devices/x11/provider.ts";
import type { X11ClipboardOptions } from "../../../../server/native/addon.ts";
import { loadAddon } from "../../../../server/native/load.ts";
import { xclipCopy, xclipPaste } from "../../../support/x-clipboard-programs.ts";
import { startXDisplay, type XDisplay } from "../../../support/x-display.ts";

const provider = createX11Provider({ addon: loadAddon(), clock: systemClock, environment: {} });

let display: XDisplay;
let device: Device;
let endCopy: () => Promise<void>;

beforeEach(async () => {
	display = await startXDisplay({ width: 320, height: 240 });
	device = await provider.open(parseDeviceSpec(`x11:${display.display}`));
	endCopy = async () => {};
}, 20_000);
afterEach(async () => {
	await device.close();
	await endCopy();
	await display.close();
}, 20_000);

function copied(): Promise<void> {
	return new Promise((resolve) => device.clipboard?.onCopy?.(resolve));
}

describe("an X display's clipboard", { timeout: 20_000 }, () => {
	it("gives programs what is written, the last of several, with Control for a shortcut", async () => {
		expect(device.clipboard).toMatchObject({ images: true, shortcut: "control" });
		const { clipboard } = device;
		const texts = ["one", "two", "grüße"];
		await Promise.all(texts.map((text) => clipboard?.write?.({ format: "text", text })));
		expect((await xclipPaste(display.display)).toString()).toBe("grüße");
	});

	it("tells what a program copied, and reads it once for all who ask at once", async () => {
		const news = copied();
		endCopy = await xclipCopy(display.display, "copied\0");
		await news;
		const { clipboard } = device;
		const content = { format: "text", text: "copied" };
		expect(await Promise.all([clipboard?.read?.(), clipboard?.read?.()])).toEqual([content, content]);
	});

	it("reads what is no UTF-8 with replacement characters", async () => {
		const news = copied();
		endCopy = await xclipCopy(display.display, Buffer.from([0x61, 0xff, 0x62]));
		await news;
		expect(await device.clipboard?.read?.()).toEqual({ format: "text", text: "a\ufffdb" });
	});

	it("is refused for more than it takes", async () => {
		const text = "x".repeat(1024 * 1024 + 1);
		await expect(device.clipboard?.write?.({ format: "text", text })).rejects.toMatchObject({
			code: "clipboard-too-large",
		});
		await device.clipboard?.write?.({ format: "text", text: "less" });
		expect((await xclipPaste(display.display)).toString()).toBe("less");
	});

	it("is no more after the device was closed", async () => {
		await device.close();
		await expect(device.clipboard?.read?.()).rejects.toMatchObject({ code: "device-closed" });
		await expect(device.clipboard?.write?.({ format: "text", text: "x" })).rejects.toMatchObject({
			code: "device-closed",
		});
	});

	it.each(["off", "in", "out"])("is open as far as ?clipboard=%s says", async (ways) => {
		const limited = await provider.open(parseDeviceSpec(`x11:${display.display}?id=other&clipboard=${ways}`));
		const { read, write, onCopy } = limited.clipboard ?? {};
		expect([read, write, onCopy].map((method) => method !== undefined)).toEqual([
			ways === "out",
			ways === "in",
			ways === "out",
		]);
		await limited.close();
	});
});

it("a clipboard whose thread has failed is opened anew when it is used again", async () => {
	const opened: X11ClipboardOptions[] = [];
	let closes = 0;
	class Failing {
		readonly #options: X11ClipboardOptions;
		constructor(options: X11ClipboardOptions) {
			this.#options = options;
			opened.push(options);
		}
		write(): void {
			queueMicrotask(() => this.#options.onWritten());
		}
		read(): void {
			if (opened.length > 1) queueMicrotask(() => this.#options.onRead({}));
		}
		close(): void {
			closes++;
		}
	}
	const clipboard = new X11DeviceClipboard({ X11Clipboard: Failing }, ":0");
	const reading = clipboard.read();
	opened[0]?.onEnd({ code: "clipboard-failed", message: "The clipboard thread stopped." });
	await expect(reading).rejects.toMatchObject({ code: "clipboard-failed" });
	expect(await clipboard.read()).toBeUndefined();
	clipboard.close();
	clipboard.close();
	expect([opened.length, closes]).toEqual([2, 2]);
});
