import { setTimeout as after } from "node:timers/promises";
import type { EncoderName, NativeAccessUnit, X11Source } from "../../../server/native/addon.ts";
import { loadAddon } from "../../../server/native/load.ts";
import { CLOCK_PERIOD_MS, readClockStrip } from "../../support/clock-strip.ts";
import { decode } from "../../support/decoded-frame.ts";
import { filmFrame } from "../../support/drawn-content.ts";
import type { Scenario } from "../bench.ts";
import { type Figure, ofReading, ofSeries, type Unit } from "../figure.ts";
import { SCREEN, Stage } from "../stage.ts";
import { targets } from "../targets.ts";

const MAIN = { bitrate: 4_000_000, frameRate: 60 };
const SMALL = { bitrate: 1_000_000, frameRate: 30 };
const SETTLE = 1_500;
const WATCH = 4_000;
const TIMES = 20;
const PAUSE = 150;
const LIMIT = 10_000;

interface Bed {
	readonly stage: Stage;
	readonly display: string;
	readonly source: X11Source;
	readonly units: NativeAccessUnit[];
}

/** How exactly a source keeps to what it is told, and how soon. */
export const sourceScenario: Scenario = {
	name: "source",
	method: `Addon alone, in this process, X11 source of a private 1280×720 Xvfb; a film of 640×360 for the two bit rates.
drawn → read: an X client draws the wall clock (57 Hz) into the picture. CPU: this process in windows of ${WATCH / 4000} s. answer: a press
on an idle screen, or a rate after none, to the access unit. bit rates: of two renditions in real time, at the rate given and at a quarter of it.`,
	async run({ say }) {
		const encoders = loadAddon()
			.encoders()
			.filter(({ available }) => available);
		const figures: Figure[] = [];
		for (const { name } of encoders) {
			say(`a screen in motion, ${name}`);
			figures.push(...(await withSource({ encoder: name }, measureMotion(name))));
			say(`a film in two renditions, ${name}`);
			figures.push(...(await measureFilm(name)));
		}
		say("rates that bound, and change");
		figures.push(...(await withSource({ ...MAIN, frameRate: 20 }, measureRates)));
		say("a screen at rest, and one that nobody takes");
		figures.push(...(await withSource(MAIN, measureRest)));
		say("presses at one frame a second");
		figures.push(...(await withSource({ ...MAIN, frameRate: 1 }, measurePresses)));
		return figures;
	},
};

async function withSource(
	options: Partial<typeof MAIN> & { encoder?: EncoderName },
	measure: (bed: Bed) => Promise<Figure[]>,
): Promise<Figure[]> {
	await using stage = new Stage();
	const display = await stage.display();
	const units: NativeAccessUnit[] = [];
	const source = new (loadAddon().X11Source)({
		...{ encoder: "openh264", ...MAIN, display, ...options },
		onAccessUnit: (unit) => units.push(unit),
		onEnd: ({ message }) => console.error(message),
	});
	try {
		return await measure({ stage, display, source, units });
	} finally {
		source.close();
	}
}

const reading = (subject: string, measure: string, unit: Unit, value: number) =>
	ofReading({ subject, measure, unit }, value);

const isSmall = (unit: NativeAccessUnit) => unit.rendition === "small";

const perSecond = (units: readonly NativeAccessUnit[]) =>
	(units.length - 1) / (((units.at(-1)?.captureTime ?? 0) - (units[0]?.captureTime ?? 0)) / 1000);

const measureMotion =
	(encoder: EncoderName) =>
	async ({ stage, display, source, units }: Bed): Promise<Figure[]> => {
		const subject = `screen at 57 Hz, ${encoder}`;
		const clear = await stage.show(display, "clock", { arguments: ["--hz", "57"] });
		await after(SETTLE + WATCH);
		await clear();
		const times = units.slice();
		const ages = decode(times.map(({ data }) => data)).flatMap((frame, index) => {
			const drawn = readClockStrip(frame);
			const captured = times[index]?.captureTime ?? 0;
			return drawn === undefined || captured < (times[0]?.captureTime ?? 0) + SETTLE
				? []
				: (captured - drawn + CLOCK_PERIOD_MS) % CLOCK_PERIOD_MS;
		});
		await stage.show(display, "clock", { arguments: ["--hz", "60"] });
		source.setSmallRate(SMALL);
		await after(SETTLE);
		const from = units.length;
		await after(WATCH);
		const both = units.slice(from);
		return [
			reading(subject, "pictures", "a second", perSecond(times)),
			ofSeries({ subject, measure: "drawn → read", unit: "ms" }, ages, targets.drawnToRead),
			reading(subject, "main beside small", "a second", perSecond(both.filter((unit) => !isSmall(unit)))),
			reading(subject, "small", "a second", perSecond(both.filter(isSmall))),
		];
	};

async function measureRates({ stage, display, source, units }: Bed): Promise<Figure[]> {
	const subject = "screen at 100 Hz";
	await stage.show(display, "clock", { arguments: ["--hz", "100"] });
	await after(WATCH);
	const bound = perSecond(units.slice(1));
	const changed = performance.now();
	const from = units.length;
	source.setRate({ ...MAIN, frameRate: 60 });
	await until(() => units.length >= from + 40);
	const took = performance.now() - changed;
	return [
		reading(subject, "pictures at 20 a second", "a second", bound),
		reading(subject, "40 pictures after a change to 60", "ms", took),
	];
}

async function measureRest({ stage, display, source, units }: Bed): Promise<Figure[]> {
	const clear = await stage.show(display, "echo");
	await after(SETTLE);
	const idle = await sampleCpu();
	await clear();
	await stage.show(display, "video", { arguments: ["--fps", "60"] });
	const answers: number[] = [];
	let resting: number[] = [];
	for (let time = 0; time < TIMES; time++) {
		source.setRate(undefined);
		await after(2 * PAUSE);
		if (time === 0) resting = await sampleCpu();
		const before = units.length;
		const since = performance.now();
		source.setRate(MAIN);
		await until(() => units.length > before);
		answers.push(performance.now() - since);
		await after(PAUSE);
	}
	return [
		ofSeries({ subject: "idle screen", measure: "CPU", unit: "% of a core" }, idle, targets.sourceAtRest),
		ofSeries(
			{ subject: "nobody takes it", measure: "CPU", unit: "% of a core" },
			resting,
			targets.sourceAtRest,
		),
		ofSeries({ subject: "nobody takes it", measure: "answer to a rate", unit: "ms" }, answers),
	];
}

async function measurePresses({ stage, display, source, units }: Bed): Promise<Figure[]> {
	await stage.show(display, "echo");
	const input = new (loadAddon().X11Screen)({ display, onEnd: () => {} });
	const answers: number[] = [];
	try {
		await until(() => units.length > 0);
		for (let press = 0; press < TIMES / 2; press++) {
			// At one frame a second the budget is even again after some.
			await after(4 * 1000);
			const before = units.length;
			const since = performance.now();
			source.expectDamage();
			input.pointer(50, 50, 1);
			await until(() => units.length > before);
			answers.push(performance.now() - since);
			input.pointer(50, 50, 0);
		}
	} finally {
		input.close();
	}
	return [ofSeries({ subject: "one frame a second", measure: "answer to a press", unit: "ms" }, answers)];
}

async function measureFilm(encoder: EncoderName): Promise<Figure[]> {
	const [width, height] = [SCREEN.width / 2, SCREEN.height / 2];
	const units: NativeAccessUnit[] = [];
	const source = new (loadAddon().PixelSource)({
		...{ width, height, format: "bgra", encoder, ...MAIN },
		onAccessUnit: (unit) => units.push(unit),
		onEnd: ({ message }) => console.error(message),
	});
	let number = 0;
	const draw = async (ms: number) => {
		const from = units.length;
		const began = performance.now();
		for (let frame = 1; performance.now() - began < ms; frame++) {
			source.encode(filmFrame(width, height, number++), width * 4, [], Date.now());
			await after(Math.max(0, began + (frame * 1000) / MAIN.frameRate - performance.now()));
		}
		const took = performance.now() - began;
		const rate = (wanted: (unit: NativeAccessUnit) => boolean) =>
			(units
				.slice(from)
				.filter(wanted)
				.reduce((sum, { data }) => sum + data.length, 0) *
				8) /
			took;
		return { main: rate((unit) => !isSmall(unit)), small: rate(isSmall) };
	};
	try {
		source.setSmallRate(SMALL);
		await draw(SETTLE);
		const figures: Figure[] = [];
		for (const part of [1, 4]) {
			source.setRate({ ...MAIN, bitrate: MAIN.bitrate / part });
			source.setSmallRate({ ...SMALL, bitrate: SMALL.bitrate / part });
			const { main, small } = await draw(WATCH);
			const subject = `film at ${MAIN.bitrate / part / 1000} and ${SMALL.bitrate / part / 1000} kbit/s, ${encoder}`;
			figures.push(reading(subject, "main", "kbit/s", main), reading(subject, "small", "kbit/s", small));
		}
		return figures;
	} finally {
		source.close();
	}
}

/** This process and the addon's threads, % of a core, a second at a time. */
async function sampleCpu(): Promise<number[]> {
	const samples: number[] = [];
	for (let window = 0; window < 4; window++) {
		const before = process.cpuUsage();
		const since = performance.now();
		await after(WATCH / 4);
		const { user, system } = process.cpuUsage(before);
		samples.push((user + system) / 10 / (performance.now() - since));
	}
	return samples;
}

async function until(condition: () => boolean): Promise<void> {
	for (const since = performance.now(); !condition(); await after(1)) {
		if (performance.now() - since > LIMIT) throw new Error(`it did not happen within ${LIMIT} ms`);
	}
}
