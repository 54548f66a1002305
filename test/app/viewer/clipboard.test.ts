import { beforeEach, describe, expect, it } from "vitest";
import { type BrowserClipboard, OFFERED_FOR, PageClipboard } from "../../../app/viewer/clipboard.ts";
import * as transfers from "../../../app/viewer/clipboard-transfer.ts";
import {
	CLIPBOARD_WINDOW,
	type ClipboardBytes,
	MAX_CLIPBOARD,
} from "../../../signaling/protocol/clipboard.ts";
import { ClipboardSending } from "../../../signaling/protocol/clipboard-transfer.ts";
import type { ViewerMessage } from "../../../signaling/protocol/input.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";

let clock: FakeClock;
let sent: ViewerMessage[];
/** Whether the channel takes messages. */
let connected: boolean;
let notes: string[];
/** What the browser was given, and whether it takes it. */
let copied: string[];
let lets: boolean;
let active: boolean;
/** The code of transfers can be loaded. */
let loads: boolean;
let page: PageClipboard;

const browser: BrowserClipboard = {
	async write({ bytes }) {
		if (lets) copied.push(Buffer.from(bytes).toString());
		return lets;
	},
	get active() {
		return active;
	},
};

beforeEach(() => {
	clock = new FakeClock();
	[sent, notes, copied] = [[], [], []];
	[connected, lets, active, loads] = [true, true, true, true];
	page = new PageClipboard({
		send: (message) => connected && sent.push(message) > 0,
		browser,
		load: () => (loads ? Promise.resolve(transfers) : Promise.reject(new Error("offline"))),
		clock,
		note: (text) => notes.push(text),
	});
});

const text = (value: string): ClipboardBytes => ({ format: "text", bytes: Buffer.from(value) });
const types = () => sent.splice(0).map(({ type }) => type);
const key = (code: string): ViewerMessage => ({ type: "key", code, down: true });

/** The host gives a text, as far as it needs no credit. */
function give(value: string): void {
	new ClipboardSending(text(value), (message) => {
		page.hear(message);
		return true;
	}).start();
}

describe("what is copied on the device", () => {
	it("comes to the browser's clipboard by itself while the user is at work", async () => {
		page.hear({ type: "clipboard-copied" });
		await settled();
		expect(types()).toEqual(["clipboard-wanted"]);
		give("Grüße");
		await settled();
		expect([copied, page.offered.get(), types()]).toEqual([["Grüße"], false, ["clipboard-end"]]);
		expect(notes).toEqual(["Copied from the device."]);
	});

	it("is offered by a button while they are not, and is not even asked for", async () => {
		active = false;
		page.hear({ type: "clipboard-copied" });
		await settled();
		expect([page.offered.get(), types(), copied]).toEqual([true, [], []]);
		const copying = page.copy();
		await settled();
		give("clicked");
		await copying;
		expect([page.offered.get(), copied]).toEqual([false, ["clicked"]]);
	});

	it("is offered where the browser refuses it, and then written by the click itself", async () => {
		lets = false;
		page.hear({ type: "clipboard-copied" });
		await settled();
		give("refused");
		await settled();
		expect([page.offered.get(), copied]).toEqual([true, []]);
		types();
		lets = true;
		const copying = page.copy();
		await settled();
		expect(copied).toEqual(["refused"]);
		await copying;
		expect([page.offered.get(), types()]).toEqual([false, []]);
	});

	it("needs a second click in a browser that wants the click itself", async () => {
		lets = false;
		const copying = page.copy();
		await settled();
		give("late");
		await copying;
		expect([page.offered.get(), notes]).toEqual([true, ["The browser wants one more click to copy."]]);
	});

	it("is offered no longer than it is of use", async () => {
		active = false;
		page.hear({ type: "clipboard-copied" });
		clock.advance(OFFERED_FOR);
		expect(page.offered.get()).toBe(false);
		page.hear({ type: "clipboard-copied" });
		page.reset();
		expect([page.offered.get(), clock.pending]).toEqual([false, 0]);
	});

	it("is taken piece by piece, with credit for more", async () => {
		const value = "x".repeat(200_000);
		const sending = new ClipboardSending(text(value), (message) => {
			page.hear(message);
			return true;
		});
		const copying = page.copy();
		await settled();
		sending.start();
		while (!sending.complete) {
			const credit = sent.findLast((message) => message.type === "clipboard-credit");
			sending.credit(credit?.total ?? 0);
		}
		await copying;
		expect(copied).toEqual([value]);
	});

	it.each([
		["empty", "Nothing is copied on the device that can be read."],
		["no-control", "Take control first to copy from the device."],
		["off", "This device keeps its clipboard to itself."],
		["failed", "The device did not give what is copied there. Try again."],
	] as const)(
		"is told not to come (%s) when it was asked for, and is no word otherwise",
		async (outcome, note) => {
			const copying = page.copy();
			await settled();
			page.hear({ type: "clipboard-none", outcome });
			await copying;
			await settled();
			expect([notes, copied]).toEqual([[note], []]);
			page.hear({ type: "clipboard-copied" });
			await settled();
			page.hear({ type: "clipboard-none", outcome });
			await settled();
			expect([notes.length, page.offered.get()]).toEqual([1, false]);
		},
	);

	it("is given up when nothing comes, or the connection is gone", async () => {
		const copying = page.copy();
		await settled();
		clock.advance(20_000);
		await copying;
		connected = false;
		await page.copy();
		await settled();
		expect(notes).toHaveLength(2);
		expect(clock.pending).toBe(0);
	});

	it("is told not to come when its code cannot be loaded", async () => {
		loads = false;
		await page.copy();
		expect(await page.give(text("x"))).toBe(false);
		await settled();
		expect(new Set(notes)).toEqual(new Set(["Porthole cannot be reached now."]));
		expect(sent).toEqual([]);
	});

	it("is not taken when nobody asked for it", async () => {
		give("unasked");
		await settled();
		expect([copied, sent, page.offered.get()]).toEqual([[], [], false]);
	});
});

describe("what is pasted", () => {
	it("goes out before the key that waits for it", async () => {
		const release = page.hold();
		page.send(key("KeyV"));
		page.send({ type: "pointer", x: 0, y: 0, buttons: 0 });
		expect(await page.give(text("pasted"))).toBe(true);
		release();
		release();
		page.send(key("KeyA"));
		expect(types()).toEqual(["pointer", "clipboard-offer", "clipboard-data", "key", "key"]);
	});

	it("waits for credit when it is long, and the keys with it", async () => {
		const release = page.hold();
		const giving = page.give(text("x".repeat(100_000))).finally(release);
		page.send(key("KeyV"));
		await settled();
		expect(types().filter((type) => type === "clipboard-data")).toHaveLength(CLIPBOARD_WINDOW / 16_384);
		page.hear({ type: "clipboard-credit", total: 100_000 });
		expect(await giving).toBe(true);
		await settled();
		expect(types().at(-1)).toBe("key");
		expect(clock.pending).toBe(0);
	});

	it("lifts the keys that are held while a long one is on its way, and presses them again before what waits", async () => {
		page.send(key("ControlLeft"));
		const release = page.hold();
		page.send(key("KeyV"));
		const giving = page.give(text("x".repeat(100_000))).finally(release);
		await settled();
		page.hear({ type: "clipboard-credit", total: 100_000 });
		await giving;
		await settled();
		expect(sent.filter(({ type }) => type === "key")).toEqual([
			key("ControlLeft"),
			{ type: "key", code: "ControlLeft", down: false },
			key("ControlLeft"),
			key("KeyV"),
		]);
		expect(sent.at(-2)).toEqual(key("ControlLeft"));
	});

	it("is over when the host refuses it, says nothing, or cannot be reached", async () => {
		const refused = page.give(text("x".repeat(100_000)));
		await settled();
		page.hear({ type: "clipboard-end", outcome: "off" });
		expect(await refused).toBe(false);
		await settled();
		expect(notes).toEqual(["This device takes nothing like that from your clipboard."]);
		const unanswered = page.give(text("x".repeat(100_000)));
		await settled();
		clock.advance(10_000);
		expect(await unanswered).toBe(false);
		connected = false;
		expect(await page.give(text("x"))).toBe(false);
		expect(clock.pending).toBe(0);
	});

	it("is refused here where it is too large, and its key is not pressed", async () => {
		const release = page.hold();
		page.send(key("ControlLeft"));
		page.send(key("KeyV"));
		expect(await page.give({ format: "text", bytes: new Uint8Array(MAX_CLIPBOARD.text + 1) })).toBe(false);
		await settled();
		page.dropKey("KeyV");
		release();
		expect(sent).toEqual([key("ControlLeft")]);
		expect(notes).toEqual(["That is too large: a clipboard takes 1 MiB of text or an image of 8 MiB."]);
	});

	it("keeps no more than 256 inputs waiting, and none once control is gone", () => {
		const release = page.hold();
		const taken = Array.from({ length: 300 }, () => page.send(key("KeyA")));
		expect(taken.filter(Boolean)).toHaveLength(256);
		page.reset();
		release();
		expect(sent).toEqual([]);
	});
});
