import { readdirSync } from "node:fs";
import { setTimeout as after } from "node:timers/promises";
import type { Page } from "playwright";
import { CHROMIUM, launchBrowser } from "../../support/browser.ts";
import { captureInputChannel } from "../../support/input-channel.ts";
import type { Product } from "../../support/product.ts";
import type { Scenario } from "../bench.ts";
import { type Figure, ofReading, ofSeries } from "../figure.ts";
import { type FloodKind, flood, type Guest, inviteGuest } from "../flooders/process.ts";
import { openDevicePage } from "../page/device-page.ts";
import { readProcessUsage } from "../process-usage.ts";
import { Stage } from "../stage.ts";
import { targets } from "../targets.ts";

/** Length of a flood, and of the looks before it, ms. */
const LENGTH = 10_000;
const CALM = 5_000;
const REST = 3_000;
const LOOK_EVERY = 100;

const FLOODS: readonly (readonly [FloodKind, string])[] = [
	["nothing", "no flood: another process takes the processor"],
	["connections", "3,000 slow connections, downloads destroyed"],
	["signaling", "restart and ping without end"],
	["json", "8 MiB of nested JSON, by owner and view link"],
	["places", "one view link joins without end"],
	["gateway", "one view link: gateway sockets, screenshots"],
	["mute", "a gateway socket that asks and does not read"],
	["channel", "a data channel flooded by a view link"],
];

/** Whether somebody without much of a right can take the picture from somebody else. */
export const floodsScenario: Scenario = {
	name: "floods",
	method: `1280×720, scrolling text at 30 a second, one undisturbed page of Chromium and one flooder for ${LENGTH / 1000} s on the same two cores, from
another process (nice 10; the flooded data channel from another Chromium). frames kept: frames shown during the flood, of those
in the ${CALM / 1000} s before, per second. The first row takes as much processor and sends nothing: what a row falls short of it is the
flood's own doing. CPU, memory, descriptors: of the server.`,
	async run({ say }) {
		await using stage = new Stage();
		const display = await stage.display();
		await stage.show(display, "scroll", { arguments: ["--fps", "30"] });
		const product = await stage.product(display, { arguments: ["--fps", "30"] });
		const page = await openDevicePage(await stage.context(product), product);
		const guest = await inviteGuest(product);
		const figures: Figure[] = [];
		for (const [kind, subject] of FLOODS) {
			say(subject);
			await after(REST);
			figures.push(...(await measure(kind, subject, { product, page, guest })));
		}
		return figures;
	},
};

interface Ground {
	readonly product: Product;
	readonly page: Page;
	readonly guest: Guest;
}

async function measure(
	kind: FloodKind,
	subject: string,
	{ product, page, guest }: Ground,
): Promise<Figure[]> {
	const calm = await frameRate(page, () => after(CALM));
	const before = readProcessUsage(product.pid);
	let mostMemory = before.memory;
	let descriptors = 0;
	const health: number[] = [];
	let flooding = true;
	const look = async () => {
		while (flooding) {
			const asked = performance.now();
			await (await fetch(`${product.origin}/healthz`)).text();
			health.push(performance.now() - asked);
			mostMemory = Math.max(mostMemory, readProcessUsage(product.pid).memory);
			descriptors = Math.max(descriptors, readdirSync(`/proc/${product.pid}/fd`).length);
			await after(LOOK_EVERY);
		}
	};
	const looking = look();
	const rate = await frameRate(page, () =>
		kind === "channel" ? floodChannel(guest) : flood(kind, product, guest, LENGTH),
	);
	flooding = false;
	await looking;
	const cpu = ((readProcessUsage(product.pid).cpu - before.cpu) / (LENGTH / 1000)) * 100;
	const kept = kind === "nothing" ? undefined : targets.floodFramesKept;
	return [
		ofReading({ subject, measure: "frames kept", unit: "%" }, (100 * rate) / calm, kept),
		ofReading({ subject, measure: "frames before", unit: "a second" }, calm),
		ofReading({ subject, measure: "CPU", unit: "% of a core" }, cpu),
		ofReading({ subject, measure: "memory grown", unit: "MB" }, mostMemory - before.memory),
		ofReading({ subject, measure: "descriptors", unit: "times" }, descriptors),
		ofSeries({ subject, measure: "/healthz", unit: "ms" }, health),
	];
}

/** Frames shown a second while something goes on. */
async function frameRate(page: Page, during: () => Promise<unknown>): Promise<number> {
	const look = () =>
		page.evaluate(() => ({
			at: performance.now(),
			frames: document.querySelector("video")?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
		}));
	const before = await look();
	await during();
	const now = await look();
	return ((now.frames - before.frames) / (now.at - before.at)) * 1000;
}

/** As many messages of eight bytes as another browser's data channel takes. */
async function floodChannel({ url }: Guest): Promise<void> {
	const browser = await launchBrowser({ executablePath: CHROMIUM });
	try {
		const context = await browser.newContext();
		await captureInputChannel(context);
		const page = await context.newPage();
		await page.goto(url);
		await page.waitForFunction(() => window.capturedChannel?.readyState === "open");
		await page.evaluate(() => {
			const message = new Uint8Array(8).fill(255);
			setInterval(() => {
				const channel = window.capturedChannel;
				while (channel?.readyState === "open" && channel.bufferedAmount < 500_000) channel.send(message);
			}, 1);
		});
		await after(LENGTH);
	} finally {
		await browser.close();
	}
}
