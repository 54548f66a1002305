import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import {
	CLAIM_STANDS,
	type ControlEvent,
	type ControlMachine,
	type ControlMember,
	controlDue,
	freeControl,
	IDLE_AFTER,
	nextControl,
	REQUEST_STANDS,
} from "../../../signaling/rooms/control.ts";
import { ControlModel } from "../../support/control-model.ts";

const ana: ControlMember = { viewerId: "ana", role: "control" };
const bo: ControlMember = { viewerId: "bo", role: "control" };
const owner: ControlMember = { viewerId: "owner", role: "own" };
const watcher: ControlMember = { viewerId: "watcher", role: "view" };
const participants = [ana, bo, owner, watcher];

/** Everything that can happen between these four. */
const events: ControlEvent[] = [
	{ type: "time" },
	...participants.flatMap((by): ControlEvent[] => [
		...(["request", "cancel", "take", "release", "unlock", "reset"] as const).map((type) => ({ type, by })),
		{ type: "lock", by, ownerHolds: true },
		{ type: "lock", by, ownerHolds: false },
		...participants.flatMap((to) => (["give", "deny"] as const).map((type) => ({ type, by, to }))),
		{ type: "touched", by, touchTakes: true },
		{ type: "touched", by, touchTakes: false },
		{ type: "left", viewerId: by.viewerId, claims: true },
		{ type: "left", viewerId: by.viewerId, claims: false },
		{ type: "returned", by },
	]),
];

/** Control after an event, or the code of its refusal. */
function attempt(
	state: ControlMachine,
	event: ControlEvent,
	now: number,
): { state: ControlMachine; refused?: string } {
	try {
		return { state: nextControl(state, event, now) };
	} catch (error) {
		if (!(error instanceof PortholeError)) throw error;
		return { state, refused: error.code };
	}
}

/** Control after events at the given seconds. */
function after(...steps: [second: number, event: ControlEvent][]): ControlMachine {
	return steps.reduce((state, [second, event]) => nextControl(state, event, second * 1000), freeControl);
}

describe("control", () => {
	it("does what its rules say, whatever happens in whatever order", () => {
		const step = fc.record({ event: fc.constantFrom(...events), wait: fc.constantFrom(0, 1, 7, 19, 29) });
		fc.assert(
			fc.property(fc.array(step, { minLength: 10, maxLength: 60, size: "max" }), (steps) => {
				const model = new ControlModel();
				let state = freeControl;
				let second = 0;
				for (const { event, wait } of steps) {
					second += wait;
					const next = attempt(state, event, second * 1000);
					expect(next.refused).toBe(model.happen(event, second));
					// What was refused changes nothing, but time has gone on.
					state = next.refused ? nextControl(state, { type: "time" }, second * 1000) : next.state;
					expect({
						locked: state.locked,
						holder: state.holder,
						asks: state.requests.map(({ viewerId, until }) => [viewerId, until / 1000 - 20]),
					}).toEqual({
						locked: model.locked,
						holder: model.holder,
						asks: model.asks.map(({ who, at }) => [who, at]),
					});
				}
			}),
			{ numRuns: 1000 },
		);
	});

	it("is sound in every state that these four can bring it to", { timeout: 30_000 }, () => {
		const seen = new Map<string, { state: ControlMachine; now: number }>();
		const keyOf = (state: ControlMachine, now: number) =>
			JSON.stringify([
				state.locked,
				state.holder,
				Math.min(IDLE_AFTER, now - state.touchedAt),
				state.requests.map(({ viewerId, until }) => [viewerId, until - now]),
				state.claim && [state.claim.viewerId, state.claim.until - now],
			]);
		const open = [{ state: freeControl, now: IDLE_AFTER }];
		for (let at = open.pop(); at; at = open.pop()) {
			for (const event of events) {
				const now = event.type === "time" ? at.now + 10_000 : at.now;
				const next = { state: attempt(at.state, event, now).state, now };
				const key = keyOf(next.state, now);
				if (seen.has(key)) continue;
				seen.set(key, next);
				open.push(next);
			}
		}
		expect(seen.size).toBeGreaterThan(100);
		for (const { state, now } of seen.values()) sound(state, now);
	});

	it("comes to rest by itself: after its last due time nothing is owed to anybody", () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...events), { maxLength: 30 }), (happened) => {
				let state = happened.reduce((control, event) => attempt(control, event, 1000).state, freeControl);
				for (let count = 0; controlDue(state) !== undefined; count++) {
					expect(count).toBeLessThan(10);
					const due = controlDue(state) ?? 0;
					expect(nextControl(state, { type: "time" }, due - 1)).toEqual(state);
					state = nextControl(state, { type: "time" }, due);
				}
				expect([state.requests, state.claim]).toEqual([[], undefined]);
			}),
		);
	});
});

/** What holds of every control. */
function sound(state: ControlMachine, now: number): void {
	const { holder, requests, claim, locked } = state;
	const asking = requests.map(({ viewerId }) => viewerId);
	expect(new Set(asking).size).toBe(asking.length);
	expect(asking).not.toContain(holder);
	expect([...asking, holder, claim?.viewerId]).not.toContain("watcher");
	if (holder === undefined || locked) expect(asking).toEqual([]);
	if (holder !== undefined) expect(claim).toBeUndefined();
	for (const { until } of requests) expect(until - now).toBeLessThanOrEqual(REQUEST_STANDS);
	const due = controlDue(state);
	expect(due !== undefined).toBe(asking.length > 0 || claim !== undefined);
}

describe("control", () => {
	it("is given at once to who asks for free control", () => {
		expect(after([0, { type: "request", by: ana }]).holder).toBe("ana");
	});

	it("is asked for while somebody holds it, for twenty seconds", () => {
		const asked = after([0, { type: "request", by: ana }], [5, { type: "request", by: bo }]);
		expect(asked).toMatchObject({
			holder: "ana",
			requests: [{ viewerId: "bo", until: 5000 + REQUEST_STANDS }],
		});
		expect(controlDue(asked)).toBe(25_000);
		expect(nextControl(asked, { type: "time" }, 25_000)).toMatchObject({ holder: "ana", requests: [] });
	});

	it("goes to who asked first when it is released, and the others go on asking", () => {
		const released = after(
			[0, { type: "request", by: ana }],
			[1, { type: "request", by: bo }],
			[2, { type: "request", by: owner }],
			[3, { type: "release", by: ana }],
		);
		expect(released).toMatchObject({ holder: "bo", requests: [{ viewerId: "owner" }] });
	});

	it("is lost by a holder that is idle for thirty seconds, as soon as somebody waits", () => {
		const held = after(
			[0, { type: "request", by: ana }],
			[10, { type: "touched", by: ana, touchTakes: false }],
		);
		expect(nextControl(held, { type: "time" }, 3_600_000).holder).toBe("ana");
		const waited = nextControl(held, { type: "request", by: bo }, 39_000);
		expect(controlDue(waited)).toBe(10_000 + IDLE_AFTER);
		expect(nextControl(waited, { type: "time" }, 39_999).holder).toBe("ana");
		expect(nextControl(waited, { type: "time" }, 40_000)).toMatchObject({ holder: "bo", requests: [] });
	});

	it("is given at once to who asks a holder that is idle already", () => {
		expect(after([0, { type: "request", by: ana }], [30, { type: "request", by: bo }])).toMatchObject({
			holder: "bo",
			requests: [],
		});
	});

	it("is kept by a holder that touches while somebody waits", () => {
		const kept = after(
			[0, { type: "request", by: ana }],
			[25, { type: "request", by: bo }],
			[29, { type: "touched", by: ana, touchTakes: false }],
			[44, { type: "time" }],
		);
		expect(kept.holder).toBe("ana");
	});

	it("is claimed for thirty seconds by a holder that dropped, if nobody takes it", () => {
		const dropped = after(
			[0, { type: "request", by: ana }],
			[1, { type: "left", viewerId: "ana", claims: true }],
		);
		expect(dropped.holder).toBeUndefined();
		const back: ControlEvent = { type: "returned", by: ana };
		expect(nextControl(dropped, back, 1000 + CLAIM_STANDS - 1).holder).toBe("ana");
		expect(nextControl(dropped, back, 1000 + CLAIM_STANDS).holder).toBeUndefined();
		const taken = nextControl(dropped, { type: "touched", by: bo, touchTakes: true }, 2000);
		const released = nextControl(taken, { type: "release", by: bo }, 3000);
		expect([taken.holder, nextControl(released, back, 4000).holder]).toEqual(["bo", undefined]);
	});

	it("is not had back by somebody who returns with a lesser right", () => {
		const back: ControlEvent = { type: "returned", by: { viewerId: "ana", role: "view" } };
		expect(after([0, { type: "request", by: ana }], [1, back]).holder).toBeUndefined();
		const dropped: ControlEvent = { type: "left", viewerId: "ana", claims: true };
		const claimed = after([0, { type: "request", by: ana }], [1, dropped], [2, back]);
		expect([claimed.holder, claimed.claim]).toEqual([undefined, undefined]);
	});

	it("is an owner's at once when it is locked, whoever drove, unless it was one's already", () => {
		const driven = [0, { type: "request", by: ana }] as const;
		const locked = after([...driven], [2, { type: "lock", by: owner, ownerHolds: false }]);
		expect(locked).toMatchObject({ locked: true, holder: "owner", requests: [] });
		const held = after([0, { type: "take", by: owner }], [1, { type: "lock", by: owner, ownerHolds: true }]);
		expect(held).toMatchObject({ locked: true, holder: "owner" });
	});

	it("that is locked and nobody's is the owner's who comes next, and no guest's", () => {
		const left: ControlEvent = { type: "left", viewerId: "owner", claims: false };
		const empty = after([0, { type: "lock", by: owner, ownerHolds: false }], [1, left]);
		expect(empty).toMatchObject({ locked: true });
		expect(empty.holder).toBeUndefined();
		expect(nextControl(empty, { type: "returned", by: ana }, 2000).holder).toBeUndefined();
		const back = { ...owner, viewerId: "owner again" };
		expect(nextControl(empty, { type: "returned", by: back }, 2000).holder).toBe("owner again");
	});

	it("passes to another tab of its holder by a touch or a click, locked or not", () => {
		const tab = { ...ana, viewerId: "ana's tab", holdsElsewhere: true };
		const held = after([0, { type: "request", by: ana }], [1, { type: "request", by: bo }]);
		for (const event of [
			{ type: "touched", by: tab, touchTakes: false },
			{ type: "request", by: tab },
		] satisfies ControlEvent[]) {
			for (const locked of [false, true]) {
				const passed = nextControl({ ...held, locked }, event, 2000);
				expect(passed).toMatchObject({ holder: "ana's tab", requests: held.requests });
			}
		}
		expect(nextControl(held, { type: "release", by: tab }, 2000).holder).toBe("bo");
	});

	it("that an owner gives away while it is locked is for nobody else to ask for", () => {
		const locked = after(
			[2, { type: "lock", by: owner, ownerHolds: false }],
			[3, { type: "give", by: owner, to: ana }],
		);
		expect(locked).toMatchObject({ locked: true, holder: "ana", requests: [] });
		for (const by of [bo, owner])
			expect(attempt(locked, { type: "request", by }, 3000).refused).toBe("control-locked");
		expect(attempt(locked, { type: "give", by: ana, to: bo }, 3000).refused).toBe("control-locked");
		expect(nextControl(locked, { type: "take", by: owner }, 3000)).toMatchObject({
			locked: true,
			holder: "owner",
		});
		const released = nextControl(locked, { type: "release", by: ana }, 3000);
		expect(
			nextControl(released, { type: "touched", by: ana, touchTakes: true }, 4000).holder,
		).toBeUndefined();
		expect(nextControl(released, { type: "request", by: owner }, 4000).holder).toBe("owner");
	});

	it("is asked for by 64 people at most", () => {
		let state = after([0, { type: "take", by: owner }]);
		const ask = (index: number): ControlEvent => ({
			type: "request",
			by: { viewerId: `v${index}`, role: "control" },
		});
		for (let index = 0; index < 64; index++) state = nextControl(state, ask(index), 1000);
		expect(attempt(state, ask(64), 1000).refused).toBe("too-many-requests");
		expect(nextControl(state, ask(3), 2000)).toBe(state);
	});
});
