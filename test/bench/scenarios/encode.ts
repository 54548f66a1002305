import { setTimeout as after } from "node:timers/promises";
import type { Addon, EncoderName, NativeAccessUnit } from "../../../server/native/addon.ts";
import { loadAddon } from "../../../server/native/load.ts";
import { rateFor } from "../../../server/streams/bitrate.ts";
import type { Size } from "../../../signaling/protocol/device.ts";
import { type ScreenClientMode, startScreenClient } from "../../support/screen-client.ts";
import { startXDisplay } from "../../support/x-display.ts";
import type { Scenario } from "../bench.ts";
import { type Figure, type FigureName, ofReading, ofSeries } from "../figure.ts";

const SIZES: readonly Size[] = [
	{ width: 1280, height: 720 },
	{ width: 1920, height: 1080 },
];
const CONTENTS: readonly { name: string; mode: ScreenClientMode }[] = [
	{ name: "static", mode: "echo" },
	{ name: "scrolling text", mode: "scroll" },
	{ name: "video-like", mode: "video" },
];
/** Until the encoder's rate control has found its way, ms. */
const SETTLE = 1500;
const MEASURE = 6000;

interface Run {
	readonly addon: Addon;
	readonly encoder: EncoderName;
	readonly size: Size;
	readonly display: string;
	readonly subject: string;
}

/** Capture and encoding alone, in this process, without any viewer. */
export const encodeScenario: Scenario = {
	name: "encode",
	method: `Addon alone, X11 source on a private Xvfb, target bit rate as the product picks it, ${MEASURE / 1000} s each.
encode: pixels read to access unit done. CPU: this process with the addon's threads, not the X server.
A static screen is not coded at all but for a keyframe once a second, asked for here.`,
	async run({ say }) {
		const addon = loadAddon();
		const encoders = addon.encoders().filter(({ available }) => available);
		const figures: Figure[] = [];
		for (const size of SIZES) {
			const { display, close } = await startXDisplay(size);
			try {
				for (const { name: encoder } of encoders) {
					for (const { name: content, mode } of CONTENTS) {
						const subject = `${size.height}p ${content}, ${encoder}`;
						say(subject);
						const geometry = `${size.width}x${size.height}+0+0`;
						const client = await startScreenClient(mode, { display, geometry });
						try {
							figures.push(...(await measure({ addon, encoder, size, display, subject }, mode === "echo")));
						} finally {
							await client.close();
						}
					}
				}
			} finally {
				await close();
			}
		}
		return figures;
	},
};

async function measure(
	{ addon, encoder, size, display, subject }: Run,
	screenshot: boolean,
): Promise<Figure[]> {
	let units: NativeAccessUnit[] = [];
	let end: string | undefined;
	const source = new addon.X11Source({
		...rateFor(size, {}),
		display,
		encoder,
		onAccessUnit: (unit) => units.push(unit),
		onEnd: ({ message }) => {
			end = message;
		},
	});
	const asking = screenshot ? setInterval(() => source.requestKeyframe("main"), 1000) : undefined;
	try {
		await after(SETTLE);
		units = [];
		const cpuBefore = process.cpuUsage();
		const started = performance.now();
		await after(MEASURE);
		const took = performance.now() - started;
		const cpu = process.cpuUsage(cpuBefore);
		if (end !== undefined) throw new Error(`${subject}: the source ended: ${end}`);
		const bytes = units.reduce((sum, { data }) => sum + data.length, 0);
		const encodeTimes = units.map(({ captureTime, encodedTime }) => encodedTime - captureTime);
		const named = (measure: string, unit: FigureName["unit"]): FigureName => ({ subject, measure, unit });
		return [
			ofSeries(named("encode", "ms"), encodeTimes),
			ofReading(named("pictures", "a second"), (units.length / took) * 1000),
			ofReading(named("bit rate", "kbit/s"), (bytes * 8) / took),
			ofReading(named("CPU", "% of a core"), ((cpu.user + cpu.system) / 1000 / took) * 100),
		];
	} finally {
		clearInterval(asking);
		source.close();
	}
}
