import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { streamCommand } from "../../../server/cli/stream.ts";
import { forEachNal, nalType } from "../../../server/h264/annexb.ts";
import { AvccRecordReader, avccEnvelope } from "../../../server/h264/avcc.ts";
import { writeServing } from "../../../server/serving-file.ts";
import { loadKeys } from "../../../signaling/auth/state-files.ts";
import { FakeBaguetteGateway } from "../../fakes/fake-baguette-gateway.ts";
import { avccClip } from "../../support/avcc-clip.ts";
import { RunningCommand } from "../../support/command-line.ts";

/** Standard output that takes what it gets, or nothing while it is slow. */
class Pipe extends Writable {
	slow = false;
	taken = 0;
	readonly #chunks: Buffer[] = [];
	#release: (() => void) | undefined;

	get bytes(): Buffer {
		return Buffer.concat(this.#chunks);
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
		this.#chunks.push(chunk);
		this.taken += chunk.length;
		if (this.slow) this.#release = done;
		else done();
	}

	goOn(): void {
		this.slow = false;
		this.#release?.();
	}
}

let state: string;
let gateway: FakeBaguetteGateway;
let stdout: Pipe;
let stdin: PassThrough;
let told: string;
let stop: () => void;
beforeEach(async () => {
	state = await mkdtemp(join(tmpdir(), "porthole-stream-"));
	gateway = new FakeBaguetteGateway((await loadKeys(state)).ownerToken);
	await writeServing(state, { pid: process.pid, url: await gateway.listen() });
	stdout = new Pipe();
	stdin = new PassThrough();
	told = "";
});
afterEach(async () => {
	stop?.();
	await gateway.close();
	await rm(state, { recursive: true });
});

const stream = (...args: string[]) => {
	const stopped = new Promise<void>((resolve) => {
		stop = resolve;
	});
	const stderr = {
		write(text: string) {
			told += text;
			return true;
		},
	};
	const done = streamCommand([...args, "--state", state], { stdin, stdout, stderr }, stopped);
	// Looked at by each test; what it waits for meanwhile must not make it unseen.
	done.catch(() => {});
	return done;
};
const KEYFRAME = avccEnvelope("keyframe", Buffer.from("0000000165", "hex"));
const DELTA = avccEnvelope("delta", Buffer.from("0000000141", "hex"));
const JPEG = Buffer.from("ffd8ffd9", "hex");

describe("porthole stream", () => {
	it("writes AVCC as records with their lengths", async () => {
		gateway.first = [KEYFRAME, DELTA];
		const done = stream("phone", "--format", "avcc");
		await expect.poll(() => stdout.bytes.length, { interval: 2 }).toBe(20);
		expect(stdout.bytes.toString("hex")).toBe("00000006020000000165" + "00000006030000000141");
		expect(new AvccRecordReader().push(stdout.bytes).map(({ kind }) => kind)).toEqual(["keyframe", "delta"]);
		stop();
		expect(await done).toBe(0);
		expect(gateway.queries).toEqual(["?format=avcc&quality=0.7"]);
	});

	it("writes Annex B, with the parameter sets before each keyframe", async () => {
		const { description, frames } = avccClip();
		const envelopes = [description, ...frames.slice(0, 20)].map((record) => record.subarray(4));
		gateway.first = [avccEnvelope("seed", JPEG), ...envelopes];
		const done = stream("phone", "--format", "annexb");
		const types = () => {
			const found: number[] = [];
			forEachNal(stdout.bytes, (nal) => void found.push(nalType(nal)));
			return found;
		};
		// A delimiter (9) follows each picture, so that a decoder need not wait for the next to know its end.
		const whole = frames.slice(0, 20).flatMap((record) => (record[4] === 2 ? [7, 8, 5, 9] : [1, 9]));
		await expect.poll(types, { interval: 2 }).toEqual([9, ...whole]);
		stop();
		expect(await done).toBe(0);
		expect(gateway.queries).toEqual(["?format=avcc&quality=0.7"]);
	});

	it("writes MJPEG as an HTTP answer of many parts", async () => {
		gateway.first = [JPEG, JPEG];
		const done = stream("--udid", "phone", "--quality", "0.5");
		const part = `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 4\r\n\r\n${JPEG.toString("latin1")}\r\n`;
		const whole = `HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n${part}${part}`;
		await expect.poll(() => stdout.bytes.toString("latin1"), { interval: 2 }).toBe(whole);
		stop();
		await done;
		expect(gateway.queries).toEqual(["?format=mjpeg&quality=0.5"]);
	});

	it("asks for what its options say, and passes commands on", async () => {
		stdin.write('{"cmd":"force_idr"}\n{"cmd":"dance"}\n\n{"cmd":"set_fps",');
		const done = stream("phone", "--fps", "30", "--bitrate", "2000000", "--scale", "2");
		await expect.poll(() => gateway.messages.length, { interval: 2 }).toBe(4);
		stdin.end('"fps":10}\n');
		await expect.poll(() => gateway.messages.length, { interval: 2 }).toBe(5);
		expect(gateway.messages).toEqual([
			'{"type":"set_bitrate","bps":2000000}',
			'{"type":"set_fps","fps":30}',
			'{"type":"set_scale","scale":2}',
			'{"type":"force_idr"}',
			'{"fps":10,"type":"set_fps"}',
		]);
		expect(told).toBe('porthole: no command: {"cmd":"dance"}\n');
		// It goes on when there are no more commands.
		gateway.stream?.send(JPEG);
		await expect.poll(() => stdout.bytes.includes(JPEG), { interval: 2 }).toBe(true);
		stop();
		await done;
	});

	it("slows the server down when its reader is slow, and loses nothing", async () => {
		stdout.slow = true;
		const done = stream("phone", "--format", "avcc");
		await expect.poll(() => gateway.stream, { interval: 2 }).toBeDefined();
		const big = avccEnvelope("delta", Buffer.alloc(1024 * 1024));
		for (let picture = 0; picture < 16; picture++) gateway.stream?.send(big);
		// What does not fit the sockets' own buffers stays with the server.
		await expect.poll(() => stdout.writableLength, { interval: 2 }).toBeGreaterThan(0);
		const seen: number[] = [];
		await expect
			.poll(
				() => {
					seen.unshift(gateway.stream?.bufferedAmount ?? 0);
					return seen[0] !== 0 && seen[0] === seen[10];
				},
				{ interval: 10 },
			)
			.toBe(true);
		expect(gateway.stream?.bufferedAmount).toBeGreaterThan(4 * big.length);
		expect(stdout.writableLength).toBeLessThan(2 * big.length + 1024);
		stdout.goOn();
		await expect.poll(() => stdout.taken, { timeout: 5_000 }).toBe(16 * (big.length + 4));
		stop();
		await done;
	});

	it("ends well when its reader has enough", async () => {
		gateway.first = [KEYFRAME];
		const done = stream("phone", "--format", "avcc");
		await expect.poll(() => stdout.bytes.length, { interval: 2 }).toBeGreaterThan(0);
		stdout.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
		expect(await done).toBe(0);
	});

	it("is stopped as a program by a signal, and ends well", async () => {
		const program = new RunningCommand("server/cli/main.ts", ["stream", "phone", "--state", state]);
		await program.says(/^HTTP\/1.1 200 OK/);
		program.signalAll("SIGTERM");
		expect(await program.outcome).toMatchObject({ code: 0, stderr: "" });
	});

	it("fails when the server ends it, or does not begin it", async () => {
		const ended = stream("phone");
		await expect.poll(() => gateway.stream, { interval: 2 }).toBeDefined();
		gateway.stream?.close();
		await expect(ended).rejects.toMatchObject({ code: "stream-ended" });
		await expect(stream("nowhere")).rejects.toMatchObject({
			code: "stream-refused",
			message: "The server gives no stream: unknown udid.",
		});
	});

	it("fails in the server's words when it is refused, and when there is no server", async () => {
		const before = gateway;
		gateway = new FakeBaguetteGateway("another token");
		await writeServing(state, { pid: process.pid, url: await gateway.listen() });
		await expect(stream("phone")).rejects.toMatchObject({
			code: "no-token",
			message: "The server gives no stream: Show a token.",
		});
		await before.close();
		await gateway.close();
		await expect(stream("phone")).rejects.toMatchObject({ code: "not-running" });
		gateway = new FakeBaguetteGateway("");
		await gateway.listen();
	});

	it.each([
		["no device", []],
		["a format that is none", ["phone", "--format", "gif"]],
		["too many pictures", ["phone", "--fps", "1000"]],
		["no quality", ["phone", "--quality", "good"]],
		["too large a scale", ["phone", "--scale", "5"]],
		["too little", ["phone", "--bitrate", "1"]],
	])("refuses %s", async (_, args) => {
		await expect(stream(...args)).rejects.toMatchObject({ code: "bad-option" });
		expect(stdout.bytes).toHaveLength(0);
	});
});
