import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { keepForAll } from "../support/keep.ts";
import { colourDistance } from "../support/native-sources.ts";
import { newStateFolder, type Product, startProduct } from "../support/product.ts";
import { readmeCommands } from "../support/readme.ts";
import { look } from "../support/seen-picture.ts";

const run = promisify(execFile);
const keep = keepForAll();
let product: Product;
let folder: string;
beforeAll(async () => {
	product = await keep(startProduct({ devices: ["demo:"] }));
	folder = await newStateFolder();
	await keep(Promise.resolve({ close: () => rm(folder, { recursive: true }) }));
});

/** What the README's only command with these words prints, at a server of the test's own. */
async function curl(words: string): Promise<string> {
	const found = readmeCommands().filter(
		(command) => command.startsWith("curl ") && `${command}\n`.includes(words),
	);
	expect(found).toHaveLength(1);
	const command = found[0]?.replaceAll("http://localhost:8400", product.origin) ?? "";
	expect(command).toContain(product.origin);
	const env = { ...process.env, TOKEN: product.ownerToken };
	const { stdout } = await run("/bin/sh", ["-c", `${command} --fail-with-body --silent --show-error`], {
		cwd: folder,
		env,
	});
	return stdout;
}

const demo = () => curl("screenshot.jpg").then(() => readFile(join(folder, "demo.jpg")));
/** In the middle of the demo's sea, as a share of its width and height. */
const SEA = { x: 0.5, y: 0.2 };

test("the README's curl lists the devices", async () => {
	const { devices } = JSON.parse(await curl("8400/api/devices\n")) as { devices: { id: string }[] };
	expect(devices.map(({ id }) => id)).toEqual(["demo"]);
});

test("the README's curl takes a screenshot, and its tap changes it", async () => {
	const before = await look(await demo(), SEA);
	expect(before.size).toEqual([720, 1560]);
	expect(JSON.parse(await curl('"tap"'))).toEqual({ ok: true });
	await expect
		.poll(async () => colourDistance((await look(await demo(), SEA)).colour, before.colour), {
			interval: 200,
		})
		.toBeGreaterThan(30);
});

test("the README's curl types", async () => {
	expect(JSON.parse(await curl('"type":"type"'))).toEqual({ ok: true });
});

test("the README's curl makes a link that opens the device", async () => {
	const { url } = JSON.parse(await curl("/grants")) as { url: string };
	const token = new URLSearchParams(new URL(url).hash.slice(1)).get("grant");
	expect(url).toContain("/devices/demo#grant=");
	const answer = await fetch(`${product.origin}/api/session`, {
		method: "POST",
		body: JSON.stringify({ token }),
	});
	expect(await answer.json()).toMatchObject({ role: "view", devices: ["demo"] });
});

test("the README's curl gets the API's description", async () => {
	expect(JSON.parse(await curl("/openapi.json"))).toMatchObject({
		openapi: expect.stringMatching(/^3\.1\./),
	});
});
