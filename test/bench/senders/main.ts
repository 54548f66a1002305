/**
 * Sends frames to many viewers on loopback and tells what that took, as JSON. Arguments: viewers, seconds.
 * A process of its own, so that its processor time is the senders' alone.
 */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as after } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../../server/devices/clock.ts";
import { loadAddon } from "../../../server/native/load.ts";
import { SenderPool } from "../../../server/webrtc/rtp/sender-pool.ts";

/** What was measured. */
export interface SenderLoad {
	/** Share of one core, per cent; all threads, with the making and pushing of frames. */
	readonly processor: number;
	/** From the push of each frame to the last packet of it at the last viewer, milliseconds. */
	readonly delays: readonly number[];
	/** Packets that arrived, of those that should have. */
	readonly arrived: number;
}

const SINK = fileURLToPath(new URL("../../../native/build/Release/packet-sink", import.meta.url));
const ADDRESS = "127.0.0.1";
const INTERVAL = 1000 / 60;
const TICKS = 1500;
/** 4 Mbit/s at 60 frames a second, and how many packets that makes. */
const PICTURE_BYTES = 8_333;
const PACKETS = 8;
const PACE = { rate: 12e6, burst: 64 * 1024, longestWait: 250 };
const WARM_UP = 1_000;
/** For what is still on its way. */
const SETTLE = 500;

const [viewers = "50", seconds = "4"] = process.argv.slice(2);
const keys = { profile: "AEAD_AES_128_GCM", key: Buffer.alloc(16, 1), salt: Buffer.alloc(12, 2) } as const;
const nothing = () => {};

const sink = spawn(SINK, [viewers], { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface(sink.stdout)[Symbol.asyncIterator]();
const firstPort = Number(String((await lines.next()).value).split(" ")[1]);
const pool = new SenderPool(loadAddon(), nothing);
const socket = await pool.openSocket(ADDRESS, 0, { packet: nothing });
const feed = pool.openFeed();
let keyframeNeeded = true;
for (let i = 0; i < Number(viewers); i++) openViewer(i);
const keyframe = slice(true);
const between = slice(false);
let number = 0;
await push(WARM_UP);
const before = process.cpuUsage();
const started = performance.now();
const pushed = await push(Number(seconds) * 1000);
const { user, system } = process.cpuUsage(before);
const processor = (user + system) / 10 / (performance.now() - started);
await after(SETTLE);
sink.stdin.end("end\n");
const load: SenderLoad = { processor, ...(await readArrivals(pushed)) };
await pool.close();
process.stdout.write(`${JSON.stringify(load)}\n`, () => process.exit());

function openViewer(index: number): void {
	const sender = pool.openSender({
		parameters: {
			payloadType: 102,
			ssrc: 1 + index,
			retransmission: { payloadType: 103, ssrc: 100_000 + index },
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
			heard: nothing,
			feedback: nothing,
			followed: nothing,
			failed: nothing,
		},
	});
	const datagram = { socket, address: ADDRESS, port: firstPort + index };
	sender.setPath({
		send: (packet) => socket.send(packet, ADDRESS, datagram.port),
		queuedBytes: () => socket.queuedBytes(),
		datagram,
	});
	sender.follow(feed);
}

/** One frame in one slice whose bytes hold no start code. */
function slice(isKeyframe: boolean): Buffer {
	const data = Buffer.from(Array.from({ length: PICTURE_BYTES }, (_, i) => 1 + ((i * 7919) % 255)));
	data.set([0, 0, 0, 1, isKeyframe ? 0x65 : 0x41]);
	return data;
}

/** Pushes frames for so many milliseconds; answers when each was pushed, by RTP timestamp. */
async function push(milliseconds: number): Promise<Map<number, number>> {
	const times = new Map<number, number>();
	const start = performance.now();
	for (let count = 1; count * INTERVAL <= milliseconds; count++) {
		const captureTime = systemClock.now();
		const isKeyframe = keyframeNeeded;
		keyframeNeeded = false;
		const data = isKeyframe ? keyframe : between;
		feed.push(
			{ data, keyframe: isKeyframe, captureTime, encodedTime: captureTime, width: 1280, height: 720 },
			number * TICKS,
		);
		times.set(number * TICKS, captureTime);
		number++;
		await after(Math.max(0, start + count * INTERVAL - performance.now()));
	}
	return times;
}

async function readArrivals(times: ReadonlyMap<number, number>): Promise<Omit<SenderLoad, "processor">> {
	const delays: number[] = [];
	let packets = 0;
	for await (const line of { [Symbol.asyncIterator]: () => lines }) {
		const [timestamp = 0, count = 0, last = 0] = line.split(" ").map(Number);
		const time = times.get(timestamp);
		if (time === undefined) continue;
		packets += count;
		delays.push(last - time);
	}
	return { delays, arrived: packets / (times.size * Number(viewers) * PACKETS) };
}
