import { type ChildProcess, spawn } from "node:child_process";
import { connect, createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { findAddon } from "../../server/native/load.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

vi.setConfig({ testTimeout: 60_000 });

const SOCKETS = "/tmp/.X11-unix";
/** Opens an input and a capture, and takes a snapshot, for each line that it reads; answers with what came of it. */
const OPENER = `
	const addon = require(process.env.ADDON);
	const options = { display: process.env.DISPLAY_NAME, onEnd: () => {} };
	const rate = { encoder: "openh264", bitrate: 100_000, frameRate: 30, onAccessUnit: () => {} };
	function outcome(open) {
		try {
			open();
			return "opened";
		} catch (error) {
			return error.code ?? String(error);
		}
	}
	require("node:readline").createInterface({ input: process.stdin }).on("line", () => {
		const screen = outcome(() => {
			const opened = new addon.X11Screen(options);
			try {
				opened.snapshot();
			} finally {
				opened.close();
			}
		});
		const source = outcome(() => new addon.X11Source({ ...options, ...rate }).close());
		console.log(screen + " " + source);
	});
`;

let x: XDisplay;
let relay: Server;
let display: string;
/** Bytes of the server's answers after which each connection is cut. */
let cutAfter = Number.POSITIVE_INFINITY;
/** The most that came on one connection. */
let longest = 0;

/** Passes a connection on until as much as it may carry has come back. */
function pass(client: Socket): void {
	const server = connect(`${SOCKETS}/X${x.display.slice(1)}`);
	let carried = 0;
	for (const socket of [client, server]) socket.on("error", () => {});
	client.pipe(server);
	server.on("data", (data) => {
		const left = cutAfter - carried;
		carried += data.length;
		longest = Math.max(longest, carried);
		if (data.length < left) return client.write(data);
		client.write(data.subarray(0, left));
		client.destroySoon();
		return server.destroy();
	});
	server.on("close", () => client.destroy());
	client.on("close", () => server.destroy());
}

/** Listens as a display of a number that nobody has. */
async function listen(): Promise<string> {
	for (let number = 200; ; number++) {
		const server = createServer(pass);
		const isOurs = await new Promise<boolean>((resolve) => {
			server.once("error", () => resolve(false));
			server.listen(`${SOCKETS}/X${number}`, () => resolve(true));
		});
		if (!isOurs) continue;
		relay = server;
		return `:${number}`;
	}
}

beforeAll(async () => {
	x = await startXDisplay({ width: 32, height: 24 });
	display = await listen();
});

afterAll(async () => {
	relay.close();
	await x.close();
});

function startOpener(): ChildProcess & { stdin: Writable; stdout: Readable } {
	return spawn(process.execPath, ["--eval", OPENER], {
		stdio: ["pipe", "pipe", "ignore"],
		env: { ...process.env, ADDON: findAddon().path, DISPLAY_NAME: display },
	}) as ChildProcess & { stdin: Writable; stdout: Readable };
}

test("a server that goes away at any byte of what it answers while a display is opened ends nothing else", async () => {
	const opener = startOpener();
	const lines = createInterface({ input: opener.stdout })[Symbol.asyncIterator]();
	async function openWithin(bytes: number): Promise<string> {
		cutAfter = bytes;
		opener.stdin.write("\n");
		const { value, done } = await lines.next();
		return done ? `the process ended at byte ${bytes}` : value;
	}
	try {
		expect(await openWithin(Number.POSITIVE_INFINITY)).toBe("opened opened");
		const whole = longest;
		const outcomes = new Set<string>();
		// The set-up of a connection is one long answer; what follows it are answers of 32 bytes.
		for (let bytes = 0; bytes < 9_000; bytes += 500) outcomes.add(await openWithin(bytes));
		for (let bytes = 9_000; bytes < whole; bytes += 8) outcomes.add(await openWithin(bytes));
		for (const outcome of outcomes)
			expect(outcome).toMatch(/^(opened|display-\w+|capture-failed) (opened|display-\w+)$/);
		expect(outcomes).toContain("display-unreachable display-unreachable");
		expect(outcomes).toContain("display-vanished display-vanished");
	} finally {
		opener.kill();
	}
});
