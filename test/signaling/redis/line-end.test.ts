import { beforeEach, expect, it } from "vitest";
import { LineEnd } from "../../../signaling/redis/line-end.ts";
import type { NeighbourMessage } from "../../../signaling/redis/neighbour-messages.ts";
import { settled } from "../../fakes/fake-clock.ts";

let sent: NeighbourMessage[];
let events: string[];
let unheard: boolean;
let end: LineEnd;

beforeEach(() => {
	sent = [];
	events = [];
	unheard = false;
	end = new LineEnd({
		line: "l",
		other: "far",
		async send(message) {
			sent.push(message);
			if (unheard) throw new Error("nobody listens");
		},
		said: (text) => events.push(text),
		ended: (code, reason) => events.push(`ended ${code} ${reason}`),
		closed: () => events.push("closed"),
	});
});

const said = (place: number, text: string) => end.hear({ type: "said", line: "l", place, text });
const shut = (code: 1000 | 1013) => ({ type: "shut", line: "l", code, reason: "over" }) as const;

it("numbers what it says, and takes what comes in order", () => {
	end.say("a");
	end.say("b");
	expect(sent).toEqual([
		{ type: "said", line: "l", place: 0, text: "a" },
		{ type: "said", line: "l", place: 1, text: "b" },
	]);
	said(0, "x");
	said(1, "y");
	expect(events).toEqual(["x", "y"]);
});

it.each([1, 2, -1])("ends when place %d comes instead of the first", (place) => {
	said(place, "x");
	expect(events).toEqual(["closed", "ended 1013 relay-lost"]);
	expect(sent).toEqual([{ type: "shut", line: "l", code: 1013, reason: "relay-lost" }]);
	said(0, "x");
	end.say("too late");
	expect(sent).toHaveLength(1);
});

it("ends when what was said twice comes twice", () => {
	said(0, "x");
	said(0, "x");
	expect(events.at(-1)).toBe("ended 1013 relay-lost");
});

it("ends once when the other end hangs up, and says no more", () => {
	end.hear(shut(1000));
	end.hear(shut(1013));
	end.hangUp(1000, "");
	end.lost();
	expect(events).toEqual(["closed", "ended 1000 over"]);
	expect(sent).toEqual([]);
});

it("hangs up once, with a code that a browser may be given", () => {
	end.hangUp(4_321, "x".repeat(500));
	end.hangUp(1000, "");
	expect(sent).toEqual([{ type: "shut", line: "l", code: 1000, reason: "x".repeat(123) }]);
	expect(events).toEqual(["closed"]);
});

it("ends when nobody hears it", async () => {
	unheard = true;
	end.say("a");
	await settled();
	expect(events).toEqual(["closed", "ended 1013 relay-lost"]);
});
