import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { InputRefusal } from "../../../server/viewers/control.ts";
import { InputGate, SILENCE_RELEASES } from "../../../server/viewers/input-gate.ts";
import { InputMerge } from "../../../server/viewers/input-merge.ts";
import type { HostMessage, ViewerMessage } from "../../../signaling/protocol/input.ts";
import { decodeHostMessage, encodeViewerMessage } from "../../../signaling/protocol/input-codec.ts";
import { FakeClipboard } from "../../fakes/fake-clipboard.ts";
import { FakeClock, settled } from "../../fakes/fake-clock.ts";
import { RecordingSink } from "../../fakes/recording-sink.ts";

const DOWN: ViewerMessage = { type: "key", code: "KeyA", down: true };
const UP: ViewerMessage = { type: "key", code: "KeyA", down: false };
const HEARTBEAT: ViewerMessage = { type: "heartbeat" };

let clock: FakeClock;
let sink: RecordingSink;
let merge: InputMerge;
let dropped: string[];
let sent: HostMessage[];
let pointed: [number, number][];
let shown: boolean[];
/** Why input is refused now. */
let refusal: InputRefusal | undefined;
/** Whether each input that was asked about counts as a touch. */
let asked: boolean[];

beforeEach(() => {
	clock = new FakeClock();
	sink = new RecordingSink();
	merge = new InputMerge(sink);
	dropped = [];
	sent = [];
	pointed = [];
	shown = [];
	refusal = undefined;
	asked = [];
});

function open(viewerId = "v1", clipboard?: FakeClipboard) {
	const gate = new InputGate({
		viewerId,
		clipboard,
		merge,
		refusal(takes) {
			asked.push(takes);
			return refusal;
		},
		pointed: (x, y) => pointed.push([x, y]),
		shown: (is) => shown.push(is),
		clock,
		send: (message) => sent.push(decodeHostMessage(message)),
		dropped: (reason) => dropped.push(reason),
	});
	return { gate, say: (message: ViewerMessage) => gate.receive(encodeViewerMessage(message)) };
}

it("tells whether the page is seen, whatever the right to give input, and takes none of it for input", () => {
	refusal = "not-allowed";
	const { say } = open();
	say({ type: "shown", shown: false });
	say({ type: "shown", shown: true });
	expect(shown).toEqual([false, true]);
	expect([sink.calls, dropped, asked]).toEqual([[], [], []]);
});

describe("the right to give input", () => {
	it("lets input pass while nothing speaks against it", () => {
		open().say({ type: "text", text: "hello" });
		expect(sink.calls).toEqual([["text", "hello"]]);
		expect(dropped).toEqual([]);
	});

	it.each(["not-allowed", "no-control"] as const)(
		"is missing (%s): every input is dropped and counted",
		(reason) => {
			refusal = reason;
			const { say } = open();
			say(DOWN);
			say({ type: "pointer", x: 0, y: 0, buttons: 1 });
			say({ type: "wheel", x: 0, y: 0, dx: 0, dy: 1 });
			say({ type: "text", text: "x" });
			say({ type: "touch", contacts: [{ id: 0, x: 0, y: 0 }] });
			say({ type: "button", id: "home", down: true });
			expect(sink.calls).toEqual([]);
			expect(dropped).toEqual(Array(6).fill(reason));
		},
	);

	it("is asked for before each input, as a touch when it does something to the device", () => {
		const { say } = open();
		const touches: ViewerMessage[] = [
			DOWN,
			{ type: "pointer", x: 0, y: 0, buttons: 1 },
			{ type: "wheel", x: 0, y: 0, dx: 0, dy: 1 },
			{ type: "text", text: "x" },
			{ type: "touch", contacts: [{ id: 0, x: 0, y: 0 }] },
			{ type: "button", id: "home", down: true },
		];
		const others: ViewerMessage[] = [
			UP,
			{ type: "pointer", x: 0, y: 0, buttons: 0 },
			{ type: "touch", contacts: [] },
			{ type: "button", id: "home", down: false },
		];
		for (const message of [...touches, ...others]) say(message);
		expect(asked).toEqual([...touches.map(() => true), ...others.map(() => false)]);
	});

	it("is not needed to point: the others see it, and nothing counts as lost", () => {
		refusal = "not-allowed";
		open().say({ type: "pointer", x: 0.25, y: 0.75, buttons: 0 });
		expect(pointed).toEqual([[0.25, 0.75]]);
		expect([sink.calls, dropped]).toEqual([[], []]);
	});

	it("is not needed for a ping, a heartbeat or a release", () => {
		refusal = "not-allowed";
		const { say } = open();
		say({ type: "ping", time: 1 });
		say(HEARTBEAT);
		say({ type: "release" });
		expect(dropped).toEqual([]);
		expect(sent).toHaveLength(1);
	});
});

describe("a message", () => {
	it("that is a ping is answered with the host's time", () => {
		open().say({ type: "ping", time: 12.5 });
		expect(sent).toEqual([{ type: "pong", time: 12.5, hostTime: clock.now() }]);
	});

	it("that cannot be read is dropped and counted, and the next is taken", () => {
		const { gate, say } = open();
		gate.receive(new Uint8Array());
		gate.receive(Uint8Array.of(99));
		gate.receive(new Uint8Array(1 << 20));
		say(DOWN);
		expect(dropped).toEqual(["bad-input", "bad-input", "bad-input"]);
		expect(sink.calls).toHaveLength(1);
	});

	it("never makes the gate throw, whatever it is", () => {
		const { gate } = open();
		fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => gate.receive(bytes)));
		clock.advance(SILENCE_RELEASES);
		expect(merge.holdsAnything("v1")).toBe(false);
	});

	it("that the device refuses is counted, and is let go of all the same", () => {
		const { say } = open();
		sink.refuses = true;
		say(DOWN);
		expect(dropped).toEqual(["device-refused"]);
		sink.refuses = false;
		clock.advance(SILENCE_RELEASES);
		expect(merge.holdsAnything("v1")).toBe(false);
	});

	it("is dropped when it asks the device to hold too much", () => {
		const { say } = open();
		for (let index = 0; index < 33; index++) say({ type: "key", code: `K${index}`, down: true });
		expect(dropped).toEqual(["too-many-held"]);
	});

	it("is dropped beyond a thousand a second, for this viewer alone", () => {
		const one = open("v1");
		const other = open("v2");
		for (let index = 0; index < 1005; index++) one.say({ type: "text", text: "x" });
		expect(dropped).toEqual(Array(5).fill("too-fast"));
		other.say({ type: "text", text: "y" });
		expect(sink.calls.at(-1)).toEqual(["text", "y"]);
		clock.advance(10);
		for (let index = 0; index < 11; index++) one.say({ type: "text", text: "z" });
		expect(dropped).toHaveLength(6);
	});

	it("is not owed more than one second's worth by a clock that jumps ahead or back", () => {
		const { say } = open();
		clock.advance(3_600_000);
		for (let index = 0; index < 1001; index++) say({ type: "text", text: "x" });
		expect(dropped).toEqual(["too-fast"]);
	});
});

describe("a viewer that holds something", () => {
	it("lets go of it after 250 ms of silence", () => {
		open().say(DOWN);
		clock.advance(SILENCE_RELEASES - 1);
		expect(sink.calls).toEqual([["key", "KeyA", true]]);
		clock.advance(1);
		expect(sink.calls.at(-1)).toEqual(["key", "KeyA", false]);
		expect(dropped).toEqual(["silent-holder"]);
		expect(clock.pending).toBe(0);
	});

	it("keeps it as long as it sends heartbeats", () => {
		const { say } = open();
		say(DOWN);
		for (let beat = 0; beat < 50; beat++) {
			clock.advance(100);
			say(HEARTBEAT);
		}
		expect(sink.calls).toEqual([["key", "KeyA", true]]);
		clock.advance(SILENCE_RELEASES);
		expect(sink.calls.at(-1)).toEqual(["key", "KeyA", false]);
	});

	it("is heard by any message, and let go exactly 250 ms after the last", () => {
		const { say } = open();
		say(DOWN);
		clock.advance(200);
		say({ type: "pointer", x: 0.1, y: 0.1, buttons: 0 });
		clock.advance(SILENCE_RELEASES - 1);
		expect(merge.holdsAnything("v1")).toBe(true);
		clock.advance(1);
		expect(merge.holdsAnything("v1")).toBe(false);
	});

	it("is not missed once it has let go by itself", () => {
		const { say } = open();
		say(DOWN);
		say(UP);
		clock.advance(10_000);
		expect(sink.calls).toHaveLength(2);
		expect(dropped).toEqual([]);
		expect(clock.pending).toBe(0);
	});

	it("lets go of everything with one message, and may press again", () => {
		const { say } = open();
		say(DOWN);
		say({ type: "pointer", x: 0.3, y: 0.3, buttons: 1 });
		say({ type: "release" });
		expect(merge.holdsAnything("v1")).toBe(false);
		say(DOWN);
		clock.advance(SILENCE_RELEASES);
		expect(dropped).toEqual(["silent-holder"]);
	});

	it("does not take along what another viewer holds", () => {
		const [one, other] = [open("v1"), open("v2")];
		one.say(DOWN);
		other.say(DOWN);
		clock.advance(200);
		other.say(HEARTBEAT);
		clock.advance(100);
		expect(merge.holdsAnything("v1")).toBe(false);
		expect(sink.calls).toEqual([["key", "KeyA", true]]);
	});
});

describe("what is pasted", () => {
	const PASTE = Buffer.from("pasted");

	function paste() {
		const clipboard = new FakeClipboard();
		const slow = Promise.withResolvers<void>();
		clipboard.gate = slow.promise;
		const opened = open("v1", clipboard);
		opened.say({ type: "key", code: "ControlLeft", down: true });
		opened.say({ type: "clipboard-offer", format: "text", size: PASTE.length });
		opened.say({ type: "clipboard-data", bytes: PASTE });
		opened.say({ type: "key", code: "KeyV", down: true });
		return { ...opened, clipboard, slow };
	}

	it("is on the device before the key that pastes it, and all that follows", async () => {
		const { say, clipboard, slow } = paste();
		say({ type: "key", code: "KeyV", down: false });
		say({ type: "release" });
		say({ type: "ping", time: 1 });
		await settled();
		expect([clipboard.written, sink.calls]).toEqual([[], [["key", "ControlLeft", true]]]);
		// What is no input does not wait.
		expect(sent).toEqual([expect.objectContaining({ type: "pong" })]);
		slow.resolve();
		await settled();
		expect(clipboard.written).toEqual([{ format: "text", text: "pasted" }]);
		expect(sink.calls.slice(1)).toEqual([
			["key", "KeyV", true],
			["key", "KeyV", false],
			["key", "ControlLeft", false],
		]);
		expect([sent.at(-1), dropped]).toEqual([{ type: "clipboard-end", outcome: "taken" }, []]);
	});

	it("holds up nobody else", () => {
		paste();
		const other = open("v2");
		other.say({ type: "text", text: "mine" });
		expect(sink.calls.at(-1)).toEqual(["text", "mine"]);
	});

	it("keeps no more than 256 inputs waiting", async () => {
		const { say, slow } = paste();
		for (let count = 0; count < 300; count++) say({ type: "wheel", x: 0, y: 0, dx: 0, dy: 1 });
		expect(dropped).toEqual(Array.from({ length: 45 }, () => "too-fast"));
		slow.resolve();
		await settled();
		expect(sink.calls.filter(([kind]) => kind === "wheel")).toHaveLength(255);
	});

	it("gives nothing to the device once the right is gone, or the connection", async () => {
		const lost = paste();
		refusal = "no-control";
		lost.slow.resolve();
		await settled();
		expect([sink.calls.length, dropped]).toEqual([1, ["no-control"]]);
		refusal = undefined;
		lost.gate.release();
		sink.drain();
		const gone = paste();
		gone.gate.release();
		gone.slow.resolve();
		await settled();
		expect(sink.drain()).toEqual([
			["key", "ControlLeft", true],
			["key", "ControlLeft", false],
		]);
	});
});
