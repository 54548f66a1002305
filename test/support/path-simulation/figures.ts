import { quantile } from "./quantile.ts";
import type { SimulatedViewer } from "./simulated-viewer.ts";

/** What a viewer had of a span of time; delays in milliseconds, without the path's own. */
export interface Figures {
	readonly frames: number;
	readonly delay: { readonly median: number; readonly p95: number; readonly most: number };
	readonly queue: { readonly median: number; readonly p95: number };
	readonly estimate: { readonly least: number; readonly median: number; readonly most: number };
	/** The longest time without a new frame. */
	readonly pause: number;
	readonly renditions: string;
}

/** Measures from one time (ms since the viewer joined) to another. */
export function figures(viewer: SimulatedViewer, from: number, to = viewer.time): Figures {
	const within = ({ time }: { time: number }) => time >= from && time < to;
	const shown = viewer.shown.filter(within);
	const delays = shown.map(({ latency }) => latency - viewer.link.terms.delay);
	const samples = viewer.samples.filter(within);
	const queues = samples.map(({ queued }) => queued);
	const estimates = samples.map(({ estimate }) => estimate);
	const times = [from, ...shown.map(({ time }) => time)];
	return {
		frames: (1000 * shown.length) / (to - from),
		delay: { median: quantile(delays, 0.5), p95: quantile(delays, 0.95), most: quantile(delays, 1) },
		queue: { median: quantile(queues, 0.5), p95: quantile(queues, 0.95) },
		estimate: {
			least: quantile(estimates, 0),
			median: quantile(estimates, 0.5),
			most: quantile(estimates, 1),
		},
		pause: Math.max(...times.slice(1).map((time, i) => time - (times[i] ?? 0))),
		renditions: [...new Set(samples.map(({ rendition }) => rendition ?? "none"))].join(", "),
	};
}

/** One line for people. */
export function printed(
	name: string,
	{ frames, delay, queue, estimate, pause, renditions }: Figures,
): string {
	const whole = (...values: number[]) => values.map((value) => value.toFixed(0)).join("/");
	const megabits = (...values: number[]) => values.map((value) => (value / 1e6).toFixed(2)).join("/");
	return [
		name.padEnd(34),
		`${frames.toFixed(1)} pictures/s`,
		`delay ${whole(delay.median, delay.p95, delay.most)} ms`,
		`queue ${whole(queue.median, queue.p95)} ms`,
		`estimate ${megabits(estimate.least, estimate.median, estimate.most)} Mbit/s`,
		`pause ${whole(pause)} ms`,
		renditions,
	].join("  ");
}
