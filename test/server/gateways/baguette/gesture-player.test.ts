import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { AnyInput } from "../../../../server/devices/any-input.ts";
import type {
	ClipboardContent,
	Contact,
	DeviceClipboard,
	DeviceFacts,
} from "../../../../server/devices/provider.ts";
import {
	acknowledgement,
	GesturePlayer,
	MAX_WAITING,
	resultMessage,
} from "../../../../server/gateways/baguette/gesture-player.ts";
import { type Gesture, readGesture } from "../../../../server/gateways/baguette/gesture-reader.ts";
import { type DeviceInput, InputMerge } from "../../../../server/viewers/input-merge.ts";
import { FakeClock, settled } from "../../../fakes/fake-clock.ts";
import { RecordingSink, type SinkCall } from "../../../fakes/recording-sink.ts";

const button = (id: string) => ({ id, label: id, icon: "circle" });
const phone: DeviceFacts = {
	name: "Phone",
	kind: "simulator",
	pixels: { width: 1200, height: 2400 },
	points: { width: 400, height: 800 },
	bezelStyle: "phone",
	inputs: ["wheel", "keys", "text", "touch"],
	buttons: ["home", "lock", "volume-up"].map(button),
};

/** A clipboard as a simulator has it. */
class Clipboard implements DeviceClipboard {
	readonly images = false;
	text = "";
	refuses = false;

	async read(): Promise<ClipboardContent> {
		if (this.refuses) throw new Error("simctl is missing");
		return { format: "text", text: this.text };
	}

	async write(content: ClipboardContent): Promise<void> {
		if (this.refuses) throw new Error("simctl is missing");
		if (content.format === "text") this.text = content.text;
	}
}

let clock: FakeClock;
let sink: RecordingSink;
let facts: DeviceFacts;
let clipboard: Clipboard | undefined;
let typesAsciiOnly: true | undefined;
/** What `?clipboard=…` leaves of it. */
let allowed: DeviceClipboard | undefined;
let refusal: string | undefined;
let player: GesturePlayer;
let start: number;
/** What came to the device, with the ms since the test's beginning. */
let log: [number, ...SinkCall][];
beforeEach(() => {
	clock = new FakeClock();
	start = clock.now();
	sink = new RecordingSink();
	facts = phone;
	clipboard = allowed = undefined;
	typesAsciiOnly = undefined;
	refusal = undefined;
	log = [];
	// Merged as a visit's input is, so that ids and what is held are those of a device.
	const device = { describe: () => facts, input: sink };
	const merge = new InputMerge(new AnyInput(device, clock));
	const drain = () => log.push(...sink.drain().map((call): [number, ...SinkCall] => [now(), ...call]));
	player = new GesturePlayer({
		clock,
		device: {
			describe: () => facts,
			get clipboard() {
				return allowed ?? clipboard;
			},
			get typesAsciiOnly() {
				return typesAsciiOnly;
			},
		} as ConstructorParameters<typeof GesturePlayer>[0]["device"],
		visit: {
			input(input: DeviceInput) {
				if (refusal !== undefined) return refusal;
				merge.apply("client", input);
				drain();
				return undefined;
			},
			release() {
				merge.release("client");
				drain();
			},
		},
	});
});

const now = () => Math.round((clock.now() - start) * 1000) / 1000;
const SIZE = { width: 400, height: 800 };
const play = (envelope: object) => {
	const { gesture, error } = readGesture(JSON.stringify({ ...SIZE, ...envelope }));
	if (!gesture) throw new Error(error);
	return player.play(gesture);
};
/** Plays to the end, with whatever it waits for. */
const playOut = async (envelope: object) => {
	const answer = play(envelope);
	await clock.pass(70_000, 35_000);
	return answer;
};
/** Times and places of the fingers. */
const touches = () =>
	log.map(([at, kind, contacts]) => {
		if (kind !== "touch") throw new Error(`${kind} instead of touch`);
		const places = (contacts as readonly Contact[]).map(({ x, y }) => [round(x), round(y)]);
		return [at, ...places];
	});
const round = (value: number) => Math.round(value * 10_000) / 10_000;

describe("a tap", () => {
	it("is down before play returns, and up after its duration", async () => {
		const answer = play({ type: "tap", x: 100, y: 200 });
		expect(log).toEqual([[0, "touch", [{ id: 0, x: 0.25, y: 0.25 }]]]);
		clock.advance(49);
		expect(log).toHaveLength(1);
		clock.advance(1);
		expect(log[1]).toEqual([50, "touch", []]);
		expect(await answer).toEqual({ ok: true });
	});

	it("comes over an edge where it says so", async () => {
		await playOut({ type: "tap", x: 0, y: 0, edge: "left", duration: 0.3 });
		expect(log).toEqual([
			[0, "touch", [{ id: 0, x: 0, y: 0, edge: "left" }]],
			[300, "touch", []],
		]);
	});
});

describe("a swipe", () => {
	it("has ten moves, a twelfth of its duration apart, and is up with the last", async () => {
		await playOut({ type: "swipe", startX: 0, startY: 0, endX: 400, endY: 800, duration: 1.2 });
		const steps = Array.from({ length: 10 }, (_, move) => [
			(move + 1) * 100,
			[(move + 1) / 10, (move + 1) / 10],
		]);
		expect(touches()).toEqual([[0, [0, 0]], ...steps, [1000]]);
	});

	it("keeps one finger and its edge all the way", async () => {
		await playOut({ type: "swipe", startX: 0, startY: 800, endX: 0, endY: 0, edge: "bottom" });
		const contacts = log.slice(0, -1).flatMap(([, , contacts]) => contacts as readonly Contact[]);
		expect(contacts).toHaveLength(11);
		for (const contact of contacts) expect(contact).toMatchObject({ id: 0, edge: "bottom" });
	});
});

describe("two fingers", () => {
	it("pinch on a horizontal line", async () => {
		await playOut({ type: "pinch", cx: 200, cy: 400, startSpread: 40, endSpread: 240 });
		const steps = touches();
		expect(steps).toHaveLength(12);
		expect(steps.slice(0, 2)).toEqual([
			[0, [0.45, 0.5], [0.55, 0.5]],
			[50, [0.425, 0.5], [0.575, 0.5]],
		]);
		expect(steps.slice(-2)).toEqual([[500, [0.2, 0.5], [0.8, 0.5]], [500]]);
	});

	it("pan side by side", async () => {
		await playOut({ type: "pan", x1: 100, y1: 400, x2: 300, y2: 400, dx: 40, dy: -400, duration: 0.24 });
		const steps = touches();
		expect(steps[1]).toEqual([20, [0.26, 0.45], [0.76, 0.45]]);
		expect(steps.at(-2)).toEqual([200, [0.35, 0], [0.85, 0]]);
	});

	it("at one place are one, and two once they are apart", async () => {
		await playOut({ type: "pinch", cx: 200, cy: 400, startSpread: 0, endSpread: 200, duration: 1.2 });
		const counts = touches().map(([at, ...places]) => [at, places.length]);
		expect(counts.slice(0, 2)).toEqual([
			[0, 1],
			[100, 2],
		]);
		expect(counts.at(-1)).toEqual([1000, 0]);
	});

	it("that meet stay two until they are lifted", async () => {
		await playOut({ type: "pinch", cx: 200, cy: 400, startSpread: 200, endSpread: 0 });
		expect(touches().at(-2)).toEqual([500, [0.5, 0.5], [0.5, 0.5]]);
	});
});

describe("a stream of touches", () => {
	it("passes each message on at once", () => {
		play({ type: "touch1-down", x: 0, y: 0 });
		play({ type: "touch1-move", x: 200, y: 0 });
		play({ type: "touch1-up", x: 200, y: 0 });
		expect(touches()).toEqual([[0, [0, 0]], [0, [0.5, 0]], [0]]);
	});

	it("is lifted where it says", () => {
		play({ type: "touch1-down", x: 0, y: 0 });
		play({ type: "touch1-up", x: 400, y: 0 });
		expect(touches()).toEqual([[0, [0, 0]], [0, [1, 0]], [0]]);
	});

	it("has a new finger for each down, even where the last was never lifted", () => {
		play({ type: "touch1-down", x: 0, y: 0 });
		play({ type: "touch1-down", x: 400, y: 0 });
		play({ type: "touch1-up", x: 400, y: 0 });
		expect(touches()).toEqual([[0, [0, 0]], [0], [0, [1, 0]], [0]]);
	});

	it("of two fingers moves and lifts both", () => {
		const at = (x1: number, x2: number) => ({ x1, y1: 0, x2, y2: 0 });
		play({ type: "touch2-down", ...at(0, 400) });
		play({ type: "touch2-move", ...at(100, 300) });
		play({ type: "touch2-up", ...at(100, 300) });
		expect(touches()).toEqual([[0, [0, 0], [1, 0]], [0, [0.25, 0], [0.75, 0]], [0]]);
	});

	it("that begins in the middle touches nothing", async () => {
		expect(await play({ type: "touch1-move", x: 0, y: 0 })).toEqual({
			ok: false,
			error: "no finger is down",
		});
		expect(await play({ type: "touch2-up", x1: 0, y1: 0, x2: 1, y2: 1 })).toMatchObject({ ok: false });
		expect(log).toEqual([]);
	});

	it("is held while other gestures fail", async () => {
		play({ type: "touch1-down", x: 0, y: 0 });
		expect(await play({ type: "button", button: "action" })).toMatchObject({ ok: false });
		expect(touches()).toEqual([[0, [0, 0]]]);
	});
});

it("fingers are a pointer where there is no touch", async () => {
	facts = { ...phone, inputs: ["pointer"] };
	await playOut({ type: "tap", x: 100, y: 200 });
	expect(log).toEqual([
		[0, "pointer", 0.25, 0.25, 0],
		[50, "pointer", 0.25, 0.25, 1],
		[50, "pointer", 0.25, 0.25, 0],
	]);
});

describe("scroll", () => {
	it("turns the wheel in the middle: up is down, points are pixels", async () => {
		await playOut({ type: "scroll", deltaX: 10, deltaY: -50 });
		// A wheel that counts up moves the content up.
		expect(log).toEqual([[0, "wheel", 0.5, 0.5, -30, 150]]);
	});
});

describe("a button", () => {
	it("is held for 100 ms, or as long as is said", async () => {
		await playOut({ type: "button", button: "home" });
		await playOut({ type: "button", button: "volume-up", duration: 1.5 });
		expect(log).toEqual([
			[0, "button", "home", true],
			[100, "button", "home", false],
			[70_000, "button", "volume-up", true],
			[71_500, "button", "volume-up", false],
		]);
	});

	it.each([
		["power", ["lock"], "lock"],
		["lock", ["power"], "power"],
		["lock", ["side-button"], "side-button"],
		["side-button", ["power"], "power"],
		["digital-crown", ["digital-crown"], "digital-crown"],
		["swipe-to-home", ["swipe-to-home"], "swipe-to-home"],
		["app-switcher", ["app-switcher", "home"], "app-switcher"],
	])("%s of a device that has %j is %s", async (name, has, id) => {
		facts = { ...phone, buttons: has.map(button) };
		await playOut({ type: "button", button: name });
		expect(log.map(([, , pressed]) => pressed)).toEqual([id, id]);
	});

	it("of the app switcher is home twice, 150 ms apart", async () => {
		await playOut({ type: "button", button: "app-switcher" });
		expect(log).toEqual([
			[0, "button", "home", true],
			[100, "button", "home", false],
			[250, "button", "home", true],
			[350, "button", "home", false],
		]);
	});

	it.each([
		["swipe-to-home", "bottom", 12, 16, [0.5, 1], [0.5, 0.3], 0],
		["swipe-to-app-switcher", "bottom", 30, 35, [0.5, 1], [0.5, 0.58], 900],
		["pull-down-to-lock-screen", "top", 24, 25, [0.25, 0], [0.25, 0.55], 0],
		["pull-down-to-notification-center", "top", 24, 25, [0.75, 0], [0.75, 0.55], 0],
	])("%s is a drag over the %s edge", async (name, edge, moves, step, from, to, dwell) => {
		expect(await playOut({ type: "button", button: name })).toEqual({ ok: true });
		const steps = touches();
		expect(steps).toHaveLength(moves + 2);
		expect([steps[0], steps[1]?.[0], steps.at(-2)]).toEqual([[0, from], step, [moves * step, to]]);
		expect(steps.at(-1)).toEqual([moves * step + dwell]);
		expect(log[0]?.[2]).toEqual([expect.objectContaining({ edge })]);
	});

	it.each([
		["action", phone.buttons, "Phone has no button action; it has home, lock, volume-up"],
		["app-switcher", [], "Phone has no button app-switcher; it has none"],
	])("%s that the device lacks is told", async (name, buttons, error) => {
		facts = { ...phone, buttons, inputs: [] };
		expect(await play({ type: "button", button: name })).toEqual({ ok: false, error });
	});
});

describe("a key", () => {
	it("has its modifiers down before it, sorted, and up after it in reverse", async () => {
		await playOut({ type: "key", code: "KeyA", modifiers: ["shift", "option", "control", "command"] });
		const held = ["MetaLeft", "ControlLeft", "AltLeft", "ShiftLeft"];
		expect(log).toEqual([
			...held.map((code) => [0, "key", code, true]),
			[0, "key", "KeyA", true],
			[100, "key", "KeyA", false],
			...held.reverse().map((code) => [100, "key", code, false]),
		]);
	});
});

describe("text", () => {
	it("beyond ASCII goes to a device that types any, and is refused in Baguette's words by one that does not", async () => {
		const typed = player.play({ type: "type", text: "Grüße 漢" });
		expect(await typed).toEqual({ ok: true });
		expect(log.map(([, ...call]) => call)).toContainEqual(["text", "Grüße 漢"]);
		typesAsciiOnly = true;
		expect(await player.play({ type: "type", text: "ok" })).toEqual({ ok: true });
		expect(await player.play({ type: "type", text: "ü" })).toEqual({
			ok: false,
			error: "invalid text: expected ASCII printable characters supported by the US keyboard layout",
		});
	});

	it("is typed as it is, in pieces that a device's message holds", async () => {
		await playOut({ type: "type", text: "x".repeat(2500) });
		expect(log.map(([, kind, text]) => [kind, String(text).length])).toEqual([
			["text", 1000],
			["text", 1000],
			["text", 500],
		]);
	});

	it("is pasted from the device's own clipboard with Cmd-V", async () => {
		clipboard = new Clipboard();
		expect(await playOut({ type: "paste", text: "漢 🥖" })).toEqual({ ok: true });
		expect(clipboard.text).toBe("漢 🥖");
		expect(log.map(([, ...call]) => call)).toEqual([
			["key", "MetaLeft", true],
			["key", "KeyV", true],
			["key", "KeyV", false],
			["key", "MetaLeft", false],
		]);
	});

	it("is only put on the clipboard where nothing is to be pressed", async () => {
		clipboard = new Clipboard();
		await playOut({ type: "paste", text: "a", press: false });
		expect([clipboard.text, log]).toEqual(["a", []]);
	});

	it("is typed where there is no clipboard, without cutting a character", async () => {
		expect(await playOut({ type: "paste", text: `${"a".repeat(999)}🥖b` })).toEqual({ ok: true });
		expect(log.map(([, , text]) => text)).toEqual([`${"a".repeat(999)}🥖`, "b"]);
	});

	it("is typed where nothing may be put on the clipboard, and not copied where nothing may leave it", async () => {
		clipboard = new Clipboard();
		allowed = { images: false, read: () => clipboard?.read() ?? Promise.resolve(undefined) };
		expect(await playOut({ type: "paste", text: "abc" })).toEqual({ ok: true });
		expect([clipboard.text, log.map(([, , text]) => text)]).toEqual(["", ["abc"]]);
		allowed = { images: false, write: async () => {} };
		expect(await play({ type: "copy" })).toEqual({
			ok: false,
			error: "Phone has no clipboard that can be read",
		});
	});

	it("is copied with Cmd-C, and read when the device had time for it", async () => {
		clipboard = new Clipboard();
		const answer = play({ type: "copy" });
		await clock.pass(100);
		clipboard.text = "copied";
		await clock.pass(150);
		expect(await answer).toEqual({ ok: true, text: "copied" });
		expect(log).toHaveLength(4);
	});

	it("cannot be copied without a clipboard", async () => {
		expect(await play({ type: "copy" })).toEqual({
			ok: false,
			error: "Phone has no clipboard that can be read",
		});
	});

	it("is not pasted when the clipboard fails, and the next gesture goes on", async () => {
		clipboard = new Clipboard();
		clipboard.refuses = true;
		const answer = play({ type: "paste", text: "a" });
		const next = play({ type: "button", button: "home" });
		await clock.pass(200, 50);
		expect(await answer).toEqual({ ok: false, error: "the device failed: simctl is missing" });
		expect(await next).toEqual({ ok: true });
	});
});

describe("gestures", () => {
	it("come one after another, each when the one before is over", async () => {
		const first = play({ type: "tap", x: 0, y: 0 });
		const second = play({ type: "key", code: "Enter" });
		expect(log).toHaveLength(1);
		clock.advance(50);
		expect(log.slice(1)).toEqual([
			[50, "touch", []],
			[50, "key", "Enter", true],
		]);
		clock.advance(100);
		expect(await Promise.all([first, second])).toEqual([{ ok: true }, { ok: true }]);
	});

	it("that find too many before them are refused; a finger is still lifted", async () => {
		play({ type: "button", button: "home", duration: 60 });
		for (let n = 0; n < MAX_WAITING; n++) play({ type: "type", text: "x" });
		expect(await play({ type: "type", text: "y" })).toEqual({
			ok: false,
			error: "too many gestures wait for their turn",
		});
		const lifted = play({ type: "touch1-up", x: 0, y: 0 });
		await clock.pass(60_000);
		expect(await lifted).toEqual({ ok: false, error: "no finger is down" });
		expect(log.filter(([, kind]) => kind === "text")).toHaveLength(MAX_WAITING);
	});

	it("end where the device does not take them, and hold nothing", async () => {
		const swipe = play({ type: "swipe", startX: 0, startY: 0, endX: 9, endY: 9 });
		clock.advance(30);
		refusal = "Ana has the control.";
		await clock.pass(300);
		expect(await swipe).toEqual({ ok: false, error: "Ana has the control." });
		expect(log.at(-1)).toEqual([expect.any(Number), "touch", []]);
		expect(clock.pending).toBe(0);
	});

	it("are all ended, and let go of, when the client goes", async () => {
		const held = play({ type: "key", code: "KeyA", modifiers: ["shift"] });
		const waiting = play({ type: "button", button: "home" });
		player.close();
		player.close();
		const ended = { ok: false, error: "the connection with the device was closed" };
		expect(await Promise.all([held, waiting])).toEqual([ended, ended]);
		expect(log.slice(-2)).toEqual([
			[0, "key", "ShiftLeft", false],
			[0, "key", "KeyA", false],
		]);
		expect(clock.pending).toBe(0);
		expect(await play({ type: "button", button: "home" })).toMatchObject({ ok: false });
	});

	it.each([
		["scroll", "cannot be scrolled"],
		["key", "no keyboard"],
		["type", "takes no text"],
		["tap", "cannot be touched"],
	])("of kind %s are refused by a device that cannot", async (type, words) => {
		facts = { ...phone, inputs: [] };
		const answer = await play({ type, x: 0, y: 0, code: "KeyA", text: "a" });
		expect(answer).toEqual({ ok: false, error: expect.stringContaining(words) });
	});

	it("leave nothing pressed and no timer, whatever they were", async () => {
		const any = fc.oneof(
			fc.constantFrom<object>(
				{ type: "tap", x: 1, y: 1 },
				{ type: "swipe", startX: 0, startY: 0, endX: 400, endY: 1, duration: 0.1 },
				{ type: "pinch", cx: 9, cy: 9, startSpread: 0, endSpread: 50, duration: 0.1 },
				{ type: "button", button: "app-switcher" },
				{ type: "key", code: "KeyA", modifiers: ["shift"] },
				{ type: "type", text: "a" },
				{ type: "touch1-down", x: 3, y: 3 },
				{ type: "touch2-down", x1: 3, y1: 3, x2: 5, y2: 3 },
				{ type: "touch1-move", x: 7, y: 7 },
				{ type: "touch2-move", x1: 3, y1: 3, x2: 5, y2: 9 },
				{ type: "touch1-up", x: 3, y: 3 },
			),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(any, { maxLength: 12 }), async (envelopes) => {
				const answers = envelopes.map(play);
				await clock.pass(10_000);
				await Promise.all(answers);
				await play({ type: "touch1-up", x: 0, y: 0 });
				const contacts = log.filter(([, kind]) => kind === "touch").at(-1)?.[2] ?? [];
				expect(contacts).toEqual([]);
				const down = new Set<string>();
				for (const [, kind, what, pressed] of log) {
					if (kind !== "key" && kind !== "button") continue;
					if (pressed) down.add(what);
					else down.delete(what);
				}
				expect([...down]).toEqual([]);
				expect(clock.pending).toBe(0);
			}),
			{ numRuns: 60 },
		);
		await settled();
	});
});

describe("the answer", () => {
	const gestures: Gesture["type"][] = ["tap", "paste", "copy"];
	it("is a line for stdout and HTTP", () => {
		expect(acknowledgement({ ok: true })).toBe('{"ok":true}');
		expect(acknowledgement({ ok: false, error: 'no "x"' })).toBe('{"ok":false,"error":"no \\"x\\""}');
	});

	it("is told to a WebSocket for the clipboard only", () => {
		expect(gestures.map((type) => resultMessage(type, { ok: true }))).toEqual([
			undefined,
			'{"type":"paste_result","ok":true}',
			'{"type":"copy_result","ok":true}',
		]);
		expect(resultMessage("copy", { ok: true, text: "a" })).toBe(
			'{"type":"copy_result","ok":true,"text":"a"}',
		);
		expect(resultMessage("paste", { ok: false, error: "e" })).toBe(
			'{"type":"paste_result","ok":false,"error":"e"}',
		);
		expect(resultMessage("tap", { ok: false, error: "e" })).toBeUndefined();
	});
});
