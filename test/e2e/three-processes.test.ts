import { rm } from "node:fs/promises";
import type { Browser, Page } from "playwright";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { porthole } from "../support/command-line.ts";
import {
	newContext,
	openDevice,
	PATIENCE,
	recordStates,
	stateOf,
	untilAdvanced,
	untilState,
} from "../support/device-page.ts";
import { keepForAll, keepForTest } from "../support/keep.ts";
import { askAsOwner, newStateFolder } from "../support/product.ts";
import { STRIP_CELL } from "../support/screen-pixels.ts";
import {
	type HostPart,
	type SignalingPart,
	startHostPart,
	startSignalingPart,
} from "../support/split-processes.ts";

/** How long frames may take to return after a part was started again, ms. */
const RETURN_WITHIN = 20_000;

const keep = keepForAll();
let browser: Browser;
let state: string;
let signaling: SignalingPart;
/** The host keys and the hosts, by the names of the hosts. */
let keys: Readonly<Record<HostName, string>>;
const hosts: Partial<Record<HostName, HostPart>> = {};
const states: Partial<Record<HostName, string>> = {};

type HostName = "studio" | "attic";
const NAMES: Readonly<Record<HostName, string>> = { studio: "Studio", attic: "Attic" };

/** One signaling server and two hosts, `studio` and `attic`, each with the demo phone and each a process. */
beforeAll(async () => {
	browser = await keep(launchBrowser());
	[state, states.studio, states.attic] = await Promise.all([stateFolder(), stateFolder(), stateFolder()]);
	signaling = await keep(startSignalingPart(state));
	keys = { studio: signaling.hostKey ?? "", attic: await newKey("attic") };
});

/** What a test before ended and did not start again is started. */
beforeEach(async () => {
	if (!signaling.running()) await startSignaling();
	const missing = (["studio", "attic"] as const).filter((name) => !hosts[name]?.running());
	await Promise.all(missing.map(startHost));
}, 60_000);

async function startSignaling(): Promise<void> {
	signaling = await keep(startSignalingPart(state, signaling.port));
}

/** Starts a host and waits until signaling has let it in. */
async function startHost(name: HostName): Promise<void> {
	const own = states[name] ?? "";
	const host = await keep(Promise.resolve(tryHost(keys[name], NAMES[name], own)));
	expect(await host.joined()).toEqual([`${name}.demo`]);
	hosts[name] = host;
}

function tryHost(key: string, name: string, own: string): HostPart {
	return startHostPart({ signaling: signaling.origin, key, name, state: own, devices: ["demo:"] });
}

async function kill(name: HostName): Promise<void> {
	await hosts[name]?.kill();
}

async function stateFolder(): Promise<string> {
	const folder = await newStateFolder();
	await keep(Promise.resolve({ close: () => rm(folder, { recursive: true, force: true }) }));
	return folder;
}

async function newKey(label: string): Promise<string> {
	const { stdout, stderr, code } = await porthole(["host-keys", "add", label, "--json", "--state", state]);
	if (code !== 0) throw new Error(stderr);
	return JSON.parse(stdout).key;
}

async function open(id: string): Promise<Page> {
	return openDevice(await newContext(browser, signaling), signaling, id);
}

/** Starts parts again and prints how long frames took to return, counted from that start. */
async function untilBack(what: string, page: Page, start: () => Promise<unknown>): Promise<void> {
	const since = performance.now();
	await start();
	const started = performance.now() - since;
	await untilState(page, "live", { ...PATIENCE, timeout: RETURN_WITHIN });
	await untilAdvanced(page, STRIP_CELL.demo);
	const took = performance.now() - since;
	console.log(
		`${what}: pictures returned ${took.toFixed(0)} ms after the start (${started.toFixed(0)} ms of it starting)`,
	);
}

describe("one signaling server and two hosts, three processes", () => {
	test("show both hosts' devices, with screenshots and pictures", async () => {
		const { devices } = JSON.parse(await askAsOwner(signaling, "/api/devices"));
		expect(devices).toMatchObject([
			{ id: "attic.demo", host: "Attic", state: "ready" },
			{ id: "studio.demo", host: "Studio", state: "ready" },
		]);
		for (const id of ["studio.demo", "attic.demo"]) {
			const headers = { authorization: `Bearer ${signaling.ownerToken}` };
			const response = await fetch(`${signaling.origin}/api/devices/${id}/still`, { headers });
			const screenshot = Buffer.from(await response.arrayBuffer());
			expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
			expect(screenshot.subarray(0, 3).toString("hex")).toBe("ffd8ff");
		}
		const page = await open("studio.demo");
		await untilAdvanced(page, STRIP_CELL.demo);
	});

	test.each(["studio", "attic"] as const)(
		"%s killed: its viewers hear why and its picture returns with it, the other's stays",
		async (name) => {
			const page = await open(`${name}.demo`);
			const other = await open(name === "studio" ? "attic.demo" : "studio.demo");
			const otherStates = await recordStates(other);
			await kill(name);
			await untilState(page, "offline");
			await expect
				.poll(() => page.getByTestId("state").textContent(), PATIENCE)
				.toContain("is offline since");
			const response = await fetch(`${signaling.origin}/api/devices/${name}.demo/still`, {
				headers: { authorization: `Bearer ${signaling.ownerToken}` },
			});
			expect(response.status).toBe(503);

			await untilBack(`${name} killed and started`, page, () => startHost(name));
			await untilAdvanced(other, STRIP_CELL.demo);
			expect(await otherStates()).toEqual(["live"]);
		},
	);

	test("signaling that is killed: pictures go on, and everybody finds it again", async () => {
		const page = await open("studio.demo");
		const pageStates = await recordStates(page);
		await signaling.kill();
		await untilAdvanced(page, STRIP_CELL.demo);
		await untilAdvanced(page, STRIP_CELL.demo);
		expect(await stateOf(page)).toBe("live");

		const since = performance.now();
		await startSignaling();
		const deviceStates = async () => {
			const { devices } = JSON.parse(await askAsOwner(signaling, "/api/devices"));
			return devices.map(({ id, state }: { id: string; state: string }) => `${id} ${state}`).sort();
		};
		await expect
			.poll(deviceStates, { timeout: RETURN_WITHIN, interval: 50 })
			.toEqual(["attic.demo ready", "studio.demo live"]);
		console.log(
			`signaling killed and started: all were back after ${(performance.now() - since).toFixed(0)} ms, pictures never left`,
		);
		await untilAdvanced(page, STRIP_CELL.demo);
		expect(await pageStates()).toEqual(["live"]);
		const late = await open("attic.demo");
		await untilAdvanced(late, STRIP_CELL.demo);
	});

	test("signaling and a host that are both killed: the picture returns by itself", async () => {
		const page = await open("studio.demo");
		await Promise.all([signaling.kill(), kill("studio")]);
		await untilState(page, "reconnecting");
		await untilBack("signaling and host killed and started", page, () =>
			Promise.all([startSignaling(), startHost("studio")]),
		);
	});

	test("a page that is opened while its host is away after a restart of signaling waits for it", async () => {
		await Promise.all([signaling.kill(), kill("studio")]);
		await startSignaling();
		const context = await newContext(browser, signaling);
		const page = await context.newPage();
		await page.goto(`${signaling.origin}/devices/studio.demo`);
		await expect.poll(() => page.getByTestId("state").textContent(), PATIENCE).toContain("is not here yet");
		await untilBack("host started under a waiting page", page, () => startHost("studio"));
	});
});

describe("host keys", () => {
	test("that are wrong, another host's or revoked end a host with the reason", async () => {
		const { attic } = hosts;
		const thief = await stateFolder();
		const tryThief = (key: string) => keepForTest(Promise.resolve(tryHost(key, "Thief", thief)));
		for (const [key, code] of [
			["wrong", "wrong-host-key"],
			[keys.attic, "host-key-in-use"],
		] as const) {
			const { code: exit, stderr } = await (await tryThief(key)).outcome;
			expect([exit, stderr]).toEqual([1, expect.stringContaining(`(${code})`)]);
		}
		const page = await open("attic.demo");
		const listed = await porthole(["host-keys", "--json", "--state", state]);
		const { hostKeys } = JSON.parse(listed.stdout);
		expect(hostKeys).toMatchObject([
			{ online: true, host: { name: "Studio", prefix: "studio." } },
			{ label: "attic", online: true, host: { name: "Attic", prefix: "attic." } },
		]);
		const revoked = await porthole(["host-keys", "revoke", hostKeys[1].id, "--state", state]);
		expect(revoked.code).toBe(0);
		const { code, stderr } = (await attic?.outcome) ?? {};
		expect([code, stderr]).toEqual([1, expect.stringContaining("(host-key-revoked)")]);
		await untilState(page, "ended");
		const { devices } = JSON.parse(await askAsOwner(signaling, "/api/devices"));
		expect(devices).toMatchObject([{ id: "studio.demo" }]);
		const { stderr: again } = await (await tryThief(keys.attic)).outcome;
		expect(again).toContain("(host-key-revoked)");
	});
});
