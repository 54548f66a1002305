import { once } from "node:events";
import { connect } from "node:net";
import { loadImage } from "@napi-rs/canvas";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AccessUnit } from "../../../../server/devices/provider.ts";
import { AVCC_TAGS } from "../../../../server/h264/avcc.ts";
import { parseSequenceParameters } from "../../../../server/h264/parameter-sets.ts";
import { GatewayStage, type HeardSocket, owner } from "../../../support/gateway-stage.ts";

let stage: GatewayStage;
beforeEach(async () => {
	stage = new GatewayStage();
	await stage.open("demo:", "fake:phone");
});
afterEach(() => stage.close());

const AVCC = "/simulators/DEMO/stream?format=avcc&version=v2";
const MJPEG = "/simulators/phone/stream";
const phone = () => {
	const [device] = stage.fakes.devices;
	if (!device) throw new Error("there is no phone");
	return device;
};
const soon = (check: () => void) => vi.waitFor(check, { timeout: 8_000, interval: 5 });
const tags = ({ frames }: HeardSocket) => frames.map((frame) => frame[0]);
const say = ({ socket }: HeardSocket, message: unknown) =>
	socket.send(typeof message === "string" ? message : JSON.stringify(message));
const touch = (phase: string) => ({ type: `touch1-${phase}`, x: 1, y: 1, width: 2, height: 2 });
const texts = (heard: HeardSocket) => heard.texts.map((text) => JSON.parse(text) as unknown);

/** Until the client got this many frames more. */
async function more(heard: HeardSocket, count: number): Promise<void> {
	const goal = heard.frames.length + count;
	await soon(() => expect(heard.frames.length).toBeGreaterThanOrEqual(goal));
}

/** A made-up frame of some bytes, which no decoder will see. */
function frameOf(bytes: number, keyframe: boolean, captureTime: number): AccessUnit {
	const sets = keyframe ? [0, 0, 0, 1, 0x67, 66, 0xc0, 31, 9, 0, 0, 0, 1, 0x68, 0xce, 0x38, 0x80] : [];
	const data = Buffer.concat([
		Buffer.from([...sets, 0, 0, 0, 1, keyframe ? 0x65 : 0x41]),
		Buffer.alloc(bytes, 0x99),
	]);
	return { data, captureTime, encodedTime: captureTime, keyframe, width: 390, height: 844 };
}

/** The size that a decoder's configuration is for. */
function sizeIn(configuration: Buffer | undefined): { width: number; height: number } | undefined {
	if (!configuration) return undefined;
	const length = configuration.readUInt16BE(7);
	return parseSequenceParameters(configuration.subarray(9, 9 + length));
}

describe("an AVCC stream", { timeout: 20_000 }, () => {
	it("begins with the decoder's configuration and a keyframe, and goes on with what refers to it", async () => {
		const heard = await stage.connect(AVCC);
		await more(heard, 6);
		const { configuration, keyframe, delta } = AVCC_TAGS;
		expect(tags(heard).slice(0, 2)).toEqual([configuration, keyframe]);
		expect(tags(heard).filter((tag) => tag === configuration)).toHaveLength(1);
		expect(tags(heard).slice(2)).toContain(delta);
		expect(sizeIn(heard.frames[0])).toMatchObject({ width: 720, height: 1560 });
		expect(heard.texts).toEqual([]);
	});

	it("gives a keyframe when it is asked for one, and a JPEG", async () => {
		const heard = await stage.connect(AVCC);
		await more(heard, 3);
		const before = heard.frames.length;
		say(heard, { type: "force_idr" });
		await soon(() => expect(tags(heard).slice(before)).toContain(AVCC_TAGS.keyframe));
		say(heard, { type: "snapshot" });
		await soon(() => expect(tags(heard)).toContain(AVCC_TAGS.seed));
		const seed = heard.frames.find((frame) => frame[0] === AVCC_TAGS.seed);
		expect(seed?.readUInt16BE(1)).toBe(0xffd8);
	});

	it("goes to half the size and back, each with its own configuration", async () => {
		const heard = await stage.connect(AVCC);
		const sizes = () =>
			heard.frames.filter(([tag]) => tag === AVCC_TAGS.configuration).map((one) => sizeIn(one)?.width);
		await soon(() => expect(sizes()).toEqual([720]));
		say(heard, { type: "set_scale", scale: 4 });
		await soon(() => expect(sizes()).toEqual([720, 360]));
		say(heard, { type: "set_scale", scale: 1 });
		await soon(() => expect(sizes()).toEqual([720, 360, 720]));
		const at = tags(heard).indexOf(AVCC_TAGS.configuration, 1);
		expect(tags(heard)[at + 1]).toBe(AVCC_TAGS.keyframe);
	});

	it("is another viewer each time it is asked for, and the end of one is not that of the other", async () => {
		const page = await stage.harness.viewer("demo");
		const first = await stage.connect(AVCC);
		const second = await stage.connect(AVCC);
		await Promise.all([more(first, 3), more(second, 3)]);
		const names = () => (page.the("participants").participants as { name: string }[]).map(({ name }) => name);
		await soon(() => expect(names()).toEqual(["Owner", "Baguette client", "Baguette client"]));
		first.socket.close();
		await soon(() => expect(names()).toEqual(["Owner", "Baguette client"]));
		await more(second, 3);
		expect(tags(second).filter((tag) => tag === AVCC_TAGS.configuration)).toHaveLength(1);
	});
});

describe("an MJPEG stream", { timeout: 20_000 }, () => {
	const widths = async ({ frames }: HeardSocket) => {
		const images = await Promise.all(frames.slice(-1).map((frame) => loadImage(frame)));
		return images.map(({ width, height }) => [width, height]);
	};

	it("is one JPEG a message, and is what is asked for nothing", async () => {
		const heard = await stage.connect("/simulators/demo/stream");
		await more(heard, 3);
		expect(heard.frames.every((frame) => frame.readUInt16BE() === 0xffd8)).toBe(true);
		expect(await widths(heard)).toEqual([[720, 1560]]);
		say(heard, { type: "set_scale", scale: 3 });
		await vi.waitFor(async () => expect(await widths(heard)).toEqual([[240, 520]]), { timeout: 8_000 });
		expect(heard.texts).toEqual([]);
	});

	it("has the quality that is asked for", async () => {
		const fine = await stage.connect("/simulators/demo/stream?quality=0.95");
		const coarse = await stage.connect("/simulators/demo/stream?quality=0.05");
		await more(fine, 1);
		await more(coarse, 1);
		expect(fine.frames[0]?.length ?? 0).toBeGreaterThan(2 * (coarse.frames[0]?.length ?? 0));
	});
});

describe("a stream's messages", () => {
	it("are played as gestures, without an answer, good or bad", async () => {
		const heard = await stage.connect(MJPEG);
		for (const message of [touch("down"), "no json", { type: "warp" }, { type: "tap", x: 1 }, touch("up")]) {
			say(heard, message);
		}
		await soon(() => expect(phone().input.calls).toHaveLength(2));
		expect(phone().input.calls.map(([, contacts]) => (contacts as readonly object[]).length)).toEqual([1, 0]);
		expect(heard.texts).toEqual([]);
	});

	it("are answered where Baguette answers", async () => {
		const copied = [""];
		Object.assign(phone(), {
			clipboard: {
				images: false,
				read: async () => ({ format: "text", text: copied.at(-1) }),
				write: async ({ text }: { text: string }) => copied.push(text),
			},
		});
		const heard = await stage.connect(MJPEG);
		say(heard, { type: "describe_ui", x: 1, y: 2 });
		say(heard, { type: "paste", text: "grüße", press: false });
		say(heard, { type: "copy", press: false });
		await soon(() => expect(heard.texts).toHaveLength(3));
		expect(texts(heard)).toEqual([
			{ type: "describe_ui_result", ok: false, error: "the tree of the screen is not offered here" },
			{ type: "paste_result", ok: true },
			{ type: "copy_result", ok: true, text: "grüße" },
		]);
	});

	it("reach no clipboard without control", async () => {
		let reads = 0;
		Object.assign(phone(), {
			clipboard: {
				images: false,
				read: async () => ({ format: "text", text: `${++reads}` }),
				write: async () => void reads++,
			},
		});
		const { headers } = await stage.guest("phone", "view");
		const heard = await stage.connect(MJPEG, headers);
		say(heard, { type: "copy", press: false });
		say(heard, { type: "paste", text: "x" });
		say(heard, touch("down"));
		await soon(() => expect(heard.texts).toHaveLength(2));
		const error = "This right is to look only.";
		expect(texts(heard)).toEqual([
			{ type: "copy_result", ok: false, error },
			{ type: "paste_result", ok: false, error },
		]);
		expect([reads, phone().input.calls]).toEqual([0, []]);
	});

	it("hold what they press until the connection ends, however long nothing is said", async () => {
		const heard = await stage.connect(MJPEG);
		say(heard, touch("down"));
		await soon(() => expect(phone().input.calls).toHaveLength(1));
		heard.socket.close();
		await soon(() => expect(phone().input.calls.at(-1)).toEqual(["touch", []]));
	});

	it("are refused above 4 MiB, which no paste has, and above 16 KiB of who may only look", async () => {
		const heard = await stage.connect(MJPEG);
		say(heard, "a".repeat(4 * 1024 * 1024 + 1));
		await soon(() => expect(heard.closed).toBe(1009));
		const { headers } = await stage.guest("phone", "view");
		const looking = await stage.connect(MJPEG, headers);
		say(looking, "a".repeat(16 * 1024 + 1));
		await soon(() => expect(looking.closed).toBe(1009));
	});

	it("end the connection that sends too many, the sooner where it may only look", async () => {
		const { headers } = await stage.guest("phone", "view");
		const looking = await stage.connect(MJPEG, headers);
		for (let count = 0; count < 300; count++) say(looking, { type: "set_fps", fps: 30 });
		await soon(() => expect(looking.closed).toBe(1008));
		expect(texts(looking).at(-1)).toEqual({ ok: false, error: "too many messages" });
		const heard = await stage.connect(MJPEG);
		for (let count = 0; count < 1_500; count++) say(heard, { type: "set_fps", fps: 30 });
		say(heard, { type: "describe_ui" });
		await soon(() => expect(texts(heard)).toHaveLength(1));
		for (let count = 0; count < 3_000; count++) say(heard, { type: "set_fps", fps: 30 });
		await soon(() => expect(heard.closed).toBe(1008));
	});

	it("pass only from whoever has control", async () => {
		const page = await stage.harness.viewer("phone");
		await page.say({ type: "control", action: "take" });
		const { headers } = await stage.guest("phone", "control");
		const heard = await stage.connect(MJPEG, headers);
		say(heard, touch("down"));
		say(heard, { type: "describe_ui" });
		await soon(() => expect(heard.texts).toHaveLength(1));
		expect(phone().input.calls).toEqual([]);
	});
});

describe("a client's stream and its requests", () => {
	it.each(["owner", "link"])("are one person's, who comes by the %s's token", async (whose) => {
		Object.assign(phone(), { shake: async () => {} });
		const headers = whose === "owner" ? owner : (await stage.guest("phone", "control")).headers;
		const shake = async (by: Record<string, string>) =>
			(await stage.ask("POST", "/simulators/phone/shake", { headers: by })).status;
		const heard = await stage.connect(MJPEG, headers);
		say(heard, touch("down"));
		await soon(() => expect(phone().input.calls).toHaveLength(1));
		expect(await shake(headers)).toBe(200);
		say(heard, touch("up"));
		say(heard, touch("down"));
		await soon(() => expect(phone().input.calls.at(-1)).toMatchObject(["touch", [{ id: 0 }]]));
		const other = await stage.guest("phone", "control");
		expect(await shake(other.headers)).toBe(403);
	});
});

describe("a stream ends", () => {
	const told = async (heard: HeardSocket, error: unknown, code = 1008) => {
		await soon(() => expect(heard.closed).toBe(code));
		expect(texts(heard)).toEqual([{ ok: false, error }]);
	};

	it("when its link is revoked", async () => {
		const { headers, id } = await stage.guest("phone", "view");
		const heard = await stage.connect(MJPEG, headers);
		await soon(() => expect(phone().sources).toHaveLength(1));
		await stage.harness.grants.revoke(id);
		await told(heard, expect.stringMatching(/revoked/i));
	});

	it("when its client is sent away", async () => {
		const page = await stage.harness.viewer("phone");
		const { headers } = await stage.guest("phone", "view");
		const heard = await stage.connect(MJPEG, headers);
		await soon(() => expect((page.the("participants").participants as unknown[]).length).toBe(2));
		const [, guest] = page.the("participants").participants as { viewerId: string }[];
		await page.say({ type: "kick", viewerId: guest?.viewerId, and: "ten-minutes" });
		await told(heard, "You were removed by Owner for ten minutes.");
	});

	it("when its device ends, with the device's words", async () => {
		const heard = await stage.connect(MJPEG);
		await soon(() => expect(phone().sources).toHaveLength(1));
		phone().end({ code: "unplugged", message: "The phone was unplugged." });
		await told(heard, "The phone was unplugged.");
	});

	it("at once where there is no such device, in Baguette's words", async () => {
		await told(await stage.connect("/simulators/nobody/stream?format=avcc"), "unknown udid", 1011);
	});

	it("at once for who floods with frames that are no messages", async () => {
		const { headers } = await stage.guest("phone", "view");
		const heard = await stage.connect(MJPEG, headers);
		for (let count = 0; count < 1_000; count++) heard.socket.pong();
		await soon(() => expect(heard.closed).toBe(1006));
		const other = await stage.connect(MJPEG, headers);
		for (let count = 0; count < 1_000; count++) other.socket.send(Buffer.alloc(0));
		await soon(() => expect(other.closed).toBe(1006));
	});

	it("for a few clients at a time where there is no such device, so that they keep nobody out", async () => {
		const { headers } = await stage.guest("phone", "view");
		const head = [
			"GET /simulators/nowhere/stream HTTP/1.1",
			`Host: localhost:${stage.listener.port}`,
			`Authorization: ${headers.authorization}`,
			"Connection: Upgrade",
			"Upgrade: websocket",
			"Sec-WebSocket-Version: 13",
			"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
		];
		// None of them answers the goodbye.
		const mute = Array.from({ length: 256 }, async () => {
			const socket = connect(stage.listener.port, "127.0.0.1");
			socket.on("error", () => {});
			socket.write(`${head.join("\r\n")}\r\n\r\n`);
			await once(socket, "data");
			return socket;
		});
		const sockets = await Promise.all(mute);
		expect((await stage.connect(MJPEG)).closed).toBeUndefined();
		for (const socket of sockets) socket.destroy();
	});

	it("at once where the device is off, or lets people in first", async () => {
		phone().change({ power: "off" });
		await told(await stage.connect(MJPEG), "Fake phone is Shutdown", 1011);
		await stage.host.addDevice(stage.registry.parse("fake:asking?ask=always"));
		const { headers } = await stage.guest("asking", "control");
		const asking = await stage.connect("/simulators/asking/stream", headers);
		await told(asking, expect.stringMatching(/lets people in/), 1011);
	});
});

describe("a client that stops reading", { timeout: 20_000 }, () => {
	const LIMIT = 4 * 1024 * 1024;

	it("is sent away when more waits than it may, and disturbs nobody meanwhile", async () => {
		const slow = new GatewayStage({ references: LIMIT, screenshots: LIMIT });
		try {
			await slow.open("fake:phone");
			const device = slow.fakes.devices[0];
			const [idle, busy] = [
				await slow.connect("/simulators/phone/stream?format=avcc"),
				await slow.connect("/simulators/phone/stream?format=avcc"),
			];
			await soon(() => expect(device?.sources).toHaveLength(1));
			idle.socket.pause();
			const watching = () => slow.harness.server.device("phone")?.viewers ?? 0;
			let count = 0;
			// The kernel takes some that are not counted.
			for (; watching() > 1 && count < 64; count++) {
				device?.source.options.sink.accessUnit(frameOf(1024 * 1024, count === 0, count));
				await soon(() => expect(busy.frames).toHaveLength(count + 2));
			}
			idle.socket.resume();
			await soon(() => expect(idle.closed).toBe(1013));
			expect(texts(idle)).toEqual([
				{ ok: false, error: "more waits for this client than it reads; connect again" },
			]);
			expect(count).toBeGreaterThan(4);
			expect(count).toBeLessThan(64);
			expect(busy.closed).toBeUndefined();
		} finally {
			await slow.close();
		}
	});
});

describe("a client that asks and reads nothing", { timeout: 20_000 }, () => {
	it("is sent away before its answers take memory", async () => {
		let copied = 0;
		const text = "x".repeat(500_000);
		const read = async () => {
			copied++;
			return { format: "text", text };
		};
		Object.assign(phone(), { clipboard: { images: false, read, write: async () => {} } });
		const heard = await stage.connect(MJPEG);
		await soon(() => expect(stage.harness.server.device("phone")?.viewers).toBe(1));
		heard.socket.pause();
		const watching = () => stage.harness.server.device("phone")?.viewers ?? 0;
		// The kernel takes much that is not counted.
		await expect
			.poll(
				() => {
					for (let count = 0; count < 10; count++) say(heard, { type: "copy", press: false });
					return watching();
				},
				{ interval: 100 },
			)
			.toBe(0);
		// 32 MiB, and what the kernel takes.
		expect(copied).toBeLessThan(200);
	});
});

describe("a link has eight WebSockets", () => {
	it("and no more, one more when one ends; others and the owner are let in", async () => {
		const { headers } = await stage.guest("phone", "view");
		const eight = await Promise.all(Array.from({ length: 8 }, () => stage.connect(MJPEG, headers)));
		expect(eight.map(({ closed }) => closed)).toEqual(Array(8).fill(undefined));
		const ninth = await stage.connect(MJPEG, headers);
		expect([ninth.closed, texts(ninth)]).toEqual([
			503,
			[{ ok: false, error: "8 clients are connected by this link already" }],
		]);
		const other = await stage.guest("phone", "view");
		expect((await stage.connect(MJPEG, other.headers)).closed).toBeUndefined();
		for (let count = 0; count < 10; count++) expect((await stage.connect(MJPEG)).closed).toBeUndefined();
		eight[0]?.socket.terminate();
		await expect
			.poll(async () => {
				const again = await stage.connect(MJPEG, headers);
				return again.closed;
			})
			.toBeUndefined();
	});
});

describe("a WebSocket is refused", () => {
	it.each([
		["/simulators/phone/stream", {}, 401],
		["/simulators/phone/stream", { authorization: "Bearer wrong" }, 401],
		["/simulators/phone/stream", { ...owner, origin: "https://evil.example" }, 403],
		["/simulators/phone/stream", { ...owner, host: "evil.example" }, 403],
		["/simulators/phone/camera", owner, 404],
		["/simulators/phone/stream/more", owner, 404],
	] as const)("%s with %j by %s", async (path, headers, status) => {
		const heard = await stage.connect(path, headers);
		expect(heard.closed).toBe(status);
		expect(texts(heard)).toEqual([{ ok: false, error: expect.any(String) }]);
		const words = "host" in headers ? /--name NAME/ : /may not use this server/;
		if (status === 403) expect(texts(heard)).toEqual([{ ok: false, error: expect.stringMatching(words) }]);
	});
});

describe("a device's log", () => {
	const LOGS = "/simulators/phone/logs";

	it("is told in batches until the client stops it", async () => {
		const options: unknown[] = [];
		let stopped = 0;
		Object.assign(phone(), {
			log(wanted: unknown, sink: { line(text: string): void }) {
				options.push(wanted);
				for (let line = 1; line <= 201; line++) sink.line(`line ${line}`);
				return () => stopped++;
			},
		});
		const heard = await stage.connect(
			`${LOGS}?level=debug&style=compact&bundleId=com.example.App&predicate=`,
		);
		await soon(() => expect(heard.texts).toHaveLength(3));
		say(heard, { type: "stop" });
		await soon(() => expect(heard.closed).toBe(1000));
		const [started, first, second, end] = texts(heard) as { lines: string[] }[];
		expect([started, first?.lines.length, second]).toEqual([
			{ type: "log_started" },
			200,
			{ type: "log", lines: ["line 201"] },
		]);
		expect(end).toEqual({ type: "log_stopped", reason: "client closed" });
		expect(options).toEqual([{ level: "debug", style: "compact", bundleId: "com.example.App" }]);
		expect(stopped).toBe(1);
	});

	it.each([
		[LOGS, "this device has no log"],
		[`${LOGS}?level=loud`, "invalid level: loud"],
		[`${LOGS}?style=pretty`, "invalid style: pretty"],
		["/simulators/nobody/logs", "unknown udid"],
	])("ends at once with a reason: %s", async (path, reason) => {
		const heard = await stage.connect(path);
		await soon(() => expect(heard.closed).toBe(1000));
		expect(texts(heard)).toEqual([{ type: "log_stopped", reason }]);
	});

	it("is not for those who only look", async () => {
		const { headers } = await stage.guest("phone", "view");
		expect((await stage.connect(LOGS, headers)).closed).toBe(403);
	});
});
