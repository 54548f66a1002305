import { createSocket } from "node:dgram";
import type { Browser, Page } from "playwright";
import { afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { PROTOCOL_VERSION } from "../../signaling/protocol/messages.ts";
import { launchBrowser } from "../support/browser.ts";
import { newContext, openDevice, PATIENCE, recordStates, untilAdvanced } from "../support/device-page.ts";
import { bindingRequest } from "../support/ice-client.ts";
import { captureInputChannel, sendRaw } from "../support/input-channel.ts";
import { keepForAll } from "../support/keep.ts";
import { type Product, readMetric, startProduct } from "../support/product.ts";
import { connectRaw, connectViewer, type RawSignaling } from "../support/raw-signaling.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";

/** A viewer that never connects is given up after 20 s. */
const GIVEN_UP = { timeout: 30_000, interval: 200 };

const keep = keepForAll();
let browser: Browser;
let product: Product;
let mute: RawSignaling;
let bystander: Page;
let statesOfBystander: () => Promise<string[]>;

beforeAll(async () => {
	browser = await keep(launchBrowser());
	product = await keep(startProduct({ devices: ["demo:"] }));
	// Begins here, so that its time passes while other tests run.
	mute = await connectViewer(product, "demo");
	await mute.next("offer");
	bystander = await openDevice(await newContext(browser, product, { keep }), product, "demo");
	statesOfBystander = await recordStates(bystander);
});

/** Whatever was done, someone else's frame went on all the time and the process is as before. */
afterEach(async () => {
	await untilAdvanced(bystander, STRIP_CELL.demo);
	expect(await statesOfBystander()).toEqual(["live"]);
	expect(product.running()).toBe(true);
	expect(product.log()).toBe("");
});

function dropped(reason: string): Promise<number> {
	return readMetric(product, "porthole_input_dropped_total", { reason });
}

function refused(code: string): Promise<number> {
	return readMetric(product, "porthole_signaling_messages_refused_total", { code });
}

describe("on the data channel", () => {
	let page: Page;

	beforeAll(async () => {
		const context = await newContext(browser, product, { keep });
		await captureInputChannel(context);
		page = await openDevice(context, product, "demo");
	});

	/** A message of a type byte and 32-bit floats, little-endian, and what follows. */
	function message(type: number, floats: readonly number[], rest: readonly number[] = []): Buffer {
		const bytes = Buffer.alloc(1 + floats.length * 4 + rest.length);
		bytes[0] = type;
		for (const [index, value] of floats.entries()) bytes.writeFloatLE(value, 1 + index * 4);
		bytes.set(rest, 1 + floats.length * 4);
		return bytes;
	}

	const contact = Buffer.concat([Buffer.from([0]), message(0, [0.5, 0.5]).subarray(1)]);

	test.each([
		["a place that is no number", message(1, [Number.NaN, 0.5], [0])],
		["a place outside of the screen", message(1, [1.5, 0.5], [0])],
		["a place infinitely far", message(1, [0.5, Number.NEGATIVE_INFINITY], [0])],
		["buttons that no mouse has", message(1, [0.5, 0.5], [255])],
		["a wheel turned by infinity", message(2, [0.5, 0.5, 0, Number.POSITIVE_INFINITY])],
		["a pointer cut short", message(1, [0.5])],
		["an unknown type", Buffer.from([200, 1, 2, 3])],
		["a key without a name", Buffer.from([3, 1])],
		["a key with a name of 1,000 characters", Buffer.concat([Buffer.from([3, 1]), Buffer.alloc(1000, "K")])],
		["text that is not UTF-8", Buffer.from([4, 0xff, 0xfe, 0xc0])],
		["a text of 60,000 bytes", Buffer.concat([Buffer.from([4]), Buffer.alloc(60_000, "x")])],
		["11 contacts", Buffer.concat([Buffer.from([5, 11]), ...Array(11).fill(contact)])],
		["fewer contacts than it says", Buffer.concat([Buffer.from([5, 10]), contact])],
		["6,000 contacts", Buffer.concat([Buffer.from([5, 255]), ...Array(6000).fill(contact)])],
	])("%s is dropped and counted", async (_what, bytes) => {
		const before = await dropped("bad-input");
		await sendRaw(page, [bytes]);
		await expect.poll(() => dropped("bad-input"), PATIENCE).toBe(before + 1);
	});

	test("a thousand messages of random bytes are dropped and counted", async () => {
		// Of no type that there is; what happens to be well-formed would otherwise be input.
		const noise = Array.from({ length: 500 }, (_, index) =>
			Buffer.from(
				Array.from(
					{ length: 1 + (index % 97) },
					(_, at) => (at === 0 ? 128 : 0) | ((index * 31 + at * 17) & 127),
				),
			),
		);
		const before = await dropped("bad-input");
		await sendRaw(page, noise);
		await expect.poll(() => dropped("bad-input"), PATIENCE).toBe(before + noise.length);
	});

	test("a key that the device does not know is nothing to it", async () => {
		await sendRaw(page, [
			Buffer.from("\x03\x01NoSuchKey", "latin1"),
			Buffer.from("\x03\x00NoSuchKey", "latin1"),
		]);
		await untilAdvanced(page, STRIP_CELL.demo);
	});

	test("more messages than anyone can make are dropped and counted", async () => {
		const before = await dropped("too-fast");
		const move = message(1, [0.5, 0.5], [0]);
		await sendRaw(
			page,
			Array.from({ length: 4000 }, () => move),
		);
		await expect.poll(() => dropped("too-fast"), PATIENCE).toBeGreaterThan(before);
		await untilAdvanced(page, STRIP_CELL.demo);
	});

	test.each([
		["10,000 contacts", Buffer.concat([Buffer.from([5, 16]), ...Array(10_000).fill(contact)])],
		// The longest message that Chromium can be made to send.
		["a text of a quarter of a megabyte", Buffer.concat([Buffer.from([4]), Buffer.alloc(262_143, "x")])],
		["an empty message", Buffer.alloc(0)],
	])("%s, which no honest page sends, hurts nobody else", async (_what, bytes) => {
		await sendRaw(page, [bytes]);
		// It is dropped, or its sender sent away; either way its page shows frames again.
		await untilAdvanced(page, STRIP_CELL.demo);
	});
});

describe("at the media port", () => {
	const reasons = ["unknown-address", "malformed", "unknown-user", "wrong-password", "too-many-checks"];
	const counted = () =>
		Promise.all(
			reasons.map((reason) => readMetric(product, "porthole_media_packets_dropped_total", { reason })),
		);

	test("a flood of strangers' packets is dropped and counted, and hinders nobody's joining", async () => {
		const viewer = await connectViewer(product, "demo");
		onTestFinished(() => viewer.close());
		const { sdp } = await viewer.next("offer");
		const ufrag = /a=ice-ufrag:(\S+)/.exec(sdp)?.[1] ?? "";
		const port = Number(/ udp \d+ 127\.0\.0\.1 (\d+) typ host/.exec(sdp)?.[1]);
		const good = bindingRequest({ username: `${ufrag}:them`, password: "a guess" });
		const packets = [
			Buffer.from("16fefd0000000000000000002a010000", "hex"),
			good.subarray(0, 30),
			bindingRequest({ username: "nobody:them", password: "a guess" }),
			good,
		];
		const socket = createSocket("udp4");
		onTestFinished(() => void socket.close());
		const rounds = 5000;
		const flood = async () => {
			for (let sent = 0; sent < rounds * packets.length; sent++) {
				const packet = packets[sent % packets.length] as Buffer;
				await new Promise((resolve) => socket.send(packet, port, "127.0.0.1", resolve));
			}
		};
		const flooding = flood();
		const page = await openDevice(await newContext(browser, product), product, "demo");
		onTestFinished(() => page.close());
		await untilAdvanced(page, STRIP_CELL.demo);
		await flooding;
		const [address, malformed, user, password, many] = await counted();
		// A busy machine loses many of them on the way, and has more time to look at guesses.
		for (const count of [address, malformed, user]) expect(count).toBeGreaterThan(100);
		expect(many).toBeGreaterThan(100);
		expect(password).toBeLessThan((many ?? 0) / 2);
	});
});

describe("on the signaling socket", () => {
	async function connect(): Promise<RawSignaling> {
		const connection = await connectRaw(product);
		onTestFinished(() => connection.close());
		return connection;
	}

	async function viewer(): Promise<RawSignaling> {
		const connection = await connectViewer(product, "demo");
		onTestFinished(() => connection.close());
		return connection;
	}

	const hello = { type: "hello", version: PROTOCOL_VERSION, as: "viewer", deviceId: "demo", media: false };

	test.each([
		["not JSON", "{", "not-json"],
		["binary", Buffer.from([1, 2, 3]), "not-json"],
		["JSON that is no message", "42", "bad-message"],
		["an unknown type", { type: "dance" }, "bad-message"],
		["an answer before the hello", { type: "answer", peerId: "p", sdp: "v=0" }, "bad-message"],
		["another version", { ...hello, version: 99 }, "wrong-version"],
		["a device id that can be none", { ...hello, deviceId: "../../etc" }, "bad-message"],
	])("a hello that is %s is refused with its code", async (_what, said, code) => {
		const before = await refused(code);
		const connection = await connect();
		connection.say(said);
		expect(await connection.next("error")).toMatchObject({ reason: { code }, final: true });
		await connection.ended();
		expect(await refused(code)).toBe(before + 1);
	});

	test("a device that is not there is refused", async () => {
		const connection = await connectViewer(product, "elsewhere");
		expect(await connection.next("error")).toMatchObject({ reason: { code: "no-such-device" }, final: true });
	});

	test.each([
		["not JSON", "}{", "not-json"],
		["an unknown type", { type: "dance" }, "bad-message"],
		["a second hello", hello, "bad-message"],
		["an answer without SDP", { type: "answer", peerId: "p" }, "bad-message"],
		["an SDP beyond all measure", { type: "answer", peerId: "p", sdp: "v".repeat(100_000) }, "bad-message"],
	])("after the hello, %s is refused and the connection goes on", async (_what, said, code) => {
		const connection = await viewer();
		await connection.next("offer");
		const before = await refused(code);
		connection.say(said);
		expect(await connection.next("error")).toMatchObject({ reason: { code }, final: false });
		expect(await refused(code)).toBe(before + 1);
		connection.say({ type: "ping" });
		await connection.next("pong");
	});

	test("a message of a megabyte ends the connection", async () => {
		const before = await refused("bad-frame");
		const connection = await viewer();
		await connection.next("offer");
		connection.say(JSON.stringify({ type: "ping", padding: "x".repeat(1_000_000) }));
		await connection.ended();
		await expect.poll(() => refused("bad-frame"), PATIENCE).toBe(before + 1);
	});

	test("who goes on talking nonsense is sent away", async () => {
		const connection = await viewer();
		for (let index = 0; index < 100; index++) connection.say("nonsense");
		await connection.ended();
	});

	test.each([
		["no SDP", "hello"],
		["empty SDP", "v=0\r\n"],
		[
			"SDP that refuses the video",
			"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 0 UDP/TLS/RTP/SAVPF 102\r\n",
		],
		["50 kB of noise", "a=x\r\n".repeat(10_000)],
	])("an answer that is %s ends that viewer alone, who may come again", async (_what, sdp) => {
		const connection = await viewer();
		const { peerId } = await connection.next("offer");
		connection.say({ type: "answer", peerId, sdp });
		expect(await connection.next("ended")).toMatchObject({ reason: { code: "bad-answer" }, final: false });
		connection.say({ type: "restart" });
		await connection.next("offer");
	});

	test("an answer to an offer that was never made is nothing", async () => {
		const connection = await viewer();
		await connection.next("offer");
		connection.say({ type: "answer", peerId: "another", sdp: "v=0" });
		connection.say({ type: "ping" });
		await connection.next("pong");
	});

	test("a viewer that asks for new offers without end is served the last", async () => {
		const connection = await viewer();
		await connection.next("offer");
		for (let index = 0; index < 50; index++) connection.say({ type: "restart" });
		await connection.next("offer");
		connection.say({ type: "ping" });
		await connection.next("pong");
	});

	test("a viewer that never answers is given up", async () => {
		const given = () => readMetric(product, "porthole_peers_ended_total", { reason: "connect-timeout" });
		await expect.poll(given, GIVEN_UP).toBeGreaterThanOrEqual(1);
		mute.say({ type: "restart" });
		await mute.next("offer");
		mute.close();
	});
});
