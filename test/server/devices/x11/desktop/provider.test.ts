import { fork } from "node:child_process";
import { once } from "node:events";
import { access, chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../../../../server/devices/clock.ts";
import { parseDeviceSpec } from "../../../../../server/devices/device-spec.ts";
import type { Device, DeviceEnd } from "../../../../../server/devices/provider.ts";
import { createDesktopProvider } from "../../../../../server/devices/x11/desktop/provider.ts";
import { loadAddon } from "../../../../../server/native/load.ts";

const addon = loadAddon();
// Without a home whose start-up files take their time.
const environment = { ...process.env, DISPLAY: undefined, HOME: tmpdir() };
const provider = createDesktopProvider({ addon, clock: systemClock, environment });

let open: Device[] = [];
let folder: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-test-"));
	// The programs may run as a user of their own.
	await chmod(folder, 0o777);
});
afterEach(async () => {
	await Promise.all(open.map((device) => device.close()));
	open = [];
	await rm(folder, { recursive: true, force: true });
}, 20_000);

async function openDesktop(text: string): Promise<Device> {
	const device = await provider.open(parseDeviceSpec(text));
	open.push(device);
	return device;
}

const exec = (command: string) => `desktop:640x480?exec=${encodeURIComponent(command)}`;

/** The content of a file that a program of the desktop writes, once it satisfies. */
async function written(name: string, satisfies: (text: string) => boolean): Promise<string> {
	let text = "";
	await vi.waitFor(
		async () => {
			text = await readFile(join(folder, name), "utf8").catch(() => "");
			if (!satisfies(text)) throw new Error(`${name} holds ${JSON.stringify(text)}`);
		},
		{ timeout: 15_000, interval: 30 },
	);
	return text;
}

async function exists(path: string): Promise<boolean> {
	return await access(path).then(
		() => true,
		() => false,
	);
}

describe("a desktop of our own", { timeout: 60_000 }, () => {
	it("has the size asked for and a terminal on it", async () => {
		const device = await openDesktop("desktop:800x600");
		expect(device.describe()).toMatchObject({
			kind: "desktop",
			name: "Desktop",
			pixels: { width: 800, height: 600 },
		});
		const screenshot = await device.screenshot();
		expect((await loadImage(Buffer.from(screenshot.data))).width).toBe(480);
		await typedInTerminal(device, `echo "$LC_CTYPE $DISPLAY" > ${folder}/shell`);
		expect(await written("shell", (text) => text.endsWith("\n"))).toMatch(/utf-?8 :\d+\n/i);
	});

	it("types accents and CJK into its terminal", async () => {
		const device = await openDesktop("desktop:");
		await typedInTerminal(device, `echo 'Grüße 你好 日本語' > ${folder}/typed`);
		expect(await written("typed", (text) => text.endsWith("\n"))).toBe("Grüße 你好 日本語\n");
	});

	it("gives the terminal back when somebody closes it", async () => {
		const device = await openDesktop("desktop:");
		await typedInTerminal(device, `echo $PPID > ${folder}/first; exit`);
		const first = await written("first", (text) => text.endsWith("\n"));
		await typedInTerminal(device, `echo $PPID > ${folder}/second`);
		expect(await written("second", (text) => text.endsWith("\n"))).not.toBe(first);
	});

	it("runs a program in the terminal's place, and ends with it, telling why", async () => {
		const device = await openDesktop(exec(`echo $DISPLAY > ${folder}/display; echo 'no more' >&2; exit 7`));
		const ends: DeviceEnd[] = [];
		device.onEnd((end) => ends.push(end));
		await vi.waitFor(() => expect(ends).toHaveLength(1), { timeout: 10_000 });
		expect(ends[0]?.code).toBe("program-ended");
		expect(ends[0]?.message).toContain("exit code 7: no more");
		await device.close();
		const display = (await readFile(join(folder, "display"), "utf8")).trim().slice(1);
		expect(await exists(`/tmp/.X${display}-lock`)).toBe(false);
		expect(await exists(`/tmp/.X11-unix/X${display}`)).toBe(false);
	});

	it("shows one program alone: named after it, without a frame, over the whole screen, and with the keyboard", async () => {
		const program = `xterm -bg '#c02020' -fg '#c02020' -cr '#c02020' -b 0 +sb -e sh -c 'read line; echo "$line" > ${folder}/read'`;
		const device = await openDesktop(exec(`HERE=1 exec ${program}`));
		expect(device.describe().name).toBe("xterm");
		const corners = async () => {
			const image = await loadImage(Buffer.from((await device.screenshot()).data));
			const { width, height } = image;
			const canvas = createCanvas(width, height);
			const context = canvas.getContext("2d");
			context.drawImage(image, 0, 0);
			const places = [
				[2, 2],
				[width - 3, 2],
				[2, height - 3],
				[width - 3, height - 3],
			] as const;
			return places.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data.subarray(0, 3)]);
		};
		const isRed = ([red = 0, green = 0, blue = 0]: number[]) => red > 160 && green < 70 && blue < 70;
		await expect.poll(async () => (await corners()).every(isRed), { timeout: 15_000 }).toBe(true);
		device.input.text("hello\n");
		expect(await written("read", (text) => text.endsWith("\n"))).toBe("hello\n");
	});

	it("ends everything it started and leaves no file when it is closed", async () => {
		const device = await openDesktop(
			exec(
				`env > ${folder}/env; sleep 600 & echo $! > ${folder}/child; trap '' TERM; while :; do sleep 0.1; done`,
			),
		);
		const child = Number(await written("child", (text) => text.endsWith("\n")));
		const display = /^DISPLAY=:(\d+)$/m.exec(await readFile(join(folder, "env"), "utf8"))?.[1];
		expect(await exists(`/tmp/.X11-unix/X${display}`)).toBe(true);
		const began = performance.now();
		await device.close();
		expect(performance.now() - began).toBeLessThan(20_000);
		expect(await exists(`/proc/${child}`)).toBe(false);
		expect(await exists(`/tmp/.X${display}-lock`)).toBe(false);
		expect(await exists(`/tmp/.X11-unix/X${display}`)).toBe(false);
	});

	it("keeps other users' programs out: only this user and the one of its programs may connect", async () => {
		const device = await openDesktop(exec(`xhost > ${folder}/access; sleep 600`));
		const listed = await written("access", (text) => text.includes("localuser"));
		expect(listed).toContain("access control enabled");
		const users = listed.trim().split("\n").slice(1);
		expect(users).toHaveLength(process.getuid?.() === 0 ? 2 : 1);
		await device.close();
	});

	it("is numbered in the order of opening, and a number is free again after closing", async () => {
		const [first, second] = await Promise.all([
			openDesktop(exec("sleep 600")),
			openDesktop(exec("sleep 600")),
		]);
		expect([first?.id, second?.id]).toEqual(["desktop", "desktop-2"]);
		await first?.close();
		const again = await openDesktop(`${exec("sleep 600")}&name=Lab`);
		expect([again.id, again.describe().name]).toEqual(["desktop", "Lab"]);
	});

	it("does not outlive a host that is killed", async () => {
		const host = fork(fileURLToPath(new URL("./desktop-host.ts", import.meta.url)), [], {
			stdio: "ignore",
			env: environment,
		});
		const [display] = (await once(host, "message")) as [string];
		expect(await exists(`/tmp/.X11-unix/X${display.slice(1)}`)).toBe(true);
		host.kill("SIGKILL");
		await vi.waitFor(async () => expect(await exists(`/tmp/.X11-unix/X${display.slice(1)}`)).toBe(false), {
			timeout: 10_000,
		});
	});
});

describe("the provider of desktops", { timeout: 20_000 }, () => {
	it("offers one where there is no display already", async () => {
		expect(await provider.find()).toEqual(["desktop:"]);
		const device = await openDesktop(exec(`echo $DISPLAY > ${folder}/display; sleep 600`));
		const display = (await written("display", (text) => text.endsWith("\n"))).trim();
		const beside = createDesktopProvider({
			addon,
			clock: systemClock,
			environment: { ...environment, DISPLAY: display },
		});
		expect(await beside.find()).toEqual([]);
		await device.close();
	});

	it("refuses sizes and programs that make no sense", async () => {
		for (const text of [
			"desktop:big",
			"desktop:0x0",
			"desktop:99999x99999",
			"desktop:1280x720x24",
			"desktop:?exec=",
			"desktop:?as=root",
		]) {
			await expect(provider.open(parseDeviceSpec(text)), text).rejects.toMatchObject({
				code: "bad-device-spec",
			});
		}
	});

	it.each([
		["firefoxx", "firefoxx"],
		["LANG=C exec ./nothing --now", "./nothing"],
		["/usr/bin/nothing; true", "/usr/bin/nothing"],
	])("opens no desktop for a program that is not there: %s", async (command, program) => {
		const attempt = provider.open(parseDeviceSpec(exec(command)));
		await expect(attempt).rejects.toMatchObject({ code: "program-missing" });
		await expect(attempt).rejects.toThrow(`there is no program ${program}`);
	});

	it.each(["'spaced name' --x", "$PROGRAM", "(sleep 600)", "if true; then sleep 600; fi", "sleep 600 | cat"])(
		"leaves what the shell has to read to the shell: %s",
		async (command) => {
			const device = await openDesktop(exec(command));
			await device.close();
		},
	);

	it("names the package of a program that is missing", async () => {
		const bare = createDesktopProvider({ addon, clock: systemClock, environment: { PATH: folder } });
		const attempt = bare.open(parseDeviceSpec("desktop:"));
		await expect(attempt).rejects.toMatchObject({ code: "program-missing" });
		await expect(attempt).rejects.toThrow(/apt-get install -y \w+/);
	});
});

/** Types a command; a shell that has not started yet would lose it, so it is typed until the terminal is there. */
async function typedInTerminal(device: Device, command: string): Promise<void> {
	const ready = join(folder, `ready-${Math.random().toString(36).slice(2)}`);
	await vi.waitFor(
		async () => {
			device.input.text(`touch ${ready}\n`);
			await vi.waitFor(() => access(ready), { timeout: 700, interval: 30 });
		},
		{ timeout: 20_000, interval: 50 },
	);
	device.input.text(`${command}\n`);
}
