import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { parseDeviceSpec } from "../../../server/devices/device-spec.ts";
import { createHxfrProvider } from "../../../server/devices/hxfr/provider.ts";
import { loadAddon } from "../../../server/native/load.ts";
import { rateFor } from "../../../server/streams/bitrate.ts";
import { systemClock } from "../../../signaling/clock.ts";
import { startHxfrHost } from "../../support/hxfr-host.ts";
import { startProduct } from "../../support/product.ts";
import type { BenchOptions, Scenario } from "../bench.ts";
import { type Figure, ofReading, ofSeries } from "../figure.ts";
import { newContext, openDevicePage } from "../page/device-page.ts";
import { startReading, stopReading } from "../page/frame-reader.ts";
import { clockDelays } from "../page/frame-reading.ts";
import { SCREEN, Stage } from "../stage.ts";
import { targets } from "../targets.ts";

const SETTLE = 2500;
const WIRE = 8_000;
/** Each encoder has its turn twice, so that what else the machine does meets both. */
const TURN = 6_000;
const TURNS = 2;
/** How long a reading of the clock stays good, ms. */
const ANCHOR_HOLDS = 1000;

/** The wire alone, and an encoder at its other end beside a local one. */
export const hxfrScenario: Scenario = {
	name: "hxfr",
	method: `1280×720, scrolling text at 60 Hz on a private Xvfb, everything on this machine with one clock. wire: porthole hxfr in
a process of its own, from the end of its encoding to the moment at which the hxfr: device in this process hands the access
unit on. encoder: the product with a local encoder and with one behind a Unix socket (raw NV12 up, H.264 down), in turns of
${TURN / 1000} s, each watched in Chromium; drawn and decoded as in the bench latency.`,
	async run(options) {
		const folder = await mkdtemp(join(tmpdir(), "porthole-bench-"));
		try {
			return [...(await measureWire(folder, options)), ...(await measureEncoders(folder, options))];
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	},
};

async function measureWire(folder: string, { say }: BenchOptions): Promise<Figure[]> {
	await using stage = new Stage();
	const display = await stage.display();
	await stage.show(display, "scroll", { arguments: ["--fps", "60"] });
	const figures: Figure[] = [];
	for (const [subject, listen] of [
		["wire, Unix socket", `unix:${join(folder, "wire.sock")}`],
		["wire, TCP on loopback", "tcp:127.0.0.1:0"],
	] as const) {
		say(subject);
		const host = stage.keep(await startHxfrHost({ listen: [listen], devices: [`x11:${display}`] }));
		const now = fineClock();
		const provider = createHxfrProvider({ addon: loadAddon(), clock: { ...systemClock, now } });
		const device = stage.keep(await provider.open(parseDeviceSpec(`hxfr:${host.addresses[0]}`)));
		let delays: number[] = [];
		const source = await device.openSource({
			...rateFor(SCREEN, {}),
			sink: { accessUnit: ({ encodedTime }) => delays.push(now() - encodedTime), ended() {} },
		});
		await after(SETTLE);
		delays = [];
		await after(WIRE);
		const name = { subject, measure: "encoded → handed on", unit: "ms" } as const;
		figures.push(ofSeries(name, delays, listen.startsWith("unix") ? targets.hxfrWire : undefined));
		await source.close();
	}
	return figures;
}

async function measureEncoders(folder: string, { say }: BenchOptions): Promise<Figure[]> {
	await using stage = new Stage();
	const display = await stage.display();
	const address = `unix:${join(folder, "encoder.sock")}`;
	stage.keep(await startHxfrHost({ listen: [address], devices: [`x11:${display}`] }));
	await stage.show(display, "scroll", { arguments: ["--fps", "60", "--clock"] });
	const ways = [
		{ subject: "encoder, local", arguments: [] },
		{ subject: "encoder, behind a Unix socket", arguments: ["--encoder", `hxfr:${address}`] },
	];
	const found = new Map(ways.map(({ subject }) => [subject, { delays: [] as number[], read: 0 }]));
	const browser = await stage.browser();
	for (let turn = 0; turn < TURNS; turn++) {
		for (const { subject, arguments: options } of ways) {
			say(`${subject}, turn ${turn + 1}`);
			await using turnStage = new Stage();
			const product = turnStage.keep(
				await startProduct({ devices: [`x11:${display}`], arguments: options, echo: true }),
			);
			const context = turnStage.keep(await newContext(browser, product));
			const page = await openDevicePage(context, product);
			await after(SETTLE);
			await startReading(page, "decoded");
			await after(TURN);
			const { readings } = await stopReading(page);
			const result = found.get(subject);
			result?.delays.push(...clockDelays(readings));
			if (result) result.read += readings.length;
		}
	}
	return ways.flatMap(({ subject }) => {
		const { delays, read } = found.get(subject) ?? { delays: [], read: 0 };
		return [
			ofSeries({ subject, measure: "drawn → decoded", unit: "ms" }, delays),
			ofReading({ subject, measure: "pictures", unit: "a second" }, (read * 1000) / (TURN * TURNS)),
		];
	});
}

/** The wall clock with a fraction, set anew every second: two processes' steady clocks drift apart by more than is measured. */
function fineClock(): () => number {
	let origin = 0;
	let setAt = Number.NEGATIVE_INFINITY;
	return () => {
		if (performance.now() - setAt > ANCHOR_HOLDS) {
			const first = Date.now();
			let next = first;
			while (next === first) next = Date.now();
			setAt = performance.now();
			origin = next - setAt;
		}
		return origin + performance.now();
	};
}
