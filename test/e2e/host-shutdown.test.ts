import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import type { Browser, Page } from "playwright";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import {
	newContext,
	openDevice,
	PATIENCE,
	stateOf,
	untilAdvanced,
	untilState,
} from "../support/device-page.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { processesWith } from "../support/processes.ts";
import { newStateFolder, type Product, type ProductOptions, startProduct } from "../support/product.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";

const DEVICES = ["desktop:640x480", "demo:"];
/** Inherited by all that is started, unlike Porthole's own settings. */
const MARK = "MARK_OF_A_TEST";
/** From the signal to the end of the process, ms. */
const CLOSE_WITHIN = 2000;

const keep = keepForAll();
let browser: Browser;

beforeAll(async () => {
	browser = await keep(launchBrowser());
});

async function stateFolder(): Promise<string> {
	const folder = await newStateFolder();
	onTestFinished(() => rm(folder, { recursive: true, force: true }));
	return folder;
}

/** A product whose processes can be told from all others, whoever started them. */
function startMarked(devices: readonly string[], options: Partial<ProductOptions> = {}) {
	const mark = randomUUID();
	const environment = { [MARK]: mark };
	const running = () => processesWith(MARK, mark);
	const names = () => running().map(({ name }) => name);
	const starting = keepForTest(startProduct({ devices, environment, ...options }));
	return { starting, running, names };
}

/** A product with a desktop, and what that left on this machine: processes, and the files of its display. */
async function startDesktop(state: string) {
	const { starting, running, names } = startMarked(DEVICES, { state });
	const product = await starting;
	await expect.poll(names, PATIENCE).toEqual(expect.arrayContaining(["Xvfb", "openbox", "xterm"]));
	const number = running()
		.find(({ name }) => name === "xterm")
		?.display?.slice(1);
	const socket = `/tmp/.X11-unix/X${number}`;
	const files = () => [socket, `/tmp/.X${number}-lock`].filter((file) => existsSync(file));
	expect(files()).toContain(socket);
	return { product, names, files };
}

async function open(product: Product, deviceId: string): Promise<Page> {
	return openDevice(await newContext(browser, product), product, deviceId);
}

describe("a signal", () => {
	test.each(["SIGTERM", "SIGINT"] as const)(
		"%s ends everything that was started, in time",
		async (signal) => {
			const state = await stateFolder();
			const { product, names, files } = await startDesktop(state);
			await open(product, "desktop");
			const exit = await product.stop(signal);
			expect(exit).toMatchObject({ code: 0, signal: null });
			expect(exit.took).toBeLessThan(CLOSE_WITHIN);
			expect(names()).toEqual([]);
			expect(files()).toEqual([]);
			// Secrets, who came and who had control stay; the note of a running server does not.
			expect((await readdir(state)).sort()).toEqual(["audit.jsonl", "keys.json", "rooms.json"]);
			expect(product.log()).not.toMatch(/ error /);
		},
	);

	test("ends everything in time under load: viewers, mute sockets, unread downloads, floods of requests", async () => {
		const { starting, names } = startMarked(DEVICES);
		const product = await starting;
		await open(product, "desktop");
		await open(product, "demo");
		const host = { host: "127.0.0.1", port: product.port };
		const sockets = Array.from({ length: 300 }, () => connect(host));
		for (const [index, socket] of sockets.entries()) {
			socket.on("error", () => {});
			socket.pause();
			const authorization = `Authorization: Bearer ${product.ownerToken}`;
			const upgrade = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}`;
			const requests = [
				`GET /signal HTTP/1.1\r\nHost: localhost\r\n${upgrade}\r\n\r\n`,
				`GET /simulators/demo/stream?format=mjpeg HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\n${upgrade}\r\n\r\n`,
				"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(8),
				"GET /",
			];
			socket.write(requests[index % requests.length] ?? "");
		}
		let asked = 0;
		let flooding = true;
		const flood = async () => {
			while (flooding) {
				await fetch(`${product.origin}/healthz`).then(
					(answer) => answer.text(),
					() => (flooding = false),
				);
				asked++;
			}
		};
		const floods = Array.from({ length: 8 }, flood);
		// Each of the floods goes on.
		await expect.poll(() => asked, { ...PATIENCE, timeout: 45_000 }).toBeGreaterThan(50);
		const exit = await product.stop("SIGTERM");
		flooding = false;
		await Promise.all(floods);
		for (const socket of sockets) socket.destroy();
		expect(exit).toMatchObject({ code: 0, signal: null });
		expect(exit.took).toBeLessThan(CLOSE_WITHIN);
		expect(names()).toEqual([]);
		expect(product.log()).not.toMatch(/ error /);
	});

	test("to end is told to viewers in words, and they come back by themselves", async () => {
		const state = await stateFolder();
		const first = await keepForTest(startProduct({ devices: ["demo:"], state }));
		const page = await open(first, "demo");
		await first.stop("SIGTERM");
		await untilState(page, "ended");
		const panel = page.getByTestId("state");
		await expect.poll(() => panel.textContent(), PATIENCE).toContain("Porthole was stopped on the computer");
		expect(await panel.textContent()).toContain("reconnects by itself");
		expect(await page.getByTestId("try-again").isVisible()).toBe(true);

		await keepForTest(startProduct({ devices: ["demo:"], state, port: first.port }));
		await untilState(page, "live", { ...PATIENCE, timeout: 20_000 });
		await untilAdvanced(page, STRIP_CELL.demo);
	});

	test("lets a person try again at once instead of waiting", async () => {
		const state = await stateFolder();
		const first = await keepForTest(startProduct({ devices: ["demo:"], state }));
		const page = await open(first, "demo");
		await first.stop("SIGTERM");
		await untilState(page, "ended");
		await keepForTest(startProduct({ devices: ["demo:"], state, port: first.port }));
		await expect
			.poll(async () => {
				// It may have come back by itself meanwhile.
				if ((await stateOf(page)) !== "live") await page.getByTestId("try-again").click({ timeout: 200 });
				return stateOf(page);
			}, PATIENCE)
			.toBe("live");
	});
});

describe("a host that is killed", () => {
	test("leaves no display behind, and what starts again in its place serves the waiting page", async () => {
		const state = await stateFolder();
		const { product: first, names, files } = await startDesktop(state);
		const page = await open(first, "desktop");
		await first.stop("SIGKILL");
		await expect.poll(names, PATIENCE).toEqual([]);
		expect(files()).toEqual([]);
		await untilState(page, "reconnecting");

		await keepForTest(startProduct({ devices: DEVICES, state, port: first.port }));
		await untilState(page, "live", { ...PATIENCE, timeout: 30_000 });
	});
});

describe("a start that cannot be", () => {
	test("says that the port is in use, and leaves the other alone", async () => {
		const product = await keepForTest(startProduct({ devices: ["demo:"] }));
		const second = keepForTest(startProduct({ devices: ["demo:"], port: product.port }));
		await expect(second).rejects.toThrow(/Port \d+ on 127\.0\.0\.1 is in use.*\(port-in-use\)/);
		expect(product.running()).toBe(true);
		await open(product, "demo");
	});

	test("says that the state folder is in use, and leaves the other alone", async () => {
		const state = await stateFolder();
		const product = await keepForTest(startProduct({ devices: ["demo:"], state }));
		const second = keepForTest(startProduct({ devices: ["demo:"], state }));
		await expect(second).rejects.toThrow(
			`Porthole already runs at ${product.origin} (process ${product.pid}) with its state in ${state}`,
		);
		expect(await readdir(state)).toContain("serving.json");
		await open(product, "demo");
	});

	test.each([
		["an option that does not exist", ["--colour"], "bad-option"],
		["a port that is none", ["--port", "70000"], "bad-option"],
		["a device that is none", ["--device", "nonsense"], "bad-device-spec"],
		["a kind of device that does not exist", ["--device", "toaster:1"], "unknown-device-kind"],
		["a display that is not there", ["--device", "x11::64999"], "display-unreachable"],
		["an encoder that does not exist", ["--encoder", "crayon"], "encoder-unavailable"],
	])("tells of %s", async (_what, args, code) => {
		await expect(keepForTest(startProduct({ devices: [], arguments: args }))).rejects.toThrow(`(${code})`);
	});

	test("leaves nothing behind when one of several devices cannot be opened", async () => {
		const state = await stateFolder();
		const { starting, names } = startMarked([...DEVICES, "x11::64999"], { state });
		await expect(starting).rejects.toThrow("(display-unreachable)");
		expect(names()).toEqual([]);
		expect((await readdir(state)).sort()).toEqual(["audit.jsonl", "keys.json"]);
	});
});
