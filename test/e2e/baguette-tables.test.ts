import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { keepForAll } from "../support/keep.ts";
import { type Product, startProduct } from "../support/product.ts";

/** Every row of what Baguette's clients may ask for, asked of a running server for a phone and for a desktop. */

const devices = ["demo", "desk"] as const;
const sizes = { demo: { width: 360, height: 780 }, desk: { width: 640, height: 480 } };
/** As short as it may be: what is looked at is the answer. */
const duration = 0.001;

const gestures: [string, object][] = [
	["tap", { x: 10, y: 300.5, duration }],
	["tap over an edge", { type: "tap", x: 10, y: 0, duration, edge: "top" }],
	["swipe", { startX: 100, startY: 300, endX: 110.25, endY: 310, duration }],
	["touch1-down", { x: 100, y: 300 }],
	["touch1-move", { x: 101, y: 301 }],
	["touch1-up", { x: 101, y: 301 }],
	["touch1 with a phase", { type: "touch1", phase: "down", x: 100, y: 300 }],
	["the end of it", { type: "touch1", phase: "up", x: 100, y: 300 }],
	["touch2-down", { x1: 100, y1: 300, x2: 150, y2: 300 }],
	["touch2-move", { x1: 100, y1: 310, x2: 150, y2: 310 }],
	["touch2-up", { x1: 100, y1: 310, x2: 150, y2: 310 }],
	["two fingers at one place", { type: "touch2", phase: "down", x1: 100, y1: 300, x2: 100, y2: 300 }],
	["the end of them", { type: "touch2", phase: "up", x1: 100, y1: 300, x2: 100, y2: 300 }],
	["pinch", { cx: 180, cy: 300, startSpread: 20, endSpread: 90, duration }],
	["pan", { x1: 100, y1: 300, x2: 150, y2: 300, dx: 5, dy: 5, duration }],
	["scroll", { deltaX: 0, deltaY: -1 }],
	["key", { code: "KeyA", modifiers: ["shift"], duration }],
	["key", { code: "NumpadEnter", duration }],
	["type", { text: "a~Z" }],
	["type", { text: "Grüße 漢" }],
	["paste", { text: "é – ✓" }],
];
/** Of those that a device may have, the demo's; a desktop has none. */
const buttons = ["home", "lock", "volume-up", "volume-down"];

const wrong: [string, string, string][] = [
	["no JSON", "}", "invalid JSON"],
	["no type", "{}", "missing field: type"],
	["another type", '{"type":"warp"}', "unknown kind: warp"],
	["no place", '{"type":"tap","y":1,"width":2,"height":2}', "missing field: x"],
	["no size", '{"type":"tap","x":1,"y":1}', "missing field: width"],
	["a size of nothing", '{"type":"tap","x":1,"y":1,"width":0,"height":2}', "invalid width: expected"],
	["a place in words", '{"type":"tap","x":"1","y":1,"width":2,"height":2}', "invalid x: expected"],
	["text that is a control character", '{"type":"type","text":"a\\u0007"}', "invalid text: expected"],
	["another key", '{"type":"key","code":"F24"}', "invalid code: expected"],
	["another modifier", '{"type":"key","code":"KeyA","modifiers":["hyper"]}', "invalid modifiers: expected"],
	["another button", '{"type":"button","button":"eject"}', "invalid button: expected"],
	["Siri", '{"type":"button","button":"siri"}', "invalid button: expected"],
];

const json = /^application\/json/;
const html = /^text\/html/;
const png = /^image\/png$/;
/** Method, path below the device, status, content type. */
const routes: [string, string, number, RegExp | undefined][] = [
	["GET", "", 302, undefined],
	["GET", "/chrome.json", 200, json],
	["GET", "/definition.json", 200, json],
	["GET", "/bezel.png", 200, png],
	["GET", "/bezel.png?buttons=false", 200, png],
	["GET", "/screen-mask.png", 200, png],
	["GET", "/chrome-button/nothing.png", 404, json],
	["GET", "/chrome-button/nothing-down.png", 404, json],
	["GET", "/screenshot.jpg?quality=0.3&scale=4", 200, /^image\/jpeg$/],
	["GET", "/screenshot.png", 200, png],
	["POST", "/boot", 500, json],
	["POST", "/shake", 501, json],
	["GET", "/describe-ui.json", 501, json],
	["GET", "/stream", 501, json],
	["GET", "/no-such-thing", 501, json],
];

const keep = keepForAll();
let product: Product;
beforeAll(async () => {
	product = await keep(startProduct({ devices: ["demo:", "desktop:640x480?id=desk"] }));
});

const owner = () => ({ authorization: `Bearer ${product.ownerToken}` });
const at = (path: string, init: RequestInit = {}) =>
	fetch(`${product.origin}${path}`, { ...init, headers: owner(), redirect: "manual" });
async function say(device: string, body: string): Promise<unknown> {
	const response = await at(`/simulators/${device}/input`, { method: "POST", body });
	return response.json();
}

it("the list has both devices as booted simulators", async () => {
	const { running, available } = (await (await at("/simulators.json")).json()) as Record<string, unknown[]>;
	expect(available).toEqual([]);
	expect(running).toEqual(
		devices.map((udid) => ({
			udid,
			name: expect.any(String),
			state: "Booted",
			runtime: expect.any(String),
		})),
	);
	expect((await at("/simulators")).headers.get("location")).toBe("/");
	expect((await at("/")).headers.get("content-type")).toMatch(html);
});

describe.each(devices)("%s", (device) => {
	it.each(routes)("%s %s is answered with %i", async (method, path, status, type) => {
		const response = await at(`/simulators/${device}${path}`, { method });
		const body = Buffer.from(await response.arrayBuffer());
		expect([response.status, response.headers.get("content-type") ?? ""]).toEqual([
			status,
			type ? expect.stringMatching(type) : expect.any(String),
		]);
		if (status >= 400) expect(JSON.parse(String(body))).toEqual({ ok: false, error: expect.any(String) });
	});

	it("has the size in points that its clients send back with gestures", async () => {
		const chrome = (await (await at(`/simulators/${device}/chrome.json`)).json()) as { screen: object };
		expect(chrome.screen).toMatchObject(sizes[device]);
	});

	it.each(gestures)("takes %s", async (type, fields) => {
		const answer = await say(device, JSON.stringify({ type, ...sizes[device], ...fields }));
		expect(answer).toEqual(expect.objectContaining({ ok: true }));
	});

	it.each(buttons)("takes the button %s, or says that it has none", async (button) => {
		const error = expect.stringContaining(button);
		const answer = await say(device, JSON.stringify({ type: "button", button, duration: 0.02 }));
		expect(answer).toEqual(device === "demo" ? { ok: true } : { ok: false, error });
	});

	it.each(wrong)("refuses %s in Baguette's words", async (_, line, error) => {
		expect(await say(device, line)).toEqual({ ok: false, error: expect.stringContaining(error) });
	});

	it.each(["avcc", "mjpeg"])("streams %s, and answers no setting", async (format) => {
		const address = `${product.origin.replace("http", "ws")}/simulators/${device}/stream?format=${format}`;
		const socket = new WebSocket(address, { headers: owner() });
		onTestFinished(() => socket.terminate());
		const texts: string[] = [];
		const frames: Buffer[] = [];
		socket.on("message", (data: Buffer, binary) => (binary ? frames.push(data) : texts.push(String(data))));
		await expect.poll(() => frames.length, { timeout: 10_000 }).toBeGreaterThan(0);
		const first = format === "avcc" ? 0x01 : 0xff;
		expect(frames[0]?.[0]).toBe(first);
		for (const message of [
			{ type: "set_bitrate", bps: 2_000_000 },
			{ type: "set_fps", fps: 30 },
			{ type: "set_scale", scale: 4 },
			{ type: "force_idr" },
			{ type: "set_scale", scale: 4 },
			{ cmd: "set_scale", scale: 1 },
		])
			socket.send(JSON.stringify(message));
		const before = frames.length;
		socket.send(JSON.stringify({ type: "snapshot" }));
		const seed = () => frames.slice(before).some((data) => data[0] === 0x04);
		if (format === "avcc") await expect.poll(seed, { timeout: 10_000 }).toBe(true);
		socket.send(JSON.stringify({ type: "describe_ui" }));
		await expect.poll(() => texts.length, { timeout: 10_000 }).toBe(1);
		expect(JSON.parse(texts[0] ?? "")).toMatchObject({ type: "describe_ui_result", ok: false });
	});

	it("says of a log that it has none", async () => {
		const socket = new WebSocket(
			`${product.origin.replace("http", "ws")}/simulators/${device}/logs?level=debug&style=ndjson`,
			{ headers: owner() },
		);
		onTestFinished(() => socket.terminate());
		const types: string[] = [];
		socket.on("message", (data) => types.push((JSON.parse(String(data)) as { type: string }).type));
		await expect.poll(() => types, { timeout: 5_000 }).toContain("log_stopped");
	});
});
