import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createCanvas } from "@napi-rs/canvas";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../server/devices/clock.ts";
import type { NativeClipboardContent, NativeEnd, X11Clipboard } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import {
	type SelectionClient,
	startSelectionClient,
	xclipCopy,
	xclipPaste,
} from "../support/x-clipboard-programs.ts";
import { startXDisplay, type XDisplay } from "../support/x-display.ts";

const run = promisify(execFile);

let x: XDisplay;
let clipboard: X11Clipboard;
let copies: number;
let ends: NativeEnd[];
let clients: SelectionClient[];
let endCopy: (() => Promise<void>) | undefined;
let copied: (() => void) | undefined;
let written: ((failure?: NativeEnd) => void) | undefined;
let read: ((reading: { content?: NativeClipboardContent; failure?: NativeEnd }) => void) | undefined;

beforeAll(async () => {
	x = await startXDisplay({ width: 320, height: 200 });
});
afterAll(() => x.close());

beforeEach(() => {
	copies = 0;
	ends = [];
	clients = [];
	clipboard = open(x.display);
});
afterEach(async () => {
	clipboard.close();
	copied = undefined;
	await Promise.all(clients.map((client) => client.close()));
	await endCopy?.();
	endCopy = undefined;
});

function open(display: string): X11Clipboard {
	return new (loadAddon().X11Clipboard)({
		display,
		onCopied: () => {
			copies++;
			copied?.();
		},
		onWritten: (failure) => written?.(failure),
		onRead: (reading) => read?.(reading),
		onEnd: (end) => ends.push(end),
	});
}

function write(content: string | Uint8Array): Promise<NativeEnd | undefined> {
	return new Promise((resolve) => {
		written = resolve;
		if (typeof content === "string") clipboard.write("text", Buffer.from(content));
		else clipboard.write("image", content);
	});
}

/** What is read, as text where it is one; a failure's code. */
async function reading(): Promise<string | Uint8Array | undefined> {
	const { content, failure } = await new Promise<Parameters<NonNullable<typeof read>>[0]>((resolve) => {
		read = resolve;
		clipboard.read();
	});
	if (failure) return failure.code;
	return content?.format === "text" ? Buffer.from(content.bytes).toString() : content?.bytes;
}

/** Copies with xclip, and waits until we are told. */
async function copy(content: string | Uint8Array, target?: string): Promise<void> {
	const news = new Promise<void>((resolve) => {
		copied = resolve;
	});
	endCopy = await xclipCopy(x.display, content, target);
	await news;
}

function client(...how: readonly string[]): SelectionClient {
	const started = startSelectionClient(x.display, ...how);
	clients.push(started);
	return started;
}

async function owner(...how: readonly string[]): Promise<SelectionClient> {
	const started = client(...how);
	await started.until("owned");
	return started;
}

/** Of a picture with noise, so that it stays large. */
function png(side: number): Buffer {
	const canvas = createCanvas(side, side);
	const context = canvas.getContext("2d");
	const pixels = context.createImageData(side, side);
	let seed = 7;
	for (let at = 0; at < pixels.data.length; at++) {
		seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
		pixels.data[at] = at % 4 === 3 ? 255 : seed >>> 24;
	}
	context.putImageData(pixels, 0, 0);
	return canvas.toBuffer("image/png");
}

const MIB = 1024 * 1024;
/** A long text of characters of all lengths, exactly 1 MiB as UTF-8. */
const long = "aé€😀\n".repeat(MIB / 11 + 1).slice(0, Math.floor(MIB / 11) * 6) + "z".repeat(MIB % 11);

describe("what is written", { timeout: 30_000 }, () => {
	test("is pasted by xclip, whatever is in it", async () => {
		expect(await write("Grüße, 世界 😀\n")).toBeUndefined();
		expect((await xclipPaste(x.display)).toString()).toBe("Grüße, 世界 😀\n");
	});

	test("is pasted in pieces where it has 1 MiB", async () => {
		expect(Buffer.byteLength(long)).toBe(MIB);
		await write(long);
		expect((await xclipPaste(x.display)).equals(Buffer.from(long))).toBe(true);
	});

	test("has the targets and encodings that older programs ask for", async () => {
		await write("Grüße €");
		const targets = (await xclipPaste(x.display, "TARGETS")).toString().trim().split("\n");
		expect(targets).toEqual([
			"TARGETS",
			"TIMESTAMP",
			"MULTIPLE",
			"UTF8_STRING",
			"text/plain;charset=utf-8",
			"STRING",
		]);
		expect((await xclipPaste(x.display, "STRING")).toString("latin1")).toBe("Grüße ?");
		expect((await xclipPaste(x.display, "text/plain;charset=utf-8")).toString()).toBe("Grüße €");
	});

	test("is a PNG for programs that take images, and no text", async () => {
		const image = png(700);
		expect(image.length).toBeGreaterThan(MIB);
		await write(image);
		expect((await xclipPaste(x.display, "image/png")).equals(image)).toBe(true);
		await expect(xclipPaste(x.display)).rejects.toThrow("xclip ended with 1");
	});

	test("is pasted by Tk, which asks in its own way", async () => {
		await write(`tk ${"ü".repeat(200_000)}`);
		const script = "puts [string length [clipboard get -type UTF8_STRING]]; exit";
		const child = run("wish", ["-display", x.display]);
		child.child.stdin?.end(`wm withdraw .; ${script}\n`);
		expect((await child).stdout.trim()).toBe("200003");
	});

	test("is given for several targets at once, with the time since when it is owned", async () => {
		await write("at once");
		expect(await client("multiple").line("time")).toBe("time 1, text at once, refused");
	});

	test("is no news of its own, and can be read back", async () => {
		await write("mine");
		expect(await reading()).toBe("mine");
		expect(copies).toBe(0);
	});

	test("gives way to what a program copies", async () => {
		await write("mine");
		await copy("theirs");
		expect(await reading()).toBe("theirs");
		await write("mine again");
		expect((await xclipPaste(x.display)).toString()).toBe("mine again");
	});

	test("is refused when it is too large, or while another is being written", () => {
		expect(() => clipboard.write("text", new Uint8Array(MIB + 1))).toThrow(
			expect.objectContaining({ code: "clipboard-too-large" }),
		);
		clipboard.write("text", Buffer.from("one"));
		expect(() => clipboard.write("text", Buffer.from("two"))).toThrow(
			expect.objectContaining({ code: "clipboard-busy" }),
		);
	});
});

describe("what programs copied", { timeout: 30_000 }, () => {
	test("is read from xclip, in pieces where it has 1 MiB", async () => {
		await copy(long);
		expect(await reading()).toBe(long);
	});

	test("is read as a PNG where it is one", async () => {
		const image = png(900);
		await copy(image, "image/png");
		expect(Buffer.from((await reading()) as Uint8Array).equals(image)).toBe(true);
	});

	test("is nothing where nobody has copied", async () => {
		// Whoever owned it has ended.
		await copy("gone");
		await endCopy?.();
		expect(await reading()).toBeUndefined();
	});

	test.each([
		["Latin-1 as STRING", ["STRING", "STRING", "8", "4772fcdf65"], "Grüße"],
		["Latin-1 where UTF-8 was asked for", ["UTF8_STRING", "STRING", "8", "4772fcdf65"], "Grüße"],
		["a type nobody knows", ["UTF8_STRING", "COMPOUND_TEXT", "8", "4141"], undefined],
		["words of 32 bits", ["UTF8_STRING", "UTF8_STRING", "32", "4141"], undefined],
		["what is no PNG", ["image/png", "image/png", "8", "474946383961"], undefined],
		["a password", ["x-kde-passwordManagerHint", "STRING", "8", "736563726574"], undefined],
	])("is %s", async (_name, how, expected) => {
		await owner("own", ...how);
		expect(await reading()).toBe(expected);
	});

	test("is given up when its owner answers nothing, and what comes next is read", async () => {
		const silent = await owner("own-late", "UTF8_STRING");
		const from = systemClock.now();
		expect(await reading()).toBe("clipboard-timeout");
		expect(systemClock.now() - from).toBeLessThan(10_000);
		await silent.until("asked");
		await copy("next");
		expect(await reading()).toBe("next");
	});

	test("is given up when it never ends", async () => {
		const endless = await owner("own", "UTF8_STRING", "UTF8_STRING", "8");
		expect(await reading()).toBe("clipboard-too-large");
		await endless.until("piece", 16);
	});

	test("is too large when it says so", async () => {
		await copy("x".repeat(MIB + 1));
		expect(await reading()).toBe("clipboard-too-large");
	});
});

describe("programs that stall or vanish", { timeout: 30_000 }, () => {
	test("hold up no other paste, however many there are", async () => {
		await write(long);
		const stalling = Array.from({ length: 16 }, () => client("take-one"));
		await Promise.all(stalling.map((one) => one.until("incremental")));
		// One more than may be given pieces at a time.
		await client("take-one").until("refused");
		expect((await xclipPaste(x.display, "TARGETS")).toString()).toContain("UTF8_STRING");
		await write("short");
		expect((await xclipPaste(x.display)).toString()).toBe("short");
		// A place is free as soon as one is gone.
		await stalling[0]?.close();
		await write(long);
		expect((await xclipPaste(x.display)).length).toBe(MIB);
	});

	test("are given up after 5 s", async () => {
		await write(long);
		const stalling = Array.from({ length: 16 }, () => client("take-one"));
		await Promise.all(stalling.map((one) => one.until("incremental")));
		await expect
			.poll(async () => (await xclipPaste(x.display).catch(() => Buffer.of())).length, { timeout: 20_000 })
			.toBe(MIB);
	});

	test("may end in the middle of a paste", async () => {
		await write(long);
		for (let count = 0; count < 20; count++) await client("leave").exited;
		expect((await xclipPaste(x.display)).length).toBe(MIB);
		expect(ends).toEqual([]);
	});
});

test("a display that vanishes is told once, and closing afterwards is fine", {
	timeout: 30_000,
}, async () => {
	const other = await startXDisplay({ width: 320, height: 200 });
	const orphan = open(other.display);
	await other.close();
	await expect.poll(() => ends.map(({ code }) => code)).toEqual(["display-vanished"]);
	orphan.close();
	orphan.close();
});
