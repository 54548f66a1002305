import { describe, expect, it } from "vitest";
import { HEARTBEAT_EVERY, InputSender } from "../../../../app/viewer/input/input-sender.ts";
import type { ViewerMessage } from "../../../../signaling/protocol/input.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";

function setUp({ open = true } = {}) {
	const clock = new FakeClock();
	const line = { open };
	const sent: ViewerMessage[] = [];
	const repeat = (ms: number, callback: () => void) => {
		let cancel = () => {};
		const again = () => {
			cancel = clock.after(ms, () => {
				callback();
				again();
			});
		};
		again();
		return () => cancel();
	};
	const input = new InputSender((message) => {
		if (line.open) sent.push(message);
		return line.open;
	}, repeat);
	return { clock, input, sent, line };
}

const keyA = (down: boolean): ViewerMessage => ({ type: "key", code: "KeyA", down });
const contact = { id: 0, x: 0.5, y: 0.5 };

describe("InputSender", () => {
	it.each<[string, ViewerMessage, ViewerMessage]>([
		["a key", keyA(true), keyA(false)],
		[
			"a device button",
			{ type: "button", id: "home", down: true },
			{ type: "button", id: "home", down: false },
		],
		[
			"a pointer button",
			{ type: "pointer", x: 0, y: 0, buttons: 4 },
			{ type: "pointer", x: 0, y: 0, buttons: 0 },
		],
		["a contact", { type: "touch", contacts: [contact] }, { type: "touch", contacts: [] }],
	])("gives a sign of life every 100 ms while %s is held and not after", (_, press, lift) => {
		const { clock, input, sent } = setUp();
		input.send(press);
		clock.advance(HEARTBEAT_EVERY * 5);
		expect(sent).toHaveLength(1 + 5);
		input.send(lift);
		clock.advance(1000);
		expect(sent).toHaveLength(1 + 5 + 1);
		expect(clock.pending).toBe(0);
	});

	it("says contacts and pointer buttons again, and never a key", () => {
		const { clock, input, sent } = setUp();
		input.send(keyA(true));
		clock.advance(HEARTBEAT_EVERY);
		const drag: ViewerMessage = { type: "pointer", x: 0.25, y: 0.5, buttons: 1 };
		input.send(drag);
		clock.advance(HEARTBEAT_EVERY);
		const touch: ViewerMessage = { type: "touch", contacts: [contact] };
		input.send(touch);
		clock.advance(HEARTBEAT_EVERY);
		expect(sent.slice(1)).toEqual([{ type: "heartbeat" }, drag, drag, touch, touch]);
	});

	it("keeps beating until the last of several is let go", () => {
		const { clock, input, sent } = setUp();
		input.send(keyA(true));
		input.send({ type: "pointer", x: 0, y: 0, buttons: 1 });
		input.send(keyA(false));
		clock.advance(100);
		expect(sent.at(-1)).toMatchObject({ type: "pointer", buttons: 1 });
		expect(input.holding).toBe(true);
	});

	it("lets go of everything with one message, once", () => {
		const { clock, input, sent } = setUp();
		input.send(keyA(true));
		input.send({ type: "touch", contacts: [contact] });
		input.release();
		input.release();
		expect(sent.filter(({ type }) => type === "release")).toHaveLength(1);
		expect(input.holding).toBe(false);
		expect(clock.pending).toBe(0);
	});

	it("sends no release when nothing is held", () => {
		const { input, sent } = setUp();
		input.send({ type: "pointer", x: 0.1, y: 0.1, buttons: 0 });
		input.release();
		expect(sent).toEqual([{ type: "pointer", x: 0.1, y: 0.1, buttons: 0 }]);
	});

	it("does not count what could not be sent", () => {
		const { input, line, clock } = setUp({ open: false });
		input.send(keyA(true));
		expect(input.holding).toBe(false);
		expect(clock.pending).toBe(0);
		line.open = true;
		input.send(keyA(true));
		expect(input.holdsKey("KeyA")).toBe(true);
	});

	it("forgets without a word when the channel is gone", () => {
		const { clock, input, sent } = setUp();
		input.send(keyA(true));
		input.forget();
		clock.advance(1000);
		expect(sent).toEqual([keyA(true)]);
	});
});
