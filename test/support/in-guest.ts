/**
 * What is checked inside the emulated machine, where AF_VSOCK is its own: both ends of HXFR over CID 1, each in a process.
 * Prints a line for each check; `test/e2e/vsock.test.ts` reads them.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { systemClock } from "../../server/devices/clock.ts";
import { parseDeviceSpec } from "../../server/devices/device-spec.ts";
import { createHxfrProvider } from "../../server/devices/hxfr/provider.ts";
import { ANY_CID } from "../../server/devices/hxfr/transport/address.ts";
import { connect } from "../../server/devices/hxfr/transport/connect.ts";
import { listen } from "../../server/devices/hxfr/transport/listen.ts";
import type { AccessUnit, Device } from "../../server/devices/provider.ts";
import type { NativeAccessUnit } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { end } from "./x-display.ts";

const LOCAL = 1;
const BULK = 8 * 1024 * 1024;

// Elsewhere a connection to CID 1 may leave the machine towards its hypervisor.
if (process.env.PORTHOLE_GUEST !== "1") throw new Error("This runs inside the emulated machine only.");

const addon = loadAddon();
const deps = { addon, clock: systemClock };
const provider = createHxfrProvider(deps);

async function check(name: string, run: () => Promise<unknown>): Promise<void> {
	const since = performance.now();
	try {
		const told = await run();
		const ms = (performance.now() - since).toFixed(0);
		console.log(`guest-pass ${name} (${ms} ms)${told === undefined ? "" : `: ${told}`}`);
	} catch (error) {
		console.log(`guest-FAIL ${name}: ${error instanceof Error ? error.stack : error}`);
	}
}

function soon<Value>(promise: Promise<Value>, what: string): Promise<Value> {
	const late = new Promise<never>((_, reject) => {
		setTimeout(() => reject(new Error(`${what} took too long`)), 20_000).unref();
	});
	return Promise.race([promise, late]);
}

await check("a port where nobody listens is refused with words", async () => {
	const refused = connect({ kind: "vsock", cid: LOCAL, port: 4999 }, deps);
	await assert.rejects(refused, { code: "hxfr-unreachable" });
	return refused.catch((error: Error) => error.message);
});

await check("a port that is taken says so", async () => {
	const address = { kind: "vsock", cid: ANY_CID, port: 4998 } as const;
	const first = await listen(address, deps, () => {});
	await assert.rejects(
		listen(address, deps, () => {}),
		{ code: "hxfr-unreachable" },
	);
	await first.close();
	await (await listen(address, deps, () => {})).close();
});

await check("8 MiB come back unchanged through both ends of a stream", async () => {
	const address = { kind: "vsock", cid: LOCAL, port: 5001 } as const;
	const echo = await listen({ ...address, cid: ANY_CID }, deps, (stream: Duplex) => void stream.pipe(stream));
	const stream = await connect(address, deps);
	const bytes = randomBytes(BULK);
	const hash = createHash("sha256");
	let length = 0;
	const all = new Promise<void>((resolve) => {
		stream.on("data", (chunk: Buffer) => {
			hash.update(chunk);
			length += chunk.length;
			if (length === BULK) resolve();
		});
	});
	for (let at = 0; at < BULK; at += 100_000) stream.write(bytes.subarray(at, at + 100_000));
	await soon(all, "the echo");
	assert.equal(hash.digest("hex"), createHash("sha256").update(bytes).digest("hex"));
	const ended = new Promise((resolve) => stream.once("close", resolve));
	stream.end();
	await soon(ended, "the end");
	await echo.close();
});

const hostProgram = import.meta.filename.replace("in-guest", "guest-host");
const host = spawn(process.execPath, [...process.execArgv, hostProgram], {
	stdio: ["ignore", "pipe", "inherit"],
});
const said: string[] = [];
createInterface({ input: host.stdout }).on("line", (line) => said.push(line));
let device: Device | undefined;

await check("a host starts in a process of its own", () => until(() => said.includes("listening")));

await check("pictures of a host in another process arrive", async () => {
	device = await provider.open(parseDeviceSpec(`hxfr:vsock:${LOCAL}:5000`));
	const units: AccessUnit[] = [];
	const { promise, resolve } = Promise.withResolvers<void>();
	const source = await device.openSource({
		bitrate: 2_000_000,
		frameRate: 30,
		sink: {
			accessUnit(unit) {
				units.push(unit);
				if (units.length === 5) resolve();
			},
			ended: (end) => console.log(`source ended: ${end.message}`),
		},
	});
	await soon(promise, "five pictures");
	const [first] = units;
	assert.ok(first?.keyframe);
	assert.deepEqual([first.width, first.height], [320, 240]);
	assert.ok(first.captureTime <= first.encodedTime && Math.abs(first.encodedTime - Date.now()) < 60_000);
	const count = units.length;
	source.requestKeyframe("main");
	await until(() => units.slice(count).some(({ keyframe }) => keyframe));
	await source.close();
	return source.encoder;
});

await check("a screenshot of it is a JPEG", async () => {
	const screenshot = await device?.screenshot();
	assert.deepEqual([...(screenshot?.data.subarray(0, 2) ?? [])], [0xff, 0xd8]);
});

await check("input reaches it", async () => {
	device?.input.pointer(0.25, 0.5, 1);
	device?.input.text("vsock");
	await until(() => said.some((line) => line.includes("vsock")));
	assert.ok(said.includes('input {"type":"pointer","x":0.25,"y":0.5,"buttons":1}'));
});

await check("an encoder of its own lets pictures be coded there", async () => {
	const { promise, resolve } = Promise.withResolvers<NativeAccessUnit>();
	const encoder = new addon.PixelSource({
		...{ width: 64, height: 64, format: "bgra", bitrate: 1_000_000, frameRate: 30 },
		encoder: `hxfr:vsock:${LOCAL}:5000`,
		onAccessUnit: resolve,
		onEnd: ({ message }) => console.log(`encoder ended: ${message}`),
	});
	const words = encoder.encoder;
	encoder.encode(new Uint8Array(64 * 64 * 4).fill(128), 64 * 4, [], Date.now());
	const unit = await soon(promise, "a picture");
	encoder.close();
	assert.ok(unit.keyframe && unit.encoder === undefined, unit.encoder);
	assert.equal(words, `encoded at vsock:${LOCAL}:5000`);
	return words;
});

await check("its end is noticed and told", async () => {
	const told = new Promise<string>((resolve) => {
		device?.onChange(() => {
			const { note } = device?.describe() ?? {};
			if (note) resolve(note);
		});
	});
	host.kill("SIGKILL");
	return soon(told, "the end");
});

await device?.close();
await end(host);
console.log("guest-done");
process.exit(0);

async function until(condition: () => boolean): Promise<void> {
	const deadline = performance.now() + 20_000;
	while (!condition()) {
		if (performance.now() > deadline) throw new Error(`never came true; the host said ${said.join("; ")}`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
