/**
 * A stand-in for the program `baguette`, which runs on Macs only. It is written from the tables of its command line, its
 * stream and its gestures, and is stricter than the original: what is not in the tables is refused. It codes a frame of
 * four colours and a bar that moves, with our own addon.
 *
 * `BAGUETTE_STAND_IN` names its folder: `simulator.json` has the one simulator it knows, `lines.jsonl` gets every line of
 * input with its answer, `commands.jsonl` every command line, `stream.pid` the stream's process; a file `die` ends
 * the stream with its text as last words.
 */
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { forEachNal, NAL_PPS, NAL_SPS, nalType } from "../../server/h264/annexb.ts";
import { loadAddon } from "../../server/native/load.ts";

interface Simulator {
	udid: string;
	name: string;
	runtime: string;
	state: string;
}

/** Size of its screen, points and pixels alike. */
const WIDTH = 438;
const HEIGHT = 954;

const folder = process.env.BAGUETTE_STAND_IN ?? "";
const file = (name: string) => join(folder, name);
const simulator = () => JSON.parse(readFileSync(file("simulator.json"), "utf8")) as Simulator;

function fail(words: string, code = 1): never {
	process.stderr.write(`${words}\n`);
	process.exit(code);
}

/** `--name value` pairs, all of them known. */
function options(args: readonly string[], known: readonly string[]): Map<string, string> {
	const found = new Map<string, string>();
	for (let at = 0; at < args.length; at += 2) {
		const [name = "", value] = args.slice(at, at + 2);
		if (!known.includes(name) || value === undefined) fail(`Error: Unexpected argument '${name}'`, 64);
		found.set(name, value);
	}
	if (known.includes("--udid") && found.get("--udid") !== simulator().udid)
		fail(`Device ${found.get("--udid")} not found`);
	return found;
}

function list(): void {
	const one = simulator();
	const running = one.state === "Booted" ? [one] : [];
	process.stdout.write(`${JSON.stringify({ available: running.length > 0 ? [] : [one], running })}\n`);
}

/** Table 1.1: the fields of each gesture; a question mark marks what may be missing. */
const one = ["x", "y", "width", "height", "edge?"];
const two = ["x1", "y1", "x2", "y2", "width", "height"];
const gestures: Record<string, readonly string[]> = {
	"touch1-down": one,
	"touch1-move": one,
	"touch1-up": one,
	"touch2-down": two,
	"touch2-move": two,
	"touch2-up": two,
	key: ["code", "modifiers?", "duration?"],
	type: ["text"],
	paste: ["text"],
	button: ["button", "duration?"],
};
/** Of the interface: `landscape-right` is UIDeviceOrientation 3, the device's top at the left. */
const orientations = ["portrait", "landscape-left", "landscape-right", "portrait-upside-down"];
const words = new Set(["code", "text", "button", "edge"]);
const buttons = ["home", "lock", "power", "volume-up", "volume-down", "action", "app-switcher"];

class Input {
	#fingers = 0;

	/** Why a line is refused; nothing when it is taken. */
	refusal(line: string): string | undefined {
		let gesture: Record<string, unknown>;
		try {
			gesture = JSON.parse(line);
		} catch {
			return "invalid JSON";
		}
		const fields = gestures[String(gesture.type)];
		if (!fields) return `unknown kind: ${gesture.type}`;
		for (const field of fields) {
			const name = field.replace("?", "");
			const value = gesture[name];
			if (value === undefined && field === name) return `missing field: ${name}`;
			if (value === undefined || name === "modifiers") continue;
			const isRight = words.has(name) ? typeof value === "string" : typeof value === "number";
			if (!isRight) return `invalid ${name}: expected ${words.has(name) ? "string" : "number"}`;
		}
		const names = fields.map((field) => field.replace("?", ""));
		const extra = Object.keys(gesture).find((name) => name !== "type" && !names.includes(name));
		if (extra) return `unexpected field: ${extra}`;
		if (gesture.type === "type" && !/^[\x20-\x7e]*$/.test(String(gesture.text)))
			return "invalid text: expected printable US-ASCII";
		if (gesture.type === "button" && !buttons.includes(String(gesture.button)))
			return "invalid button: expected one of its buttons";
		return this.#phase(String(gesture.type));
	}

	#phase(type: string): string | undefined {
		const [, count, phase] = /^touch([12])-(\w+)$/.exec(type) ?? [];
		if (!count) return undefined;
		const before = phase === "down" ? 0 : Number(count);
		if (this.#fingers !== before) return `unexpected ${type}: ${this.#fingers} fingers are down`;
		if (phase === "down") this.#fingers = Number(count);
		if (phase === "up") this.#fingers = 0;
		return undefined;
	}
}

function takeInput(): void {
	const input = new Input();
	createInterface({ input: process.stdin }).on("line", (line) => {
		const error = input.refusal(line);
		const reply = error === undefined ? { ok: true } : { ok: false, error };
		appendFileSync(file("lines.jsonl"), `${JSON.stringify({ line, ...reply })}\n`);
		process.stdout.write(`${JSON.stringify(reply)}\n`);
	});
}

function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}

/** Section 1.6: a length that covers tag and payload, the tag, the payload. */
function record(tag: number, payload: Uint8Array): void {
	process.stdout.write(Buffer.concat([uint32(payload.length + 1), Buffer.of(tag), payload]));
}

function description(sps: Uint8Array, pps: Uint8Array): Buffer {
	const size = (value: number) => uint32(value).subarray(2);
	return Buffer.concat([
		Buffer.of(1, sps[1] ?? 0, sps[2] ?? 0, sps[3] ?? 0, 0xff, 0xe1),
		...[size(sps.length), sps, Buffer.of(1), size(pps.length), pps],
	]);
}

function drawQuarters(context: SKRSContext2D): void {
	const [w, h] = [WIDTH / 2, HEIGHT / 2];
	for (const [colour, x, y] of [
		["#ff0000", 0, 0],
		["#00ff00", w, 0],
		["#0000ff", 0, h],
		["#ffffff", w, h],
	] as const) {
		context.fillStyle = colour;
		context.fillRect(x, y, w, h);
	}
}

/** Frames at `fps`, also when nothing changes. The description goes with the first keyframe only. */
function stream(fps: number, bitrate: number): void {
	writeFileSync(file("stream.pid"), String(process.pid));
	const canvas = createCanvas(WIDTH, HEIGHT);
	const context = canvas.getContext("2d");
	let described = false;
	const encoder = new (loadAddon().PixelSource)({
		width: WIDTH,
		height: HEIGHT,
		format: "rgba",
		encoder: "openh264",
		bitrate,
		frameRate: fps,
		onAccessUnit: (unit) => {
			const nals: Uint8Array[] = [];
			forEachNal(unit.data, (nal) => void nals.push(nal));
			const [sps, pps] = [NAL_SPS, NAL_PPS].map((type) => nals.find((nal) => nalType(nal) === type));
			if (!described && sps && pps) {
				described = true;
				record(1, description(sps, pps));
			}
			const frames = nals.filter((nal) => ![NAL_SPS, NAL_PPS].includes(nalType(nal)));
			record(
				unit.keyframe ? 2 : 3,
				Buffer.concat(frames.flatMap((nal) => [uint32(nal.length), Buffer.from(nal)])),
			);
		},
		onEnd: (end) => fail(end.message),
	});
	let frame = 0;
	const draw = () => {
		if (existsSync(file("die"))) {
			const last = readFileSync(file("die"), "utf8");
			rmSync(file("die"));
			fail(last, 3);
		}
		drawQuarters(context);
		context.fillStyle = "#000000";
		context.fillRect(0, (frame++ * 8) % HEIGHT, 40, 120);
		const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
		encoder.encode(Buffer.from(data.buffer), WIDTH * 4, [], performance.timeOrigin + performance.now());
	};
	let rate = { bitrate, frameRate: fps };
	let timer = setInterval(draw, 1000 / fps);
	createInterface({ input: process.stdin }).on("line", (line) => {
		appendFileSync(file("stream-lines.jsonl"), `${line}\n`);
		const command = JSON.parse(line);
		if (command.cmd === "force_idr") encoder.requestKeyframe("main");
		if (command.cmd === "set_bitrate") rate = { ...rate, bitrate: command.bps };
		if (command.cmd === "set_fps") {
			rate = { ...rate, frameRate: command.fps };
			clearInterval(timer);
			timer = setInterval(draw, 1000 / rate.frameRate);
		}
		encoder.setRate(rate);
	});
}

async function main(command: string | undefined, args: readonly string[]): Promise<void> {
	appendFileSync(file("commands.jsonl"), `${JSON.stringify([command, ...args])}\n`);
	switch (command) {
		case "--version":
			return void process.stdout.write("0.2.2\n");
		case "list":
			if (args.join() !== "--json") fail("Error: the stand-in lists JSON only", 64);
			return list();
		case "boot":
		case "shutdown": {
			options(args, ["--udid"]);
			const state = command === "boot" ? "Booted" : "Shutdown";
			writeFileSync(file("simulator.json"), JSON.stringify({ ...simulator(), state }));
			return void process.stdout.write('{"ok":true}\n');
		}
		case "chrome":
			if (args[0] !== "layout") fail("Error: the stand-in knows chrome layout only", 64);
			options(args.slice(1), ["--udid"]);
			// Example of section 1.8.
			return void process.stdout.write(
				JSON.stringify({
					identifier: "phone",
					composite: { width: 552, height: 1115 },
					screen: { x: 57, y: 81, width: WIDTH, height: HEIGHT },
					buttons: [],
				}),
			);
		case "screenshot": {
			options(args, ["--udid", "--scale"]);
			const canvas = createCanvas(WIDTH, HEIGHT);
			drawQuarters(canvas.getContext("2d"));
			return void process.stdout.write(canvas.encodeSync("jpeg", 85));
		}
		case "orientation": {
			options(args.slice(0, 2), ["--udid"]);
			const [, , orientation, ...more] = args;
			if (!orientations.includes(orientation ?? "") || more.length > 0)
				fail(`Error: The value '${orientation}' is invalid for '<orientation>'`, 64);
			return void process.stdout.write('{"ok":true}\n');
		}
		case "shake":
			options(args, ["--udid"]);
			return void process.stdout.write('{"ok":true}\n');
		case "input":
			options(args, ["--udid"]);
			return takeInput();
		case "stream": {
			const given = options(args, ["--udid", "--format", "--fps", "--bitrate", "--scale"]);
			if (given.get("--format") !== "avcc") fail(`Unknown format: ${given.get("--format")}`);
			if (simulator().state !== "Booted") fail("the simulator is not booted");
			return stream(Number(given.get("--fps")), Number(given.get("--bitrate")));
		}
		default:
			fail(`Error: Unexpected argument '${command}'`, 64);
	}
}

await main(process.argv[2], process.argv.slice(3));
