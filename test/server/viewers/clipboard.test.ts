import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { DeviceClipboard } from "../../../server/devices/provider.ts";
import { IDLE_ENDS, ViewerClipboard, WRITTEN_WITHIN } from "../../../server/viewers/clipboard.ts";
import type { InputRefusal } from "../../../server/viewers/control.ts";
import {
	CLIPBOARD_WINDOW,
	type ClipboardFormat,
	MAX_CLIPBOARD,
} from "../../../signaling/protocol/clipboard.ts";
import { ClipboardReceiving, ClipboardSending } from "../../../signaling/protocol/clipboard-transfer.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { HostMessage } from "../../../signaling/protocol/input.ts";
import { FakeClipboard } from "../../fakes/fake-clipboard.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3);

let clock: FakeClock;
let device: FakeClipboard;
let sent: HostMessage[];
let dropped: string[];
let refusal: InputRefusal | undefined;
let settled: number;
beforeEach(() => {
	clock = new FakeClock();
	device = new FakeClipboard();
	sent = [];
	dropped = [];
	refusal = undefined;
	settled = 0;
});

function open(clipboard: DeviceClipboard | undefined = device): ViewerClipboard {
	return new ViewerClipboard({
		clipboard,
		refusal: () => refusal,
		send: (message) => sent.push(message),
		clock,
		dropped: (reason) => dropped.push(reason),
		settled: () => settled++,
	});
}

const outcomes = () => sent.flatMap((message) => (message.type === "clipboard-end" ? [message.outcome] : []));

const reasons = () => sent.flatMap((message) => (message.type === "clipboard-none" ? [message.outcome] : []));

/** Begins to paste; gives what sends the rest when there is credit. */
function paste(
	viewer: ViewerClipboard,
	bytes: Uint8Array,
	format: ClipboardFormat = "text",
): ClipboardSending {
	const sending = new ClipboardSending({ format, bytes }, (message) => {
		viewer.receive(message);
		return true;
	});
	sending.start();
	return sending;
}

/** Pastes the whole of it; gives how long that took by the clock, ms. */
async function pasteAll(
	viewer: ViewerClipboard,
	bytes: Uint8Array,
	format: ClipboardFormat,
): Promise<number> {
	const from = clock.now();
	const sending = paste(viewer, bytes, format);
	let heard = 0;
	while (!sending.complete) {
		const message = sent[heard++];
		if (message?.type === "clipboard-credit") sending.credit(message.total);
		else if (message === undefined) {
			heard--;
			clock.advance(10);
		}
	}
	await vi.waitFor(() => expect(outcomes()).toHaveLength(1));
	return clock.now() - from;
}

/** Asks for the device's, and takes all of it. */
async function take(viewer: ViewerClipboard): Promise<{ format: ClipboardFormat; bytes: Uint8Array }> {
	viewer.receive({ type: "clipboard-wanted" });
	await vi.waitFor(() => expect(sent.length).toBeGreaterThan(0));
	const offer = sent.shift();
	if (offer?.type !== "clipboard-offer") throw new Error(`not offered: ${JSON.stringify(offer)}`);
	const receiving = new ClipboardReceiving(offer.format, offer.size);
	while (!receiving.content) {
		const message = sent.shift();
		if (message?.type !== "clipboard-data") throw new Error("it stopped");
		expect(receiving.add(message.bytes)).toBe(true);
		const { credit } = receiving;
		if (credit === undefined) continue;
		receiving.grant(credit);
		viewer.receive({ type: "clipboard-credit", total: credit });
	}
	return receiving.content;
}

describe("what a viewer pastes", () => {
	it("comes to the device as it is", async () => {
		const viewer = open();
		paste(viewer, Buffer.from("Grüße, 世界 😀"));
		expect(viewer.writing).toBe(true);
		await vi.waitFor(() => expect(outcomes()).toEqual(["taken"]));
		expect(device.written).toEqual([{ format: "text", text: "Grüße, 世界 😀" }]);
		expect([viewer.writing, settled, dropped]).toEqual([false, 1, []]);
	});

	it("may be 1 MiB of text, which takes a second or two", async () => {
		const text = Buffer.alloc(MAX_CLIPBOARD.text, "abc");
		const took = await pasteAll(open(), text, "text");
		expect(device.written).toEqual([{ format: "text", text: text.toString() }]);
		expect(took).toBeGreaterThan(1_000);
		expect(took).toBeLessThan(2_000);
	});

	it("may be a PNG of 8 MiB, at the pace that a viewer's packets have", async () => {
		const image = new Uint8Array(MAX_CLIPBOARD.image).fill(7);
		image.set(PNG);
		const took = await pasteAll(open(), image, "image");
		expect(device.written[0]?.format).toBe("image");
		expect(took).toBeGreaterThan(19_000);
		expect(took).toBeLessThan(22_000);
	});

	it.each(["not-allowed", "no-control"] as const)("is refused when the right is missing (%s)", (reason) => {
		refusal = reason;
		paste(open(), Buffer.from("x"));
		expect([outcomes(), dropped, device.written]).toEqual([["no-control"], [reason], []]);
	});

	it("is refused in the middle when control is lost", () => {
		const viewer = open();
		const sending = paste(viewer, new Uint8Array(100_000));
		refusal = "no-control";
		sending.credit(100_000);
		expect([outcomes(), dropped]).toEqual([["no-control"], ["no-control"]]);
		expect(viewer.writing).toBe(false);
	});

	const lacking: [string, DeviceClipboard | undefined, ClipboardFormat][] = [
		["nothing may come in", { images: true, read: () => Promise.resolve(undefined) }, "text"],
		["images are not taken", { images: false, write: () => Promise.resolve() }, "image"],
		["there is no clipboard", undefined, "text"],
	];
	it.each(lacking)("is refused where %s", (_, given, format) => {
		const viewer = new ViewerClipboard({
			clipboard: given,
			refusal: () => refusal,
			send: (message) => sent.push(message),
			clock,
			dropped: (reason) => dropped.push(reason),
			settled: () => settled++,
		});
		paste(viewer, PNG, format);
		expect([outcomes(), dropped]).toEqual([["off"], ["clipboard-off"]]);
	});

	it.each([
		["no UTF-8", "text", Uint8Array.of(0xc3, 0x28)],
		["no PNG", "image", Buffer.from("GIF89a.........")],
	] as const)("is refused when it is %s", (_, format, bytes) => {
		paste(open(), bytes, format);
		expect([outcomes(), dropped, device.written]).toEqual([["failed"], ["bad-input"], []]);
	});

	it("is over when more comes than was offered", () => {
		const viewer = open();
		viewer.receive({ type: "clipboard-offer", format: "text", size: 4 });
		viewer.receive({ type: "clipboard-data", bytes: new Uint8Array(5) });
		expect([outcomes(), dropped]).toEqual([["failed"], ["bad-input"]]);
	});

	it("is forgotten when the rest does not come", () => {
		const viewer = open();
		viewer.receive({ type: "clipboard-offer", format: "text", size: 4 });
		clock.advance(IDLE_ENDS);
		viewer.receive({ type: "clipboard-data", bytes: new Uint8Array(4) });
		expect([sent, viewer.writing, clock.pending]).toEqual([[], false, 0]);
	});

	it("lets input go on when the device does not take it in time, or fails", async () => {
		const viewer = open();
		device.gate = new Promise(() => {});
		paste(viewer, Buffer.from("x"));
		clock.advance(WRITTEN_WITHIN);
		await vi.waitFor(() => expect([outcomes(), settled]).toEqual([["failed"], 1]));
		device.gate = Promise.reject(new PortholeError("clipboard-timeout", "It does not answer."));
		paste(viewer, Buffer.from("x"));
		await vi.waitFor(() => expect([outcomes(), settled]).toEqual([["failed", "failed"], 2]));
		expect(dropped).toEqual(["device-refused", "device-refused"]);
	});

	it("settles nothing any more after the viewer is gone", async () => {
		const viewer = open();
		const slow = Promise.withResolvers<void>();
		device.gate = slow.promise;
		paste(viewer, Buffer.from("x"));
		viewer.reset();
		slow.resolve();
		await vi.waitFor(() => expect(device.written).toHaveLength(1));
		await clock.pass(WRITTEN_WITHIN);
		expect([sent, settled, clock.pending]).toEqual([[], 0, 0]);
	});
});

describe("what is copied on the device", () => {
	it("is told, but not what it is", () => {
		open().tellCopied();
		expect(sent).toEqual([{ type: "clipboard-copied" }]);
		expect(device.reads).toBe(0);
	});

	it("is not told where nothing may come out", () => {
		open({ images: false, write: async () => {} }).tellCopied();
		expect(sent).toEqual([]);
	});

	it("comes whole, never farther ahead than the viewer takes it", async () => {
		const png = new Uint8Array(1_000_000).fill(3);
		device.content = { format: "image", png };
		const { format, bytes } = await take(open());
		expect([format, Buffer.from(bytes).equals(png)]).toEqual(["image", true]);
	});

	it("is not sent farther than a window when the viewer says nothing", async () => {
		device.content = { format: "text", text: "x".repeat(500_000) };
		open().receive({ type: "clipboard-wanted" });
		await vi.waitFor(() => expect(sent).toHaveLength(1 + CLIPBOARD_WINDOW / (16 * 1024)));
		clock.advance(IDLE_ENDS);
		expect(clock.pending).toBe(0);
	});

	it.each(["not-allowed", "no-control"] as const)("is not read without the right (%s)", (reason) => {
		refusal = reason;
		open().receive({ type: "clipboard-wanted" });
		expect([reasons(), dropped, device.reads]).toEqual([["no-control"], [reason], 0]);
	});

	it("is not given to whoever lost control while it was read, nor the rest of it afterwards", async () => {
		const viewer = open();
		device.content = { format: "text", text: "secret".repeat(20_000) };
		const slow = Promise.withResolvers<void>();
		device.gate = slow.promise;
		viewer.receive({ type: "clipboard-wanted" });
		refusal = "no-control";
		slow.resolve();
		await vi.waitFor(() => expect(sent).toEqual([{ type: "clipboard-none", outcome: "no-control" }]));
		refusal = undefined;
		viewer.receive({ type: "clipboard-wanted" });
		await vi.waitFor(() => expect(sent.length).toBeGreaterThan(3));
		const before = sent.length;
		refusal = "no-control";
		viewer.receive({ type: "clipboard-credit", total: 120_000 });
		expect(sent.slice(before)).toEqual([{ type: "clipboard-none", outcome: "no-control" }]);
	});

	it.each([
		["nothing", undefined, "empty"],
		["an empty text", { format: "text", text: "" }, "empty"],
		["more than 1 MiB of text", { format: "text", text: "x".repeat(MAX_CLIPBOARD.text + 1) }, "too-large"],
	] as const)("is refused where it is %s", async (_, content, outcome) => {
		device.content = content;
		open().receive({ type: "clipboard-wanted" });
		await vi.waitFor(() => expect(reasons()).toEqual([outcome]));
	});

	it.each([
		[new PortholeError("clipboard-too-large", "It is too large."), "too-large"],
		[new PortholeError("clipboard-timeout", "It does not answer."), "failed"],
	] as const)("is told to have failed with the reason of %s", async (error, outcome) => {
		device.gate = Promise.reject(error);
		open().receive({ type: "clipboard-wanted" });
		await vi.waitFor(() => expect(reasons()).toEqual([outcome]));
		expect(dropped).toEqual(["device-refused"]);
	});

	it("is refused where nothing may come out, and while it is being read", () => {
		open({ images: false, write: async () => {} }).receive({ type: "clipboard-wanted" });
		const viewer = open();
		viewer.receive({ type: "clipboard-wanted" });
		viewer.receive({ type: "clipboard-wanted" });
		expect([reasons(), device.reads]).toEqual([["off", "busy"], 1]);
	});
});

it("any messages in any order are answered or dropped, keep nothing for ever, and never throw", async () => {
	const message = fc.oneof(
		fc.record({
			type: fc.constant("clipboard-offer" as const),
			format: fc.constantFrom<ClipboardFormat>("text", "image"),
			size: fc.integer({ min: 1, max: 200_000 }),
		}),
		fc.record({ type: fc.constant("clipboard-data" as const), bytes: fc.uint8Array({ minLength: 1 }) }),
		fc.record({ type: fc.constant("clipboard-credit" as const), total: fc.nat() }),
		fc.record({ type: fc.constant("clipboard-end" as const), outcome: fc.constant("taken" as const) }),
		fc.record({ type: fc.constant("clipboard-wanted" as const) }),
	);
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.tuple(message, fc.boolean(), fc.nat(5_000)), { maxLength: 60 }),
			async (steps) => {
				sent = [];
				device = new FakeClipboard();
				device.content = { format: "text", text: "x".repeat(100_000) };
				const viewer = open();
				for (const [step, allowed, wait] of steps) {
					refusal = allowed ? undefined : "no-control";
					const before = sent.length;
					viewer.receive(step);
					if (!allowed) {
						expect(
							sent.slice(before).every(({ type }) => type === "clipboard-end" || type === "clipboard-none"),
						).toBe(true);
					}
					await clock.pass(wait);
				}
				await clock.pass(IDLE_ENDS + WRITTEN_WITHIN);
				expect(viewer.writing).toBe(false);
				expect(clock.pending).toBe(0);
			},
		),
		{ numRuns: 60 },
	);
});
