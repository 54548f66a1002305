import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { HostControl, TOUCHED_EVERY } from "../../../server/viewers/control.ts";
import type { ControlState } from "../../../signaling/protocol/messages.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";
import { anyStep, ControlWorld, roles } from "../../support/control-world.ts";

let clock: FakeClock;
let events: (string | undefined)[][];
let control: HostControl;

beforeEach(() => {
	clock = new FakeClock();
	events = [];
	control = new HostControl({
		clock,
		passed: (holder) => events.push(["passed", holder]),
		touched: (viewerId) => events.push(["touched", viewerId]),
	});
});

const touch = (viewerId: string, role: "view" | "control" | "own" = "control") =>
	control.refusal(viewerId, role, true);

describe("control as a host holds it", () => {
	it("lets nobody touch before it was told anything", () => {
		expect([touch("ana"), touch("owner", "own")]).toEqual(["no-control", "no-control"]);
	});

	it("lets the holder touch and nobody else, not even an owner", () => {
		control.tell({ holder: "ana", tabs: [], touchTakes: false });
		expect([touch("ana"), touch("bo"), touch("owner", "own")]).toEqual([
			undefined,
			"no-control",
			"no-control",
		]);
	});

	it("passes to another tab of the holder's by a touch there, and back, and to nobody else's", () => {
		control.tell({ holder: "mine", tabs: ["my tab"], touchTakes: false });
		expect([control.refusal("my tab", "control", false), touch("bo")]).toEqual(["no-control", "no-control"]);
		expect([touch("my tab"), control.refusal("mine", "control", false), touch("mine")]).toEqual([
			undefined,
			"no-control",
			undefined,
		]);
		expect(events.filter(([what]) => what === "passed")).toEqual([
			["passed", "mine"],
			["passed", "my tab"],
			["passed", "mine"],
		]);
	});

	it("never lets a watcher touch, whatever it was told", () => {
		control.tell({ holder: "watcher", tabs: [], touchTakes: true });
		expect(touch("watcher", "view")).toBe("not-allowed");
		control.tell({ holder: undefined, tabs: [], touchTakes: true });
		expect(touch("watcher", "view")).toBe("not-allowed");
	});

	it("is taken by the first touch when it is free, and tells so at once", () => {
		control.tell({ holder: undefined, tabs: [], touchTakes: true });
		expect([touch("ana"), touch("bo"), touch("ana")]).toEqual([undefined, "no-control", undefined]);
		expect(events).toEqual([
			["passed", "ana"],
			["touched", "ana"],
		]);
	});

	it("is not taken by letting go, by hovering, or where it has to be asked for", () => {
		control.tell({ holder: undefined, tabs: [], touchTakes: true });
		expect(control.refusal("ana", "control", false)).toBe("no-control");
		control.tell({ holder: undefined, tabs: [], touchTakes: false });
		expect(touch("ana")).toBe("no-control");
		expect(events).toEqual([]);
	});

	it("goes by what signaling says when that differs from what a touch took", () => {
		control.tell({ holder: undefined, tabs: [], touchTakes: true });
		touch("ana");
		control.tell({ holder: "bo", tabs: [], touchTakes: false });
		expect([touch("ana"), touch("bo")]).toEqual(["no-control", undefined]);
		expect(events.filter(([name]) => name === "passed")).toEqual([
			["passed", "ana"],
			["passed", "bo"],
		]);
	});

	it("is not passed on when it is told the same again", () => {
		control.tell({ holder: "ana", tabs: [], touchTakes: false });
		control.tell({ holder: "ana", tabs: [], touchTakes: false });
		expect(events).toEqual([["passed", "ana"]]);
	});

	it("tells that the holder touches, at most every five seconds", () => {
		control.tell({ holder: "ana", tabs: [], touchTakes: false });
		for (let elapsed = 0; elapsed < 3 * TOUCHED_EVERY; elapsed += 100) {
			touch("ana");
			clock.advance(100);
		}
		expect(events.filter(([name]) => name === "touched")).toHaveLength(3);
	});
});

it("lets input reach the device from nobody but the holder, in any order of control, input, loss and return", {
	timeout: 120_000,
}, async () => {
	let touches = 0;
	let takenAway = 0;
	await fc.assert(
		fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40, size: "max" }), async (steps) => {
			const world = new ControlWorld();
			await world.begin();
			for (const step of steps) {
				const before = world.observer.control;
				const held = new Set(world.down);
				const holder = world.holder;
				await world.step(step);
				const after = world.holder;
				const touched = world.touches();

				const free = before.state === "free";
				for (const who of touched) {
					// A host without signaling lets the first touch take free control, and gives it back afterwards.
					if (step.do === "touch while the host is cut off" && free) expect(who).toBe(step.who);
					else expect([holder, after], `${holder} held control and then ${after}`).toContain(who);
					expect(roles[who]).not.toBe("view");
				}
				for (const who of world.down) expect(who, "a key of who lost control is down").toBe(after);
				for (const { peer, control } of world.guests.filter(({ peer }) => !peer.ended)) {
					expect(timeless(control), JSON.stringify(peer.heard.slice(-3))).toEqual(
						timeless(world.observer.control),
					);
				}
				if (step.do === "press" && holder === step.who) expect(world.down).toContain(step.who);
				if (step.do === "press" && world.guest(step.who).peer.ended === undefined) {
					if (free && roles[step.who] !== "view")
						expect([after, ...world.down]).toEqual([step.who, step.who]);
				}
				touches += touched.size;
				if (held.size > 0 && world.down.size === 0 && after !== holder) takenAway++;
			}
			await world.host.close();
			world.touches();
			expect([...world.down]).toEqual([]);
		}),
		{ numRuns: 300 },
	);
	// The property says nothing unless these happened often.
	expect(touches).toBeGreaterThan(100);
	expect(takenAway).toBeGreaterThan(20);
});

/** Without how long a request has left, which depends on when one heard of it. */
function timeless(control: unknown): unknown {
	const { requests, ...rest } = control as ControlState;
	return { ...rest, requests: requests.map(({ viewerId }) => viewerId) };
}
