import { once } from "node:events";
import { setTimeout as after } from "node:timers/promises";
import { WebSocket } from "ws";
import type { Product } from "../../support/product.ts";
import type { Scenario } from "../bench.ts";
import { type Figure, ofReading } from "../figure.ts";
import { readProcessUsage } from "../process-usage.ts";
import { Stage } from "../stage.ts";
import { targets } from "../targets.ts";

/** How long nobody reads, ms. */
const LENGTH = 60_000;
const BETWEEN_SAMPLES = 2_000;
/** Enough for more than a client may leave waiting. */
const BITRATE = "12000";

/** What clients of the Baguette gateway that stop reading cost the server, and those that go on. */
export const slowReaderScenario: Scenario = {
	name: "slow-reader",
	method: `One 1280×720 device, film at 12 Mbit/s. On the Baguette gateway one AVCC and one MJPEG client stop reading for
${LENGTH / 1000} s while one of each goes on. memory: resident set of the server. AVCC leaves no picture out: its client is sent away.`,
	async run({ say }) {
		await using stage = new Stage();
		const display = await stage.display();
		await stage.show(display, "video");
		const product = await stage.product(display, { arguments: ["--bitrate", BITRATE] });
		const connect = (format: string) => openStream(product, format);
		const readers = await Promise.all([connect("avcc"), connect("mjpeg")]);
		const stopped = await Promise.all([connect("avcc"), connect("mjpeg")]);
		await after(5_000);
		const memory = () => readProcessUsage(product.pid).memory;
		const before = memory();
		const counts = readers.map(({ frames }) => frames());
		for (const { socket } of stopped) socket.pause();
		let most = before;
		for (let passed = 0; passed < LENGTH; passed += BETWEEN_SAMPLES) {
			await after(BETWEEN_SAMPLES);
			most = Math.max(most, memory());
			if ((passed / BETWEEN_SAMPLES) % 5 === 4)
				say(`${(passed + BETWEEN_SAMPLES) / 1000} s, ${memory().toFixed(0)} MB`);
		}
		const rates = readers.map(({ frames }, index) => (frames() - (counts[index] ?? 0)) / (LENGTH / 1000));
		for (const { socket } of stopped) socket.resume();
		await after(5_000);
		const [avcc, mjpeg] = stopped;
		const subject = "two clients that stop reading";
		const figures: Figure[] = [
			ofReading({ subject, measure: "memory before", unit: "MB" }, before),
			ofReading({ subject, measure: "most memory meanwhile", unit: "MB" }, most),
			ofReading({ subject, measure: "grown by at most", unit: "MB" }, most - before, targets.slowReader),
			ofReading({ subject, measure: "AVCC sent away", unit: "times" }, avcc?.closed() === undefined ? 0 : 1),
			ofReading(
				{ subject, measure: "MJPEG sent away", unit: "times" },
				mjpeg?.closed() === undefined ? 0 : 1,
			),
			ofReading({ subject, measure: "AVCC of who reads", unit: "a second" }, rates[0] ?? 0),
			ofReading({ subject, measure: "MJPEG of who reads", unit: "a second" }, rates[1] ?? 0),
		];
		for (const { socket } of [...readers, ...stopped]) socket.terminate();
		return figures;
	},
};

interface OpenStream {
	readonly socket: WebSocket;
	/** How many came so far. */
	frames(): number;
	/** The code it was closed with. */
	closed(): number | undefined;
}

async function openStream(product: Product, format: string): Promise<OpenStream> {
	const [id] = product.deviceIds;
	const url = `${product.origin.replace("http", "ws")}/simulators/${id}/stream?format=${format}`;
	const socket = new WebSocket(url, { headers: { authorization: `Bearer ${product.ownerToken}` } });
	let frames = 0;
	let closed: number | undefined;
	socket.on("message", (_, binary) => {
		if (binary) frames++;
	});
	socket.on("close", (code) => {
		closed = code;
	});
	await once(socket, "open");
	return { socket, frames: () => frames, closed: () => closed };
}
