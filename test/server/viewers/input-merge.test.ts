import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type DeviceInput, InputMerge } from "../../../server/viewers/input-merge.ts";
import { RecordingSink, type SinkCall } from "../../fakes/recording-sink.ts";

let sink: RecordingSink;
let merge: InputMerge;
beforeEach(() => {
	sink = new RecordingSink();
	merge = new InputMerge(sink);
});

const key = (code: string, down: boolean): DeviceInput => ({ type: "key", code, down });
const pointer = (buttons: number, x = 0.5, y = 0.5): DeviceInput => ({ type: "pointer", x, y, buttons });
const touch = (...ids: number[]): DeviceInput => ({
	type: "touch",
	contacts: ids.map((id) => ({ id, x: id / 100, y: 0 })),
});
const touching = (call: SinkCall | undefined) =>
	call?.[0] === "touch" ? call[1].map(({ id }) => id) : undefined;

describe("the merged input of several viewers", () => {
	it("passes on what one viewer does as it is", () => {
		merge.apply("a", { type: "wheel", x: 0.1, y: 0.2, dx: 3, dy: -4 });
		merge.apply("a", { type: "text", text: "漢" });
		merge.apply("a", pointer(5, 0.1, 0.9));
		merge.apply("a", { type: "button", id: "home", down: true });
		expect(sink.calls).toEqual([
			["wheel", 0.1, 0.2, 3, -4],
			["text", "漢"],
			["pointer", 0.1, 0.9, 5],
			["button", "home", true],
		]);
	});

	it("tells the edge that a finger came over", () => {
		merge.apply("a", { type: "touch", contacts: [{ id: 7, x: 0.5, y: 1, edge: "bottom" }] });
		merge.apply("b", { type: "touch", contacts: [{ id: 7, x: 0.1, y: 0.2 }] });
		expect(sink.calls.at(-1)).toEqual([
			"touch",
			[
				{ id: 0, x: 0.5, y: 1, edge: "bottom" },
				{ id: 1, x: 0.1, y: 0.2 },
			],
		]);
	});

	it("presses a character for as long as somebody holds its position, and tells of each repeat", () => {
		const a = { code: "KeyQ", character: "a", shortcut: false };
		merge.apply("a", { type: "press", ...a });
		merge.apply("a", { type: "press", ...a });
		expect(merge.holdsAnything("a")).toBe(true);
		merge.apply("b", { type: "press", ...a });
		merge.release("a");
		expect(sink.drain()).toEqual([
			["press", a],
			["press", a],
		]);
		merge.apply("b", key("KeyQ", false));
		expect(sink.drain()).toEqual([["key", "KeyQ", false]]);
	});

	it("refuses a character beyond what one viewer may hold", () => {
		const press = (index: number) =>
			merge.apply("a", { type: "press", code: `Key${index}`, character: "x", shortcut: false });
		for (let index = 0; index < 32; index++) expect(press(index)).toBe(true);
		expect(press(32)).toBe(false);
		expect(press(0)).toBe(true);
	});

	it("keeps a key down until the last who holds it lets go", () => {
		merge.apply("a", key("KeyA", true));
		merge.apply("b", key("KeyA", true));
		merge.apply("a", key("KeyA", false));
		expect(sink.drain()).toEqual([["key", "KeyA", true]]);
		merge.apply("b", key("KeyA", false));
		expect(sink.drain()).toEqual([["key", "KeyA", false]]);
	});

	it("tells a repeated press once, and a release of what nobody holds never", () => {
		merge.apply("a", key("KeyA", true));
		merge.apply("a", key("KeyA", true));
		merge.apply("b", key("KeyB", false));
		expect(sink.calls).toEqual([["key", "KeyA", true]]);
	});

	it("takes a key and a device button of one name apart", () => {
		merge.apply("a", key("home", true));
		merge.apply("b", { type: "button", id: "home", down: true });
		merge.release("a");
		expect(sink.calls).toEqual([
			["key", "home", true],
			["button", "home", true],
			["key", "home", false],
		]);
	});

	it("lets go of all that is held by anybody but one", () => {
		merge.apply("a", key("KeyA", true));
		merge.apply("b", key("KeyB", true));
		merge.apply("c", touch(1));
		sink.drain();
		merge.releaseAllBut("b");
		expect(sink.drain()).toEqual([
			["key", "KeyA", false],
			["touch", []],
		]);
		merge.releaseAllBut(undefined);
		expect(sink.drain()).toEqual([["key", "KeyB", false]]);
	});

	it("holds the mouse buttons of all together, wherever the pointer goes", () => {
		merge.apply("a", pointer(1, 0.1, 0.1));
		merge.apply("b", pointer(2, 0.9, 0.9));
		merge.apply("a", pointer(0, 0.2, 0.2));
		merge.release("b");
		expect(sink.calls).toEqual([
			["pointer", 0.1, 0.1, 1],
			["pointer", 0.9, 0.9, 3],
			["pointer", 0.2, 0.2, 2],
			["pointer", 0.2, 0.2, 0],
		]);
	});

	it("gives fingers of different viewers ids of their own", () => {
		merge.apply("a", touch(7));
		merge.apply("b", touch(7, 8));
		expect(touching(sink.calls.at(-1))).toEqual([0, 1, 2]);
		merge.apply("a", touch());
		expect(touching(sink.calls.at(-1))).toEqual([1, 2]);
	});

	it("never makes one drag of a finger lifted and another put down in one message", () => {
		merge.apply("a", touch(1));
		merge.apply("a", touch(2));
		expect(sink.calls.map(touching)).toEqual([[0], [1]]);
	});

	it("drops the eleventh finger and says so, and takes it once there is room", () => {
		expect(merge.apply("a", touch(0, 1, 2, 3, 4, 5))).toBe(true);
		expect(merge.apply("b", touch(0, 1, 2, 3, 4))).toBe(false);
		expect(touching(sink.calls.at(-1))).toHaveLength(10);
		merge.apply("a", touch());
		expect(merge.apply("b", touch(0, 1, 2, 3, 4))).toBe(true);
		expect(touching(sink.calls.at(-1))).toHaveLength(5);
	});

	it("lets one viewer hold 32 keys at most", () => {
		for (let index = 0; index < 32; index++) expect(merge.apply("a", key(`K${index}`, true))).toBe(true);
		expect(merge.apply("a", key("K32", true))).toBe(false);
		expect(merge.apply("a", key("K0", true))).toBe(true);
		expect(merge.apply("b", key("K32", true))).toBe(true);
		merge.release("a");
		merge.release("b");
		const presses = sink.calls.filter((call) => call[0] === "key" && call[2]);
		expect(sink.calls).toHaveLength(2 * presses.length);
	});

	it("knows who holds something", () => {
		expect(merge.holdsAnything("a")).toBe(false);
		for (const [press, letGo] of [
			[key("KeyA", true), key("KeyA", false)],
			[pointer(1), pointer(0)],
			[touch(1), touch()],
			[
				{ type: "button", id: "home", down: true },
				{ type: "button", id: "home", down: false },
			],
		] as [DeviceInput, DeviceInput][]) {
			merge.apply("a", press);
			expect(merge.holdsAnything("a")).toBe(true);
			expect(merge.holdsAnything("b")).toBe(false);
			merge.apply("a", letGo);
			expect(merge.holdsAnything("a")).toBe(false);
		}
	});

	it("lets go of everything even when the device refuses each call", () => {
		merge.apply("a", key("KeyA", true));
		merge.apply("a", pointer(1));
		merge.apply("a", touch(1));
		merge.apply("b", key("KeyB", true));
		sink.refuses = true;
		merge.release("a");
		merge.release("b");
		sink.refuses = false;
		expect(merge.holdsAnything("a")).toBe(false);
		sink.drain();
		merge.apply("b", pointer(0));
		merge.apply("b", touch());
		expect(sink.calls).toEqual([
			["pointer", 0.5, 0.5, 0],
			["touch", []],
		]);
	});
});

/** What is down on the device, worked out from the calls alone; fails on calls that make no sense. */
class DeviceModel {
	readonly keys = new Set<string>();
	readonly buttons = new Set<string>();
	contacts: number[] = [];
	pointerButtons = 0;

	take(call: SinkCall): void {
		switch (call[0]) {
			case "key":
				return this.#turn(this.keys, call[1], call[2]);
			case "button":
				return this.#turn(this.buttons, call[1], call[2]);
			case "pointer":
				this.pointerButtons = call[3];
				return;
			case "touch":
				this.contacts = call[1].map(({ id }) => id);
				expect(this.contacts.length).toBeLessThanOrEqual(10);
				expect(new Set(this.contacts).size).toBe(this.contacts.length);
				for (const id of this.contacts) expect(id).toBeLessThan(10);
		}
	}

	#turn(held: Set<string>, name: string, down: boolean): void {
		expect(held.has(name), `${name} ${down ? "pressed" : "released"} twice`).toBe(!down);
		if (down) held.add(name);
		else held.delete(name);
	}
}

/** What one viewer holds according to its own messages. */
interface ViewerModel {
	buttons: number;
	keys: Set<string>;
	deviceButtons: Set<string>;
	contacts: number;
}

const anyInput: fc.Arbitrary<DeviceInput | "release"> = fc.oneof(
	fc
		.record({ code: fc.constantFrom("KeyA", "KeyB", "ShiftLeft"), down: fc.boolean() })
		.map(({ code, down }): DeviceInput => key(code, down)),
	fc
		.record({ id: fc.constantFrom("home", "lock"), down: fc.boolean() })
		.map((press): DeviceInput => ({ type: "button", ...press })),
	fc.integer({ min: 0, max: 7 }).map((buttons) => pointer(buttons)),
	fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 5 }).map((ids) => touch(...ids)),
	fc.constant({ type: "text", text: "x" } as DeviceInput),
	fc.constant("release" as const),
);

describe("the merged input, whatever viewers do", () => {
	it("holds on the device what they hold together, and nothing once all have let go", () => {
		const step = fc.record({ viewer: fc.constantFrom("a", "b", "c"), input: anyInput });
		fc.assert(
			fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
				const sink = new RecordingSink();
				const merge = new InputMerge(sink);
				const device = new DeviceModel();
				const viewers = new Map<string, ViewerModel>();
				for (const { viewer, input } of steps) {
					const model = viewers.get(viewer) ?? newViewer();
					viewers.set(viewer, model);
					if (input === "release") {
						merge.release(viewer);
						viewers.set(viewer, newViewer());
					} else {
						const taken = merge.apply(viewer, input);
						expect(taken || input.type === "touch").toBe(true);
						follow(model, input);
					}
					for (const call of sink.drain()) device.take(call);
					const all = [...viewers.values()];
					expect(device.keys).toEqual(new Set(all.flatMap(({ keys }) => [...keys])));
					expect(device.buttons).toEqual(new Set(all.flatMap(({ deviceButtons }) => [...deviceButtons])));
					expect(device.pointerButtons).toBe(all.reduce((set, { buttons }) => set | buttons, 0));
					expect(device.contacts.length).toBeLessThanOrEqual(
						all.reduce((sum, { contacts }) => sum + contacts, 0),
					);
				}
				for (const viewer of viewers.keys()) merge.release(viewer);
				for (const call of sink.drain()) device.take(call);
				expect([...device.keys, ...device.buttons, ...device.contacts]).toEqual([]);
				expect(device.pointerButtons).toBe(0);
				for (const viewer of viewers.keys()) expect(merge.holdsAnything(viewer)).toBe(false);
			}),
			{ numRuns: 300 },
		);
	});
});

function newViewer(): ViewerModel {
	return { buttons: 0, keys: new Set(), deviceButtons: new Set(), contacts: 0 };
}

function follow(model: ViewerModel, input: DeviceInput): void {
	const turn = (held: Set<string>, name: string, down: boolean) =>
		void (down ? held.add(name) : held.delete(name));
	if (input.type === "pointer") model.buttons = input.buttons;
	else if (input.type === "key") turn(model.keys, input.code, input.down);
	else if (input.type === "button") turn(model.deviceButtons, input.id, input.down);
	else if (input.type === "touch") model.contacts = input.contacts.length;
}
