import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { WebSocketServer } from "ws";
import { systemClock } from "../../../../../../server/devices/clock.ts";
import type { AccessUnit } from "../../../../../../server/devices/provider.ts";
import {
	readServeSimState,
	ServeSimBackend,
} from "../../../../../../server/devices/simulator/backends/serve-sim/backend.ts";
import { FakeTools } from "../../../../../fakes/fake-tools.ts";
import { avccClip } from "../../../../../support/avcc-clip.ts";

const UDID = "0B5C3E5A-17A0-4A3F-9B63-2F4D1C0E9A77";
const target = { udid: UDID, name: "My phone", points: () => ({ width: 1, height: 1 }) };
const clip = avccClip();

/** What serve-sim serves, as its documents say: AVCC records over HTTP, input over a WebSocket. */
async function serve() {
	const answers: ServerResponse[] = [];
	const paths: string[] = [];
	const frames: string[] = [];
	const server = createServer((request, response) => {
		paths.push(request.url ?? "");
		answers.push(response);
		response.write(Buffer.concat([clip.description, clip.frames[0] ?? Buffer.alloc(0)]));
	});
	const sockets = new WebSocketServer({ server });
	sockets.on("connection", (socket) =>
		socket.on("message", (data: Buffer) => frames.push(`${data[0]} ${data.subarray(1).toString("utf8")}`)),
	);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(async () => {
		for (const socket of sockets.clients) socket.terminate();
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	const base = `127.0.0.1:${(server.address() as AddressInfo).port}/helper/${UDID}`;
	const state = { streamUrl: `http://${base}/stream.mjpeg`, wsUrl: `ws://${base}/ws`, port: 1 };
	return { answers, paths, frames, state };
}

async function open() {
	const served = await serve();
	const tools = new FakeTools().on("serve-sim --list", { output: "[]" });
	const backend = new ServeSimBackend(tools, "serve-sim", systemClock);
	const units: AccessUnit[] = [];
	const ended = vi.fn();
	const sink = { accessUnit: (unit: AccessUnit) => void units.push(unit), ended };
	const opening = backend.openSource(target, { bitrate: 4_000_000, frameRate: 60, sink });
	tools.last.says(`${JSON.stringify(served.state, undefined, 2)}\n`);
	const source = await opening;
	onTestFinished(() => source.close());
	return { ...served, backend, program: tools.last, units, ended, source };
}

describe("simulators by way of serve-sim", () => {
	test("are started for, without a page", async () => {
		const { program, paths, units } = await open();
		expect(program.command).toEqual([
			...["serve-sim", "--no-preview", "--quiet", "--codec", "h264"],
			...["--video-bitrate", "4000000", "--video-fps", "60", UDID],
		]);
		await expect.poll(() => units.length).toBe(1);
		expect(units[0]).toMatchObject({ keyframe: true, width: 320, height: 240 });
		expect(paths).toEqual([`/helper/${UDID}/stream.avcc`]);
	});

	test("give a keyframe with a new answer, and nothing while nobody watches", async () => {
		const { source, units, answers, paths } = await open();
		await expect.poll(() => units.length).toBe(1);
		source.requestKeyframe("main");
		source.requestKeyframe("main");
		await expect.poll(() => units.length).toBe(2);
		expect(paths).toHaveLength(2);
		source.setRate(undefined);
		await expect.poll(() => answers.every((answer) => answer.destroyed)).toBe(true);
		expect(units).toHaveLength(2);
	});

	test("end with the reason when the program or its answer does", async () => {
		const dying = await open();
		dying.program.dies("was ended by SIGKILL");
		expect(dying.ended.mock.calls[0]?.[0]).toMatchObject({
			message: "serve-sim, which sends the video, was ended by SIGKILL",
		});
		const ending = await open();
		await expect.poll(() => ending.units.length).toBe(1);
		ending.answers[0]?.end();
		await expect.poll(() => ending.ended.mock.calls.length).toBe(1);
		expect(ending.program.ended).toBe(true);
	});

	test("take one finger and keys, while somebody watches", async () => {
		const { backend, frames, source } = await open();
		const lost = vi.fn();
		const inputBackend = backend.openInput(target, { lost, refused() {} });
		const press = () => {
			try {
				inputBackend.touch(
					"down",
					[
						{ x: 0.25, y: 1 },
						{ x: 1, y: 1 },
					],
					"bottom",
				);
				return true;
			} catch {
				return false;
			}
		};
		await expect.poll(press).toBe(true);
		inputBackend.key("KeyA", false);
		inputBackend.type("A");
		await expect.poll(() => frames.length).toBe(6);
		expect(frames.slice(0, 3)).toEqual([
			'3 {"type":"begin","x":0.25,"y":1,"edge":3}',
			'6 {"type":"up","usage":4}',
			'6 {"type":"down","usage":225}',
		]);
		expect(() => inputBackend.paste("ü")).toThrow(expect.objectContaining({ code: "no-input" }));
		await inputBackend.close();
		await source.close();
		expect(() => backend.openInput(target, { lost, refused() {} })).toThrow(
			expect.objectContaining({ code: "no-input" }),
		);
		expect(lost).not.toHaveBeenCalled();
	});

	test("do not begin when the program ends first; it is not there when it cannot list", async () => {
		const tools = new FakeTools();
		const backend = new ServeSimBackend(tools, "serve-sim", systemClock);
		await expect(backend.ready()).rejects.toMatchObject({ code: "backend-unavailable" });
		const sink = { accessUnit() {}, ended() {} };
		const opening = backend.openSource(target, { bitrate: 1, frameRate: 1, sink });
		tools.last.dies("ended with exit code 1: no simulator");
		await expect(opening).rejects.toMatchObject({
			code: "program-ended",
			message: "serve-sim ended with exit code 1: no simulator",
		});
	});
});

describe("what serve-sim prints", () => {
	test.each([
		["{", false],
		['{"streamUrl":"http://127.0.0.1:3100/stream.mjpeg","wsUrl":"ws://localhost:3100/ws"}', true],
		['log\n{"streamUrl":"http://[::1]:1/stream.mjpeg","wsUrl":"ws://[::1]:1/ws"}\n', true],
		['{"streamUrl":"http://192.0.2.1/stream.mjpeg","wsUrl":"ws://127.0.0.1/ws"}', false],
		['{"streamUrl":"file:///etc/passwd","wsUrl":"ws://127.0.0.1/ws"}', false],
	])("%s", (told, good) => {
		expect(readServeSimState(told) !== undefined).toBe(good);
	});
});
