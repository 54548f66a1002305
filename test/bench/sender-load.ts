import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as after } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../server/devices/clock.ts";
import { loadAddon } from "../../server/native/load.ts";
import { NativePool } from "../../server/webrtc/sender/native-pool.ts";
import { ScriptPool } from "../../server/webrtc/sender/script-pool.ts";
import type { SenderPool } from "../../server/webrtc/sender/sender-pool.ts";
import { summarize } from "./percentiles.ts";

const SINK = fileURLToPath(new URL("../../native/build/Release/packet-sink", import.meta.url));
const INTERVAL = 1000 / 60;
/** 4 Mbit/s at 60 pictures a second. */
const PICTURE_BYTES = 8_333;
const PACE = { rate: 12e6, burst: 64 * 1024, longestWait: 250 };
const SETTLE = 1_000;

const [kind = "native", viewers = "50", seconds = "4"] = process.argv.slice(2);
const keys = { profile: "AEAD_AES_128_GCM", key: Buffer.alloc(16, 1), salt: Buffer.alloc(12, 2) } as const;
const none = () => {};
let keyframeNeeded = true;

/** A slice whose bytes hold no start code. */
function picture(keyframe: boolean) {
	const data = Buffer.alloc(PICTURE_BYTES);
	for (let i = 0; i < data.length; i++) data[i] = 1 + ((i * 7919) % 255);
	data.set([0, 0, 0, 1, keyframe ? 0x65 : 0x41]);
	return { data, keyframe, encodedTime: 0, width: 1280, height: 720 };
}

const pool: SenderPool = kind === "script" ? new ScriptPool(systemClock) : new NativePool(loadAddon());
const sink = spawn(SINK, [viewers], { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface(sink.stdout)[Symbol.asyncIterator]();
const first = Number(String((await lines.next()).value).split(" ")[1]);
const socket = await pool.openSocket("127.0.0.1", 0, { packet: none });
const feed = pool.openFeed();
for (let i = 0; i < Number(viewers); i++) {
	const sender = pool.openSender({
		terms: {
			payloadType: 102,
			ssrc: 1 + i,
			retransmission: { payloadType: 103, ssrc: 100_000 + i },
			// No media id, as once the receiver has reported.
			extensions: { transportSequence: 2, playoutDelay: 3, captureTime: 4 },
			mid: "0",
			cname: "bench",
			clockOrigin: 0,
		},
		keys: { local: keys, remote: keys },
		pace: PACE,
		events: {
			keyframeNeeded: () => {
				keyframeNeeded = true;
			},
			heard: none,
			feedback: none,
			followed: none,
		},
	});
	const to = { socket, address: "127.0.0.1", port: first + i };
	sender.setPath({
		send: (packet, length) => socket.send(packet, length, to.address, to.port),
		queuedBytes: () => socket.queuedBytes(),
		datagram: to,
	});
	sender.follow(feed);
}
const key = picture(true);
const delta = picture(false);
const pushed = new Map<number, number>();
let number = 0;
async function run(milliseconds: number): Promise<void> {
	const start = performance.now();
	for (let count = 0; count * INTERVAL < milliseconds; count++) {
		const now = performance.timeOrigin + performance.now();
		feed.push({ ...(keyframeNeeded ? key : delta), captureTime: now }, (number * 1500) >>> 0);
		keyframeNeeded = false;
		pushed.set((number * 1500) >>> 0, now);
		number++;
		await after(Math.max(0, start + (count + 1) * INTERVAL - performance.now()));
	}
}
await run(SETTLE);
pushed.clear();
const before = process.cpuUsage();
const started = performance.now();
await run(Number(seconds) * 1000);
const used = process.cpuUsage(before);
const percent = (used.user + used.system) / 10 / (performance.now() - started);
await after(500);
sink.stdin.end("end\n");
const waits: number[] = [];
let packets = 0;
for await (const line of { [Symbol.asyncIterator]: () => lines }) {
	const [timestamp, count, last] = line.split(" ").map(Number);
	const time = pushed.get(timestamp ?? -1);
	if (time === undefined) continue;
	packets += count ?? 0;
	waits.push((last ?? 0) - time);
}
await pool.close();
const { median, p95 } = summarize(waits);
console.log(
	JSON.stringify({
		kind,
		viewers: Number(viewers),
		processor: Number(percent.toFixed(1)),
		each: Number((percent / Number(viewers)).toFixed(3)),
		user: Number((used.user / 10 / (Number(seconds) * 1000)).toFixed(1)),
		median: Number(median.toFixed(2)),
		p95: Number(p95.toFixed(2)),
		arrived: packets / (pushed.size * Number(viewers)),
	}),
);
process.exit();
