import { describe, expect, it } from "vitest";
import { controlView } from "../../../app/viewer/control-view.ts";
import type { TimedControl } from "../../../app/viewer/state.ts";
import type { Role } from "../../../signaling/protocol/messages.ts";
import { somebody } from "../../support/somebody.ts";

const participants = [
	somebody("me", { name: "Me", person: 1 }),
	somebody("ana", { name: "Ana", person: 2 }),
	somebody("ben", { name: "Ben", person: 3 }),
];

function view(control: Partial<TimedControl>, role: Role = "control") {
	return controlView({
		role,
		viewerId: "me",
		participants,
		control: { state: "free", requests: [], touchTakes: true, ...control },
	});
}

const actions = (control: Partial<TimedControl>, role: Role = "control") =>
	view(control, role).choices.map(({ action }) => action);

describe("floorView", () => {
	it("knows nothing before the server has said anything", () => {
		expect(controlView({})).toMatchObject({ kind: "unknown", text: "", mayTouch: false });
		expect(controlView({ role: "control" })).toMatchObject({ kind: "unknown", mayTouch: true });
	});

	it("offers nothing to who may only watch", () => {
		expect(view({}, "view")).toMatchObject({
			kind: "view-only",
			text: "View only",
			mayTouch: false,
			choices: [],
		});
	});

	it("says that a touch takes free control, or that it does not", () => {
		expect(view({})).toMatchObject({ kind: "free", text: "Free – touch to take", mayTouch: true });
		expect(view({ touchTakes: false })).toMatchObject({
			text: "Free – take control",
			primary: "request",
			mayTouch: false,
			refusal: "Take control here first.",
		});
	});

	it("tells who has control, and asks for it with one press", () => {
		expect(view({ state: "held", holder: "ana" })).toMatchObject({
			kind: "other",
			text: "Ana has control – ask",
			primary: "request",
			mayTouch: false,
		});
		expect(actions({ state: "held", holder: "ana" })).toEqual(["request"]);
	});

	it("lets the holder let go, and nobody else's request be missed", () => {
		expect(view({ state: "held", holder: "me" })).toMatchObject({ kind: "you", mayTouch: true });
		expect(actions({ state: "held", holder: "me" })).toEqual(["release"]);
		const requests = [{ viewerId: "ana", until: 5 }];
		const asked = view({ state: "requested", holder: "me", requests });
		expect(asked).toMatchObject({ kind: "asked", text: "Ana asks for control", until: 5, mayTouch: true });
		expect(asked.requests).toEqual([{ viewerId: "ana", name: "Ana", until: 5 }]);
		expect(asked.choices.map(({ action }) => action)).toEqual(["give", "deny", "release"]);
	});

	it("tells who asked how long that stands, and lets them ask no more", () => {
		const requests = [{ viewerId: "me", until: 9 }];
		const mine = view({ state: "requested", holder: "ana", requests });
		expect(mine).toMatchObject({ kind: "requested", text: "Asked Ana for control", until: 9, requests: [] });
		expect(mine.primary).toBeUndefined();
		expect(mine.choices.map(({ action }) => action)).toEqual(["cancel"]);
	});

	it("lets an owner take, lock and reset, and answer for the holder", () => {
		expect(actions({ state: "held", holder: "ana" }, "own")).toEqual(["request", "take", "lock", "reset"]);
		expect(actions({ state: "locked" }, "own")).toEqual(["take", "unlock", "reset"]);
		const requests = [{ viewerId: "ben", until: 5 }];
		const answering = view({ state: "requested", holder: "ana", requests }, "own");
		expect(answering.kind).toBe("other");
		expect(answering.requests).toHaveLength(1);
	});

	it("shows a locked control as locked to all but its holder", () => {
		expect(view({ state: "locked" })).toMatchObject({
			kind: "locked",
			text: "Locked by owner",
			choices: [],
		});
		expect(view({ state: "locked", holder: "ana" })).toMatchObject({
			kind: "locked",
			text: "Ana has control – locked",
			mayTouch: false,
		});
		expect(view({ state: "locked", holder: "me" })).toMatchObject({ kind: "you", mayTouch: true });
	});

	it("is the user's in every tab of theirs, and comes to this one by a touch or a choice", () => {
		const participants = [somebody("me", { person: 1 }), somebody("my tab", { person: 1 })];
		const elsewhere = controlView({
			role: "control",
			viewerId: "me",
			control: { state: "held", holder: "my tab", requests: [], touchTakes: false },
			participants,
		});
		expect(elsewhere).toMatchObject({ kind: "elsewhere", text: "You, in another tab", mayTouch: true });
		expect(elsewhere.choices.map(({ text }) => text)).toEqual(["Take control here", "Let go of control"]);
	});

	it("is taken by an owner with one press where it is locked", () => {
		const locked = controlView({
			role: "own",
			viewerId: "me",
			control: { state: "locked", requests: [], touchTakes: true },
			participants: [somebody("me")],
		});
		expect(locked).toMatchObject({ kind: "locked", primary: "take" });
	});

	it("calls a holder that is not in the list somebody", () => {
		expect(view({ state: "held", holder: "gone" }).text).toBe("Somebody has control – ask");
	});
});
