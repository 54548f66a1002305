import { rm } from "node:fs/promises";
import type { Browser, Page } from "playwright";
import { beforeAll, expect, test, vi } from "vitest";
import type { ControlState, ParticipantInfo } from "../../signaling/protocol/messages.ts";
import { type Balancer, startBalancer } from "../support/balancer.ts";
import { launchBrowser } from "../support/browser.ts";
import {
	newContext,
	openDevice,
	recordStates,
	takeControl,
	untilAdvanced,
	untilState,
} from "../support/device-page.ts";
import { chooseControl, openLink, revokeGrant, shareDevice, untilControl } from "../support/guests.ts";
import { type Keep, keepForAll, keepForTest } from "../support/keep.ts";
import { type Address, askAsOwner, newStateFolder, readMetric } from "../support/product.ts";
import { connectViewer } from "../support/raw-signaling.ts";
import { startRedis } from "../support/redis-server.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";
import { type SignalingPart, startHostPart, startSignalingPart } from "../support/split-processes.ts";

/** Where on the demo a touch does nothing, pixels. */
const SOMEWHERE = { x: 200, y: 400 };
/** How long everybody may take to be back, ms. */
const BACK = { timeout: 20_000, interval: 20 };

const keep = keepForAll();
let browser: Browser;
/** For the tests that leave it whole, and the first that does not. */
let stage: Stage;

beforeAll(async () => {
	[browser, stage] = await Promise.all([keep(launchBrowser()), start(keep)]);
}, 120_000);

interface Stage {
	readonly balancer: Balancer;
	/** What pages and hosts know: the balancer. */
	readonly front: Address;
	readonly one: SignalingPart;
	readonly other: SignalingPart;
}

/** Two signaling servers on one Redis behind a balancer, and a host with the demo phone whose home is the first. */
async function start(keepIt: Keep): Promise<Stage> {
	const stateFolder = async () => {
		const folder = await newStateFolder();
		await keepIt(Promise.resolve({ close: () => rm(folder, { recursive: true, force: true }) }));
		return folder;
	};
	const redis = await keepIt(startRedis());
	const shared = ["--redis", redis.url];
	const one = await keepIt(startSignalingPart(await stateFolder(), 0, shared));
	const other = await keepIt(startSignalingPart(await stateFolder(), 0, shared));
	expect(other.ownerToken).toBe(one.ownerToken);
	const balancer = await keepIt(startBalancer([one.port, other.port]));
	const front = { origin: `http://localhost:${balancer.port}`, ownerToken: one.ownerToken };
	balancer.prefer([one.port]);
	const [key, name, devices] = [one.hostKey ?? "", "Studio", ["demo:"]];
	const state = await stateFolder();
	const host = startHostPart({ signaling: front.origin, key, name, state, devices });
	await (await keepIt(Promise.resolve(host))).joined();
	// Not `expect.poll`, which hooks may not use.
	for (const part of [one, other])
		await vi.waitFor(async () => expect(await devicesAt(part)).toEqual(["studio.demo ready 0"]), BACK);
	return { balancer, front, one, other };
}

async function devicesAt(server: Address): Promise<string[]> {
	const { devices } = JSON.parse(await askAsOwner(server, "/api/devices"));
	return devices.map((device: Record<string, unknown>) => `${device.id} ${device.state} ${device.viewers}`);
}

/** When each page was welcomed by signaling, ms of `performance.now`. */
const welcomes = new WeakMap<Page, number[]>();

/** Opens the device in a browser session of its own, through one of the servers: as the owner, or by a link. */
async function openThrough(
	{ balancer, front }: Stage,
	server: SignalingPart,
	as: "owner" | "guest" = "owner",
): Promise<Page> {
	balancer.prefer([server.port]);
	const context = await newContext(browser, front, { stranger: as === "guest" });
	if (as === "guest") {
		const { url } = await shareDevice(server, "studio.demo", { role: "control" });
		const token = new URLSearchParams(new URL(url).hash.slice(1)).get("grant");
		await context.request.post(`${front.origin}/api/session`, { data: { token } });
		await context.addInitScript(() => localStorage.setItem("porthole-name", "Ana"));
	}
	context.on("page", (page) => {
		const times: number[] = [];
		welcomes.set(page, times);
		page.on("websocket", (socket) => {
			socket.on("framereceived", ({ payload }) => {
				if (String(payload).startsWith('{"type":"welcome"')) times.push(performance.now());
			});
		});
	});
	return openDevice(context, front, "studio.demo");
}

/** Measures the longest time without a new frame from now on; gives a function that tells it, ms. */
async function watchFrames(page: Page): Promise<() => Promise<number>> {
	await page.evaluate(() => {
		const video = document.querySelector("video") as HTMLVideoElement;
		const seen = { last: performance.now(), longest: 0 };
		Object.assign(window, { framesSeen: seen });
		const next = () => {
			const now = performance.now();
			seen.longest = Math.max(seen.longest, now - seen.last);
			seen.last = now;
			video.requestVideoFrameCallback(next);
		};
		video.requestVideoFrameCallback(next);
	});
	return () =>
		page.evaluate(() => {
			const { last, longest } = (window as unknown as { framesSeen: { last: number; longest: number } })
				.framesSeen;
			return Math.max(longest, performance.now() - last);
		});
}

test("viewers on two servers see one device, and control passes between them", async () => {
	const { one, other } = stage;
	const here = await openThrough(stage, one);
	const there = await openThrough(stage, other, "guest");
	for (const page of [here, there]) await untilAdvanced(page, STRIP_CELL.demo);
	expect(await readMetric(other, "porthole_relayed_viewers")).toBe(1);
	for (const server of [one, other]) expect(await devicesAt(server)).toEqual(["studio.demo live 2"]);
	await takeControl(there, SOMEWHERE);
	await untilControl(there, "you");
	await untilControl(here, "other");
	const since = performance.now();
	await chooseControl(here, "take");
	await untilControl(here, "you");
	await untilControl(there, "other");
	console.log(
		`control was taken from a viewer on the other server, both pages show it after ${(performance.now() - since).toFixed(0)} ms, clicks included`,
	);
	const response = await fetch(`${other.origin}/api/devices/studio.demo/still`, {
		headers: { authorization: `Bearer ${other.ownerToken}` },
	});
	expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
});

test("a link that one server made opens at the other, and ends at once when it is revoked through the first", async () => {
	const { balancer, front, one, other } = stage;
	balancer.prefer([other.port]);
	const link = await shareDevice(one, "studio.demo", { role: "control", pin: "4711", uses: 1 });
	const page = await openLink(browser, front, link.url.replace(one.origin, front.origin), "Ana");
	await page.getByTestId("pin").fill("4711");
	await page.keyboard.press("Enter");
	await untilState(page, "live");
	expect(await readMetric(other, "porthole_relayed_viewers")).toBe(1);
	const since = performance.now();
	await revokeGrant(other, link.id);
	await untilState(page, "ended");
	console.log(
		`a link revoked through the other server: its page had ended after ${(performance.now() - since).toFixed(0)} ms`,
	);
	const { grants } = JSON.parse(await askAsOwner(one, "/api/grants")) as { grants: { id: string }[] };
	expect(grants.filter(({ id }) => id === link.id)).toEqual([]);
});

test.each(["the other server", "the home of the device"])(
	"%s is killed: pictures never stop, everybody is back within seconds, and the holder keeps control",
	async (which) => {
		if (!stage.other.running()) stage = await start(keepForTest);
		const { balancer, one, other } = stage;
		const holder = await openThrough(stage, which === "the other server" ? other : one);
		const watcher = await openThrough(stage, which === "the other server" ? one : other, "guest");
		await takeControl(holder, SOMEWHERE);
		await untilControl(holder, "you");
		await untilControl(watcher, "other");
		const [killed, left] = which === "the other server" ? [other, one] : [one, other];
		const states = await Promise.all([recordStates(holder), recordStates(watcher)]);
		const gaps = await Promise.all([watchFrames(holder), watchFrames(watcher)]);
		balancer.prefer([one.port, other.port]);

		const since = performance.now();
		await killed.kill();
		// A line that led to the server that is left, and to a home that is, was not lost.
		const lost = which === "the other server" ? [holder] : [holder, watcher];
		for (const page of lost) await expect.poll(() => welcomes.get(page)?.length, BACK).toBe(2);
		const times = lost.map((page) => ((welcomes.get(page)?.at(-1) ?? 0) - since).toFixed(0));
		console.log(`${which} killed: viewers were back after ${times.join(" and ")} ms`);
		await expect.poll(() => devicesAt(left), BACK).toEqual(["studio.demo live 2"]);
		const observer = await connectViewer(left, "studio.demo");
		const { control } = (await observer.next("control")) as { control: ControlState };
		const { participants } = (await observer.next("participants")) as { participants: ParticipantInfo[] };
		const seated = participants.find(({ viewerId }) => viewerId === control.holder);
		expect(seated?.quality).not.toBe("away");
		// Who left in a test before keeps a place for a while.
		expect(participants.filter(({ quality }) => quality !== "away")).toHaveLength(3);
		observer.close();
		await untilControl(holder, "you");
		await untilControl(watcher, "other");
		for (let second = 0; second < 3; second++)
			for (const page of [holder, watcher]) await untilAdvanced(page, STRIP_CELL.demo);
		const [longest, other_] = await Promise.all(gaps.map((gap) => gap()));
		console.log(`longest time without a new picture: ${longest?.toFixed(0)} and ${other_?.toFixed(0)} ms`);
		for (const read of states) expect(await read()).toEqual(["live"]);
		await chooseControl(holder, "release");
		await untilControl(watcher, "free");
		// The host is another process: a touch in that very moment may reach it before the news that control is free.
		const touches = async () => {
			await takeControl(watcher, SOMEWHERE);
			return holder.getByTestId("control-pill").getAttribute("data-floor");
		};
		await expect.poll(touches, { ...BACK, interval: 500 }).toBe("other");
	},
);
