import { loadImage } from "@napi-rs/canvas";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PortholeError } from "../../../../signaling/protocol/errors.ts";
import { GatewayStage, owner } from "../../../support/gateway-stage.ts";
import { phoneWithBezel } from "../../../support/phone-with-bezel.ts";
import { keys } from "../../../support/signaling-harness.ts";

let stage: GatewayStage;
beforeEach(async () => {
	stage = new GatewayStage();
	await stage.open("demo:", "fake:phone");
});
afterEach(() => stage.close());

const phone = () => {
	const [device] = stage.fakes.devices;
	if (!device) throw new Error("there is no phone");
	return device;
};
const json = (text: string) => JSON.parse(text) as unknown;
const refused = (status: number, error: unknown) => [status, { ok: false, error }];
async function answer(method: string, path: string, more: Parameters<GatewayStage["ask"]>[2] = {}) {
	const { status, text } = await stage.ask(method, path, more);
	return [status, json(text)];
}
const tap = JSON.stringify({ type: "tap", x: 180, y: 390, width: 360, height: 780, duration: 0.001 });

const boxSchema = v.object({ width: v.number(), height: v.number() });
const chromeSchema = v.object({
	composite: boxSchema,
	screen: boxSchema,
	buttons: v.array(v.object({ name: v.string() })),
});

describe("the gateway's pages", () => {
	it.each([
		["/simulators", "/"],
		["/simulators/", "/"],
		["/farm", "/"],
		["/simulators/DEMO", "/devices/demo"],
		["/simulators/%2F%2Fevil.example", "/devices/%2F%2Fevil.example"],
		["/simulators/%ZZ", "/devices/%25zz"],
	])("lead from %s to %s, whoever asks", async (path, to) => {
		const { status, headers } = await stage.ask("GET", path, { headers: {} });
		expect([status, headers.location]).toEqual([302, to]);
	});

	it("list devices in CoreSimulator's words", async () => {
		phone().change({ power: "off", name: 'A "phone"' });
		expect(await answer("GET", "/simulators.json")).toEqual([
			200,
			{
				running: [{ udid: "demo", name: "Demo phone", state: "Booted", runtime: "demo" }],
				available: [{ udid: "phone", name: 'A "phone"', state: "Shutdown", runtime: "demo" }],
			},
		]);
	});
});

describe("a device's layout", () => {
	it("is its screen alone where it has no frame", async () => {
		const screen = { x: 0, y: 0, width: 390, height: 844 };
		expect(await answer("GET", "/simulators/Phone/chrome.json")).toEqual([
			200,
			{
				identifier: "demo-plain",
				outerCornerRadius: 0,
				innerCornerRadius: 0,
				composite: { width: 390, height: 844 },
				screen,
				buttonMargins: { top: 0, left: 0, bottom: 0, right: 0 },
				buttons: [],
			},
		]);
		expect(await answer("GET", "/simulators/phone/definition.json")).toEqual([
			200,
			{
				identity: { udid: "phone", name: "Fake phone", model: "demo" },
				screen: {
					viewport: { width: 390, height: 844 },
					rect: screen,
					clipRadius: 0,
					bezelImage: {
						rest: "/simulators/phone/bezel.png",
						bare: "/simulators/phone/bezel.png?buttons=false",
					},
				},
				buttons: [],
				keyboard: {},
			},
		]);
	});

	it("has pictures of the size of its screen where it has none of its own", async () => {
		for (const [path, opaque] of [
			["bezel.png", 0],
			["bezel.png?buttons=false", 0],
			["screen-mask.png", 255],
		] as const) {
			const response = await fetch(`http://127.0.0.1:${stage.listener.port}/simulators/phone/${path}`, {
				headers: owner,
			});
			expect(response.headers.get("cache-control")).toBe("private, max-age=86400");
			const image = await loadImage(Buffer.from(await response.arrayBuffer()));
			expect([image.width, image.height]).toEqual([390, 844]);
			expect(await alphaOf(image)).toBe(opaque);
		}
		expect(await answer("GET", "/simulators/phone/chrome-button/home.png")).toEqual(
			refused(404, "no bezel image button-home of phone"),
		);
	});

	it("is the demo phone's own, with its buttons and pictures", async () => {
		const [, chrome] = await answer("GET", "/simulators/demo/chrome.json");
		const { composite, screen, buttons } = v.parse(chromeSchema, chrome);
		expect([screen.width, screen.height]).toEqual([360, 780]);
		expect(buttons.map(({ name }) => name)).toEqual(["volume-up", "volume-down", "lock"]);
		const response = await fetch(`http://127.0.0.1:${stage.listener.port}/simulators/demo/bezel.png`, {
			headers: owner,
		});
		const image = await loadImage(Buffer.from(await response.arrayBuffer()));
		expect(image.width / image.height).toBeCloseTo(composite.width / composite.height, 2);
	});

	it("names no picture that is not there", async () => {
		const [, chrome] = await answer("GET", "/simulators/demo/chrome.json");
		const [, definition] = await answer("GET", "/simulators/demo/definition.json");
		const named = `${JSON.stringify(chrome)}${JSON.stringify(definition)}`.matchAll(
			/"(\/simulators\/[^"]+)"/g,
		);
		const paths = [...new Set([...named].map(([, path = ""]) => path))];
		expect(paths).toEqual(expect.arrayContaining(["/simulators/demo/chrome-button/volume-down.png"]));
		expect(paths.length).toBeGreaterThan(6);
		const pictures = new Map<string, string>();
		for (const path of paths) {
			const { status, text } = await stage.ask("GET", path);
			expect([path, status]).toEqual([path, 200]);
			pictures.set(path, text);
		}
		// At rest is another picture than pressed.
		const button = (name: string) => pictures.get(`/simulators/demo/chrome-button/${name}.png`);
		expect(button("volume-down-down")).not.toBe(button("volume-down"));
	});

	it("is that of its frame, with pictures by Baguette's names", async () => {
		const asked = phoneWithBezel(phone());
		const [, chrome] = await answer("GET", "/simulators/phone/chrome.json");
		expect(chrome).toMatchObject({
			identifier: "demo-frame-1",
			innerCornerRadius: 50,
			outerCornerRadius: 70,
			composite: { width: 430, height: 884 },
			screen: { x: 20, y: 20, width: 390, height: 844 },
		});
		expect(chrome).toMatchObject({
			buttons: [
				{
					...{ name: "power", anchor: "right", align: "leading", onTop: false },
					// At rest its centre is 3 points inside of the right edge, and it comes out by 4.
					...{ normalOffset: { x: 1, y: 200 }, rolloverOffset: { x: 5, y: 200 }, offset: { x: 5, y: 200 } },
					imageUrl: "/simulators/phone/chrome-button/power.png",
					imageDownUrl: "/simulators/phone/chrome-button/power-down.png",
				},
				{
					...{ name: "volume-up", anchor: "left", onTop: false },
					...{ normalOffset: { x: 7, y: 180 }, rolloverOffset: { x: 3, y: 180 } },
				},
			],
		});
		const [, definition] = await answer("GET", "/simulators/phone/definition.json");
		expect(definition).toMatchObject({
			screen: { viewport: { width: 430, height: 884 }, clipRadius: 50 },
			buttons: [
				{
					id: "power",
					envelope: { type: "button", button: "power" },
					images: {
						rest: "/simulators/phone/chrome-button/power.png",
						pressed: "/simulators/phone/chrome-button/power-down.png",
					},
					box: { leftPct: (422 / 430) * 100, widthPct: (10 / 430) * 100, heightPct: (100 / 884) * 100 },
					transform: { rest: "none", hover: "translate(40%, 0%)", pressed: "translate(-40%, 0%)" },
					z: "below",
				},
				{ id: "volume-up", images: { pressed: "/simulators/phone/chrome-button/volume-up.png" } },
			],
		});
		for (const path of [
			"bezel.png",
			"bezel.png?buttons=FALSE",
			"screen-mask.png",
			"chrome-button/power.png",
			"chrome-button/power-down.png",
			"chrome-button/volume-up",
		]) {
			const { status, text } = await stage.ask("GET", `/simulators/PHONE/${path}`);
			expect([status, text]).toEqual([200, `png of ${asked.at(-1)}`]);
		}
		expect(asked).toEqual([
			"bezel",
			"bare",
			"mask",
			"button-power",
			"button-power-pressed",
			"button-volume-up",
		]);
		expect(await answer("GET", "/simulators/phone/chrome-button/other.png")).toEqual(
			refused(404, "no bezel image button-other of phone"),
		);
	});
});

describe("power, orientation and shaking", () => {
	it("switch what can be switched", async () => {
		const done: unknown[] = [];
		Object.assign(phone(), {
			setPower: async (on: boolean) => void done.push(on),
			setOrientation: async (to: string) => void done.push(to),
			shake: async () => void done.push("shaken"),
		});
		phone().change({ power: "off" });
		expect(await answer("POST", "/simulators/phone/boot")).toEqual([200, { ok: true }]);
		expect(await answer("POST", "/simulators/phone/shutdown")).toEqual(refused(500, "shutdownFailed"));
		phone().change({ power: "on" });
		expect(await answer("POST", "/simulators/phone/boot")).toEqual(refused(500, "bootFailed"));
		expect(await answer("POST", "/simulators/phone/shutdown")).toEqual([200, { ok: true }]);
		const turn = (value: string) => answer("POST", `/simulators/phone/orientation?value=${value}`);
		expect(await turn("landscape-left")).toEqual([200, { ok: true }]);
		expect(await turn("sideways")).toEqual(
			refused(400, "value must be one of portrait, landscape-left, landscape-right, portrait-upside-down"),
		);
		expect(await answer("POST", "/simulators/phone/shake")).toEqual([200, { ok: true }]);
		// The interface turns to the left when the device is turned to the right.
		expect(done).toEqual([true, false, "landscape-right", "shaken"]);
	});

	it("say why not, and what a device cannot", async () => {
		Object.assign(phone(), {
			setPower: () => Promise.reject(new PortholeError("boot-failed", "Its iOS is not installed.")),
		});
		phone().change({ power: "off" });
		expect(await answer("POST", "/simulators/phone/boot")).toEqual(refused(500, "Its iOS is not installed."));
		expect(await answer("POST", "/simulators/demo/boot")).toEqual(refused(500, "bootFailed"));
		expect(await answer("POST", "/simulators/demo/shake")).toEqual(
			refused(501, expect.stringMatching(/is not offered here$/)),
		);
	});

	it("say what a device without switch and orientation cannot", async () => {
		for (const path of ["boot", "shutdown", "orientation?value=portrait", "shake"]) {
			expect(await answer("POST", `/simulators/phone/${path}`)).toEqual(
				refused(path === "boot" ? 500 : 501, expect.stringMatching(/is not offered here$|^bootFailed$/)),
			);
		}
	});

	it("are for those who may touch the device now", async () => {
		Object.assign(phone(), { shake: async () => {}, setPower: async () => {} });
		phone().change({ power: "off" });
		const looks = await stage.guest("phone", "view");
		const drives = await stage.guest("phone", "control");
		for (const path of ["shake", "boot", "input"]) {
			const { status } = await stage.ask("POST", `/simulators/phone/${path}`, { headers: looks.headers });
			expect(status).toBe(403);
		}
		expect(await answer("POST", "/simulators/phone/boot", { headers: drives.headers })).toEqual(
			refused(403, "Only an owner of the device may do that."),
		);
		const page = await stage.harness.viewer("phone");
		await page.say({ type: "control", action: "take" });
		const words = "Somebody else has control of this device.";
		expect(await answer("POST", "/simulators/phone/shake", { headers: drives.headers })).toEqual(
			refused(403, words),
		);
		expect(await answer("POST", "/simulators/phone/input", { headers: drives.headers, body: tap })).toEqual(
			refused(200, words),
		);
		await page.say({ type: "control", action: "release" });
		expect(await answer("POST", "/simulators/phone/shake", { headers: drives.headers })).toEqual([
			200,
			{ ok: true },
		]);
	});
});

describe("a screenshot", { timeout: 20_000 }, () => {
	const take = async (path: string, id = "demo") => {
		const url = `http://127.0.0.1:${stage.listener.port}/simulators/${id}/${path}`;
		const response = await fetch(url, { headers: owner });
		const data = Buffer.from(await response.arrayBuffer());
		return { status: response.status, type: response.headers.get("content-type"), data };
	};

	it.each([
		["screenshot.jpg", "image/jpeg", [720, 1560]],
		["screenshot.jpg?quality=0.1&scale=2", "image/jpeg", [360, 780]],
		["screenshot.png?scale=3", "image/png", [240, 520]],
		["screenshot.jpg?quality=best&scale=-1", "image/jpeg", [720, 1560]],
	])("%s is the screen as it is now", async (path, type, size) => {
		const shot = await take(path);
		expect([shot.status, shot.type]).toEqual([200, type]);
		const { width, height } = await loadImage(shot.data);
		expect([width, height]).toEqual(size);
	});

	it("has the quality that was asked for", async () => {
		const [good, poor] = [await take("screenshot.jpg?quality=1"), await take("screenshot.jpg?quality=0.1")];
		expect(poor.data.length).toBeLessThan(good.data.length / 2);
	});

	it("fails after two seconds without a picture", async () => {
		const { status, data } = await take("screenshot.jpg", "phone");
		expect([status, json(String(data))]).toEqual(refused(500, expect.stringMatching(/No frame .* 2 s/)));
	});
});

describe("input by request", () => {
	it("plays a gesture on the device, whatever the case of its id, and answers it", async () => {
		expect(await answer("POST", "/simulators/PHONE/input", { body: tap })).toEqual([200, { ok: true }]);
		expect(phone().input.calls).toEqual([
			["touch", [expect.objectContaining({ x: 0.5, y: 0.5 })]],
			["touch", []],
		]);
	});

	it("reaches the real demo phone", async () => {
		const [demo] = stage.demos.devices;
		const key = JSON.stringify({ type: "button", button: "home", duration: 0.02 });
		expect(await answer("POST", "/simulators/demo/input", { body: key })).toEqual([200, { ok: true }]);
		expect(await answer("POST", "/simulators/demo/input", { body: tap })).toEqual([200, { ok: true }]);
		expect(demo?.describe().points).toEqual({ width: 360, height: 780 });
	});

	it("takes one gesture a line, or one over several lines, and answers each by a line", async () => {
		const lines = [tap, '{"type":"warp"}', "", "no json", '{"type":"key","code":"Nope"}', tap].join("\n");
		const { status, text } = await stage.ask("POST", "/simulators/phone/input", { body: lines });
		expect(status).toBe(200);
		expect(text.trim().split("\n").map(json)).toEqual([
			{ ok: true },
			{ ok: false, error: "unknown kind: warp" },
			{ ok: false, error: "invalid JSON" },
			{ ok: false, error: expect.stringMatching(/^invalid code: expected /) },
			{ ok: true },
		]);
		const spread = JSON.stringify(JSON.parse(tap), null, 2);
		expect(await answer("POST", "/simulators/phone/input", { body: spread })).toEqual([200, { ok: true }]);
	});

	it.each([
		["", "invalid JSON"],
		["[]", "invalid JSON"],
		['{"x":1}', "missing field: type"],
		['{"type":"tap","x":1,"y":2,"width":3}', "missing field: height"],
		['{"type":"tap","x":"1","y":2,"width":3,"height":4}', "invalid x: expected number"],
		['{"type":"button","button":"siri"}', expect.stringMatching(/^invalid button: expected /)],
	])("answers what is wrong with %s", async (body, error) => {
		expect(await answer("POST", "/simulators/phone/input", { body })).toEqual(refused(200, error));
		expect(phone().input.calls).toEqual([]);
	});

	it("is of one viewer over several requests, who holds what it pressed", async () => {
		const page = await stage.harness.viewer("phone");
		const touch = (phase: string, x: number) => {
			const body = JSON.stringify({ type: `touch1-${phase}`, x, y: 10, width: 100, height: 100 });
			return answer("POST", "/simulators/phone/input", { body });
		};
		for (const [phase, x] of [
			["down", 10],
			["move", 20],
			["up", 30],
		] as const) {
			expect(await touch(phase, x)).toEqual([200, { ok: true }]);
		}
		const downs = phone().input.calls.map(([, contacts]) => (contacts as readonly object[]).length);
		expect(downs).toEqual([1, 1, 1, 0]);
		const people = page.the("participants").participants as { name: string }[];
		expect(people.map(({ name }) => name)).toEqual(["Owner", "Baguette client"]);
	});

	it("refuses a body that is longer than any paste, and more gestures than anybody waits for", async () => {
		const body = `{"type":"type","text":"${"a".repeat(4 * 1024 * 1024)}"}`;
		expect(await answer("POST", "/simulators/phone/input", { body })).toEqual(
			refused(413, expect.stringMatching(/4194304 bytes/)),
		);
		expect(await answer("POST", "/simulators/phone/input", { body: "{}\n".repeat(1001) })).toEqual(
			refused(413, "more than 1000 gestures in one request"),
		);
	});
});

describe("who may ask", () => {
	const list = (headers: Record<string, string>) => answer("GET", "/simulators.json", { headers });

	it("is whoever has the owner's token, as a bearer or as a password", async () => {
		const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
		for (const headers of [owner, basic(`me:${keys.ownerToken}`), basic(`:${keys.ownerToken}`)]) {
			expect((await list(headers))[0]).toBe(200);
		}
		expect(await list({})).toEqual(refused(401, expect.any(String)));
		expect(await list(basic("me:wrong"))).toEqual(refused(401, expect.any(String)));
		expect(await list(basic("no colon"))).toEqual(refused(401, expect.any(String)));
	});

	it("sees the devices that a link is for, by its token or its cookie, and of others not that they are", async () => {
		const { headers, cookie } = await stage.guest("phone", "control");
		for (const shown of [headers, cookie]) {
			const [status, body] = await list(shown);
			expect([status, JSON.stringify(body)]).toEqual([200, expect.not.stringContaining('demo","name')]);
			expect(JSON.stringify(body)).toContain('"udid":"phone"');
			expect(await answer("GET", "/simulators/demo/chrome.json", { headers: shown })).toEqual(
				refused(404, "unknown udid: demo"),
			);
		}
	});

	it("spends a use of a link with its first request, and cannot answer for a PIN", async () => {
		const once = await stage.guest("phone", "control", { uses: 1 });
		for (let again = 0; again < 3; again++) {
			expect((await answer("GET", "/simulators/phone/chrome.json", once))[0]).toBe(200);
		}
		expect(stage.harness.grants.get(once.id)?.used).toBe(1);
		const pinned = await stage.guest("phone", "control", { pin: "1234" });
		expect(await answer("GET", "/simulators/phone/chrome.json", pinned)).toEqual(
			refused(401, expect.stringMatching(/PIN/)),
		);
		await stage.harness.grants.revoke(once.id);
		expect((await answer("GET", "/simulators/phone/chrome.json", once))[0]).toBe(403);
	});

	it.each([
		["GET", "/simulators.json", { host: "evil.example" }],
		["POST", "/simulators/demo/input", { host: "127.0.0.1:1", origin: "https://evil.example" }],
		["POST", "/simulators/demo/boot", { host: "localhost", origin: "null" }],
	])("is not another site: %s %s with %j", async (method, path, headers) => {
		const said = await answer(method, path, { headers: { ...owner, ...headers } });
		const words =
			headers.host === "evil.example" ? /by the name "evil.example".*--name NAME/ : /may not use this server/;
		expect(said).toEqual(refused(403, expect.stringMatching(words)));
	});
});

describe("what is not there", () => {
	it.each([
		["POST", "/simulators/NOBODY/boot", 404, "unknown udid: NOBODY"],
		["GET", "/simulators/nobody/chrome.json", 404, "unknown udid: nobody"],
		["POST", "/simulators/nobody/input", 404, "unknown udid: nobody"],
		["GET", "/simulators/demo/describe-ui.json", 501, "describe-ui.json is not offered here"],
		["GET", "/simulators/demo/status-bar", 501, "status-bar is not offered here"],
		["DELETE", "/simulators/demo/location", 501, "location is not offered here"],
		["POST", "/simulators/demo/render-3d.png", 501, "render-3d.png is not offered here"],
		["GET", "/simulators/demo/boot", 501, "boot is not offered here"],
		["GET", "/plugins.json", 501, "plugins.json is not offered here"],
		["GET", "/devices.json", 501, "devices.json is not offered here"],
		["PUT", "/simulators/demo/input", 405, "/simulators/demo/input does not take PUT."],
	])("is told in Baguette's form: %s %s", async (method, path, status, error) => {
		expect(await answer(method, path)).toEqual(refused(status, error));
	});
});

async function alphaOf(image: Awaited<ReturnType<typeof loadImage>>): Promise<number | undefined> {
	const { createCanvas } = await import("@napi-rs/canvas");
	const context = createCanvas(image.width, image.height).getContext("2d");
	context.drawImage(image, 0, 0);
	return context.getImageData(image.width / 2, image.height / 2, 1, 1).data[3];
}
