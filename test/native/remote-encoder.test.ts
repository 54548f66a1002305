import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../server/devices/clock.ts";
import { HxfrServer } from "../../server/devices/hxfr/host/server.ts";
import { parseAddress } from "../../server/devices/hxfr/transport/address.ts";
import type { EncoderName } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { StockHost } from "../fakes/stock-host.ts";
import { colourAt, decode } from "../support/decoded-frame.ts";
import { startHybridMonitor } from "../support/hybrid-monitor.ts";
import { closeSources, colourDistance, filled, startPixelSource, WIDTH } from "../support/native-sources.ts";

const opened: { close(): unknown }[] = [];
let folder: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "porthole-"));
});
afterEach(async () => {
	closeSources();
	for (const one of opened.splice(0).reverse()) await one.close();
	await rm(folder, { recursive: true, force: true });
});

async function startHost(address: string): Promise<{ address: string; host: HxfrServer }> {
	const host = new HxfrServer({
		...{ addon: loadAddon(), clock: systemClock, encoder: undefined },
		standardRate: () => ({ bitrate: 2_000_000, frameRate: 60 }),
		openInput: () => ({ receive: () => {}, release: () => {} }),
		clientEnded: () => {},
	});
	opened.push(host);
	const bound = await host.listen(parseAddress(address));
	return { host, address: bound.kind === "tcp" ? `tcp:127.0.0.1:${bound.port}` : address };
}

/** A host that takes connections and does nothing of itself. */
async function startStandIn(): Promise<{ host: StockHost; address: string }> {
	const host = new StockHost(1);
	const path = join(folder, "other.sock");
	await host.listen(path);
	opened.push(host);
	return { host, address: `unix:${path}` };
}

const remote = (address: string) => startPixelSource({ encoder: `hxfr:${address}` as EncoderName });
const white = filled([255, 255, 255, 255]);
const blue = filled([200, 40, 40, 255]);
const words = (units: readonly { encoder?: string }[]) => units.flatMap(({ encoder }) => encoder ?? []);

describe("an encoder at the other end of a stream", () => {
	test.each([
		["a Unix socket", () => `unix:${join(folder, "a.sock")}`],
		["TCP", () => "tcp:127.0.0.1:0"],
	])("codes frames over %s", async (_, at) => {
		const { address } = await startHost(at());
		const { encoder, log } = remote(address);
		expect(encoder.encoder).toBe(`encoded at ${address}`);
		encoder.encode(white, WIDTH * 4, [], Date.now());
		await log.until(1);
		encoder.encode(blue, WIDTH * 4, [], Date.now());
		await log.until(3);
		const frames = decode(log.bytes);
		expect(frames[0]).toMatchObject({ width: 320, height: 240 });
		const last = frames.at(-1);
		expect(last && colourDistance(colourAt(last, 100, 100), [40, 40, 200])).toBeLessThan(8);
		expect(log.units[0]?.keyframe).toBe(true);
		expect(words(log.units)).toEqual([]);
	});

	test("is found behind a monitor's socket", async () => {
		const guest = join(folder, "guest.sock");
		await startHost(`unix:${guest}`);
		const monitor = join(folder, "vm.sock");
		opened.push(await startHybridMonitor(monitor, new Map([[5000, guest]])));
		// The constructor waits for the monitor's answer on this thread, where the stand-in for it runs too.
		const { encoder, log } = remote(`hybrid:${monitor}:5000`);
		expect(encoder.encoder).toMatch(/did not answer in time/);
		encoder.encode(white, WIDTH * 4, [], Date.now());
		await log.until(1);
		expect(log.units[0]?.keyframe).toBe(true);
	});

	test("makes keyframes when they are asked for", async () => {
		const { address } = await startHost(`unix:${join(folder, "a.sock")}`);
		const { encoder, log } = remote(address);
		encoder.encode(white, WIDTH * 4, [], Date.now());
		await log.quiet();
		const before = log.units.length;
		encoder.requestKeyframe("main");
		await log.until(before + 1);
		expect(log.units[before]?.keyframe).toBe(true);
		decode(log.bytes);
	});

	test("is told of new rates", async () => {
		const { host, address } = await startStandIn();
		const { encoder } = remote(address);
		encoder.setRate({ bitrate: 777_000, frameRate: 25 });
		encoder.encode(white, WIDTH * 4, [], Date.now());
		await expect.poll(() => host.all("frame-request").length, { timeout: 5000 }).toBeGreaterThan(0);
		expect(host.all("config-request").at(-1)?.config).toEqual({
			...{ width: 320, height: 240, bitrate: 777_000, frameRate: { numerator: 25_000, denominator: 1000 } },
			...{ profile: 66, level: 0, realtime: true },
		});
		expect(host.all("frame-request")[0]).toMatchObject({
			width: 320,
			height: 240,
			stride: 320,
			forceKeyframe: true,
		});
	});
});

describe("while the other end is away", () => {
	test("openh264 codes, and the words say why", async () => {
		const { encoder, log } = remote(`unix:${join(folder, "none.sock")}`);
		expect(encoder.encoder).toMatch(/^openh264 .*; away: Could not connect to unix:.*No such file/);
		encoder.encode(white, WIDTH * 4, [], Date.now());
		await log.until(1);
		decode(log.bytes);
	});

	test("frames go on with a keyframe when it dies, and go back to it when it is there again", async () => {
		const { host, address } = await startHost(`unix:${join(folder, "a.sock")}`);
		const { encoder, log } = remote(address);
		encoder.encode(white, WIDTH * 4, [], Date.now());
		await log.until(1);
		await host.close();
		const died = log.units.length;
		encoder.encode(blue, WIDTH * 4, [], Date.now());
		await expect.poll(() => words(log.units), { timeout: 5000 }).toHaveLength(1);
		const first = log.units.findIndex(({ encoder: told }) => told !== undefined);
		expect(first).toBeGreaterThanOrEqual(died);
		expect(log.units[first]).toMatchObject({
			keyframe: true,
			encoder: expect.stringMatching(/^openh264 .*; away: /),
		});
		expect(decode(log.bytes.slice(first)).at(-1)).toMatchObject({ width: 320 });

		await startHost(address);
		await expect
			.poll(
				() => {
					encoder.encode(white, WIDTH * 4, [], Date.now());
					return words(log.units).at(-1);
				},
				{ timeout: 15_000, interval: 100 },
			)
			.toBe(`encoded at ${address}`);
		const back = log.units.findIndex(({ encoder: told }) => told?.startsWith("encoded"));
		expect(log.units[back]?.keyframe).toBe(true);
		decode(log.bytes);
	});

	test("one that never answers is waited for only so long", async () => {
		const { address } = await startStandIn();
		const { encoder, log } = remote(address);
		const since = performance.now();
		encoder.encode(white, WIDTH * 4, [], Date.now());
		await log.until(1);
		expect(performance.now() - since).toBeLessThan(25_000);
		expect(words(log.units)).toEqual([expect.stringMatching(/did not answer in time/)]);
	});

	const lies: [string, (host: StockHost) => void][] = [
		["refuses", (host) => host.say({ type: "error", session: 1, code: -5, message: "no encoder" })],
		["does not speak HXFR", (host) => host.raw(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"))],
		["sends 4 GiB", (host) => host.raw(Buffer.from("4858465202000100ffffffff", "hex"))],
		["sends 4 GiB of something else", (host) => host.raw(Buffer.from("4858465277000100ffffffff", "hex"))],
		[
			"sends a piece that reaches beyond its frame",
			(host) =>
				host.raw(
					Buffer.from(
						`48584652020001001c000000 01${"00".repeat(19)} 01000000 ffffffff`.replaceAll(" ", ""),
						"hex",
					),
				),
		],
		["hangs up", (host) => host.hangUp()],
	];
	test.each(lies)("one that %s is no encoder", async (_, lie) => {
		const { host, address } = await startStandIn();
		const { encoder, log } = remote(address);
		encoder.encode(white, WIDTH * 4, [], Date.now());
		await expect.poll(() => host.all("frame-request").length, { timeout: 5000 }).toBe(1);
		lie(host);
		await log.until(1);
		expect(words(log.units)).toHaveLength(1);
		expect(log.units[0]?.keyframe).toBe(true);
		decode(log.bytes);
	});

	test("answers to other frames and messages of unknown types are passed over", async () => {
		const { host, address } = await startStandIn();
		const { encoder, log } = remote(address);
		encoder.encode(white, WIDTH * 4, [], Date.now());
		await expect.poll(() => host.all("frame-request").length, { timeout: 5000 }).toBe(1);
		const answer = { type: "frame-response", session: 1, keyframe: true } as const;
		const idr = Buffer.of(0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 2, 0, 0, 0, 1, 6, 6, 0, 0, 1, 0x65, 3, 0, 0);
		host.say({ ...answer, pts: 999n, dts: 999n, pieces: [Buffer.of(0, 0, 0, 1, 0x65, 9)] });
		host.raw(Buffer.from("485846527700010003000000010203", "hex"));
		host.say({ ...answer, pts: 1n, dts: 1n, pieces: [idr] });
		await log.until(1);
		// Only parameter sets and slices, behind start codes of four bytes.
		expect(log.units[0]?.data.toString("hex")).toBe("000000016701000000016802000000016503");
		expect(log.units[0]?.keyframe).toBe(true);
	});
});

test.each([
	"",
	"unix:relative",
	"tcp:host",
	"tcp:host:99999",
	"vsock:1:x",
	"vsock:1:4294967296",
	"fd:3",
	`unix:/${"x".repeat(200)}`,
])("the address %j is refused with a code", (address) => {
	expect(() => remote(address)).toThrow(expect.objectContaining({ code: "hxfr-bad-address" }));
});
