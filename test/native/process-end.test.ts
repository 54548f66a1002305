import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findAddon } from "../../server/native/load.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

const LIMIT_MS = 10_000;
/** The descriptor 3 is one end of a socket. */
const WITH_SOCKET = ["pipe", "pipe", "pipe", "pipe"] as const;

let x: XDisplay;

beforeAll(async () => {
	x = await startXDisplay({ width: 320, height: 240 });
});

afterAll(async () => {
	await x.close();
});

/** Opens one of everything, leaves it open, and ends as told once frames come. */
function leaveOpen(ending: string): string {
	return `
		const addon = require(${JSON.stringify(findAddon().path)});
		const display = ${JSON.stringify(x.display)};
		const rate = { encoder: "openh264", bitrate: 1_000_000, frameRate: 60 };
		const onEnd = () => {};
		const frames = new addon.PixelSource({
			...rate, width: 64, height: 64, format: "bgra", onEnd, onAccessUnit: () => {},
		});
		frames.encode(new Uint8Array(64 * 64 * 4), 64 * 4, [], Date.now());
		const pixels = new addon.PixelEncoder({ ...rate, width: 1280, height: 720, onEnd, onFrame: () => {} });
		pixels.encode(new Uint8Array(1280 * 720 * 4), { format: "bgra", stride: 5120, keyframe: true });
		const stream = new addon.StreamSocket({ descriptor: 3, onEvent: () => {} });
		stream.watch(true, true);
		const screen = new addon.X11Screen({ display, onEnd: onEnd });
		screen.text("a語");
		new addon.X11Source({ ...rate, display, onEnd, onAccessUnit: () => { ${ending} } });
	`;
}

test.each([
	["exits", "process.exit(7)", 7],
	["fails in a callback", "throw new Error('as a test wants it')", 1],
])("a process that %s with everything open ends at once", (_name, ending, code) => {
	const run = spawnSync(process.execPath, ["--eval", leaveOpen(ending)], {
		timeout: LIMIT_MS,
		encoding: "utf8",
		stdio: [...WITH_SOCKET],
	});
	expect(run.signal).toBeNull();
	expect(run.status).toBe(code);
	if (code === 1) expect(run.stderr).toContain("as a test wants it");
});

test("a worker that ends with everything open leaves the process alive", () => {
	const program = `
		const { Worker } = require("node:worker_threads");
		const worker = new Worker(${JSON.stringify(leaveOpen("process.exit(3)"))}, { eval: true });
		worker.on("exit", (code) => { process.exitCode = code + 1; });
	`;
	const run = spawnSync(process.execPath, ["--eval", program], {
		timeout: LIMIT_MS,
		encoding: "utf8",
		stdio: [...WITH_SOCKET],
	});
	expect(run.signal).toBeNull();
	expect(run.status).toBe(4);
});
