import { describe, expect, it } from "vitest";
import { initialState, type Stop, type ViewerState } from "../../../app/viewer/state.ts";
import { endText, refusalText, SLOW_AFTER, statusText } from "../../../app/viewer/status-text.ts";
import { describeDevice } from "../../support/signaling-harness.ts";

const device = { ...describeDevice("demo"), name: "Ana's phone" };
const text = (fields: Partial<ViewerState>, waited = 0) =>
	statusText({ ...initialState("demo"), ...fields }, waited, () => "14:02");
const stop = (fields: Partial<Stop>): Stop => ({
	how: "ended",
	reason: { code: "some-reason", message: "It was shut down" },
	final: true,
	...fields,
});

describe("statusText", () => {
	it("says nothing over a live picture", () => {
		expect(text({ media: "shown", device })).toMatchObject({ phase: "live", title: "", retry: false });
	});

	it("says within moments that a picture may be old, and that its host does not answer", () => {
		expect(text({ media: "shown", silence: "silent", device })).toMatchObject({
			phase: "stale",
			title: "The picture may be old",
			retry: false,
		});
		expect(text({ media: "shown", silence: "unanswered", device })).toMatchObject({
			phase: "unanswered",
			title: "Ana's phone does not answer",
			retry: true,
		});
	});

	it("names the device while connecting, and says what is tried when it takes long", () => {
		expect(text({ device })).toMatchObject({
			title: "Connecting to Ana's phone…",
			detail: "This usually takes less than a second.",
		});
		expect(text({ link: "waiting" }, SLOW_AFTER).detail).toMatch(/does not answer/);
		expect(text({ link: "open" }, SLOW_AFTER).detail).toMatch(/waiting for the device/);
		expect(text({ link: "open", media: "coming" }, SLOW_AFTER).detail).toMatch(/firewall/);
	});

	it("gives the provider's reason when there is no picture", () => {
		const failed = { ...device, state: "failed" as const, note: "The encoder is missing." };
		expect(text({ device: failed })).toMatchObject({
			title: "Ana's phone is on but sends no picture",
			detail: "The encoder is missing.",
			retry: true,
		});
	});

	it("says that a device is off, and what an owner or others can do", () => {
		const off = { ...device, state: "off" as const, power: "off" as const };
		expect(text({ device: off, media: "late", role: "own" })).toMatchObject({
			phase: "off",
			title: "Ana's phone is switched off",
			detail: "Switch it on, and its screen appears here.",
			retry: false,
		});
		expect(text({ device: off, role: "control" }).detail).toMatch(/when an owner switches it on/);
		expect(text({ device: { ...off, power: "stopping" } }).title).toMatch(/is shutting down/);
	});

	it("says that a device starts until there is a picture of that", () => {
		const starting = { ...device, state: "starting" as const, power: "starting" as const };
		expect(text({ device: starting, media: "coming" })).toMatchObject({
			phase: "starting",
			title: "Ana's phone is starting…",
		});
		expect(text({ device: { ...starting, note: "Waiting for the first picture" } }).detail).toBe(
			"Waiting for the first picture",
		);
		expect(text({ device: starting, media: "shown" }).phase).toBe("live");
	});

	it("says since when a host is offline and that the page comes back by itself", () => {
		const offline = { ...device, state: "offline" as const };
		expect(text({ device: offline }).title).toBe("The computer Ana's phone runs on is offline since 14:02");
		expect(text({ device: offline }).detail).toMatch(/reconnects by itself/);
	});

	it("tells an end for good from one that passes", () => {
		expect(text({ stop: stop({}) })).toMatchObject({
			title: "It was shut down.",
			label: "Ended",
			retry: true,
		});
		expect(text({ stop: stop({ final: false }) }).detail).toMatch(/reconnects by itself/);
	});

	it.each([
		["wrong-token", /not good here/, false],
		["no-token", /^No link was used$/, false],
		["revoked", /revoked/, false],
		["removed", /removed/, false],
		["no-such-device", /no device demo/i, true],
		["wrong-version", /older/, true],
		["link-full", /full/, true],
	])("says what to do about %s, and offers to try again only where that can help", (code, title, helps) => {
		const {
			phase,
			title: said,
			detail,
			retry,
		} = text({
			stop: stop({ how: "refused", reason: { code, message: "Because." } }),
		});
		expect(phase).toBe("refused");
		expect(said).toMatch(title);
		expect(detail).not.toBe("");
		expect(retry).toBe(helps);
	});

	it("says which browsers can when this one cannot", () => {
		expect(text({ stop: stop({ how: "unsupported" }) }).detail).toMatch(/Chrome.*Firefox.*Safari/);
	});
});

const clock = (epochMs: number) => new Date(epochMs).toISOString().slice(11, 16);
const expired = "The link expired at 2026-11-20 15:00 UTC. Ask for a new one.";

describe("an end for good", () => {
	it.each([
		["removed", "You were removed by Ana for ten minutes.", "You were removed by Ana"],
		["removed", "You were removed by Ana, and the link has ended.", "You were removed by Ana"],
		["removed", "You were removed by Ana.", "You were removed by Ana"],
		["expired", expired, "The link expired at 15:00"],
		["expired", "It is over.", "The link has expired"],
		["revoked", "x", "The link was revoked"],
		["not-let-in", "x", "You were not let in"],
		["device-gone", "Demo was shut down", "Demo was shut down."],
	])("by %s is told with a next step", (code, message, title) => {
		const [said, step] = endText({ code, message }, clock);
		expect(said).toBe(title);
		expect(step).not.toBe("");
	});

	it("offers to try again only where that may help", () => {
		expect(endText({ code: "revoked", message: "" }, clock)[2]).toBe(false);
		expect(endText({ code: "removed", message: "" }, clock)[2]).toBe(false);
	});
});

describe("a refusal", () => {
	it.each([
		["needs-pin", "This link needs a PIN"],
		["wrong-pin", "That PIN is wrong"],
		["too-many-tries", "Too many wrong PINs"],
		["used-up", "This link has been used up"],
		["wrong-device", "This link is for another device"],
		["revoked", "The link was revoked"],
		["wrong-token", "This link is not good here"],
		["no-token", "No link was used"],
		["device-full", "Demo is full"],
	])("%s is told with a next step", (code, title) => {
		const [said, step] = refusalText({ code, message: "Wait a minute" }, "Demo", clock);
		expect(said).toBe(title);
		expect(step).not.toBe("");
	});
});
