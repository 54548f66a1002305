import { describe, expect, test, vi } from "vitest";
import type { SourceOptions, SourceSink } from "../../../../server/devices/provider.ts";
import {
	type BackendFinding,
	BackendSelection,
	findBackends,
	reasonsAbove,
	STEADY,
	selectionReport,
	TRIES,
} from "../../../../server/devices/simulator/backend-selection.ts";
import { simulatorError } from "../../../../server/devices/simulator/errors.ts";
import { FakeClock, settled } from "../../../fakes/fake-clock.ts";
import { FakeBackend } from "../../../fakes/fake-simulator-backend.ts";

const target = { udid: "U", name: "My phone", points: () => ({ width: 1, height: 1 }) };
const sink: SourceSink = { accessUnit() {}, ended() {} };
const options: SourceOptions = { bitrate: 1, frameRate: 60, sink };

async function make(forced?: "addon" | "baguette" | "screenshots") {
	const backends = [
		new FakeBackend("addon"),
		new FakeBackend("baguette"),
		new FakeBackend("screenshots"),
	] as const;
	backends[0].unusable = simulatorError("backend-unavailable", "it is not for this machine");
	const clock = new FakeClock();
	const changed = vi.fn();
	const findings = await findBackends(backends);
	const selection = new BackendSelection({ backends, findings, forced, clock, changed, random: () => 1 });
	return { backends, clock, changed, selection, baguette: backends[1], screenshots: backends[2] };
}

/** Fails the way in use as often as it takes; gives how long each attempt waited, ms. */
async function failUntilGivenUp(made: Awaited<ReturnType<typeof make>>, times = TRIES): Promise<number[]> {
	const waits: number[] = [];
	for (let time = 0; time < times; time++) {
		const backend = made.selection.backend as FakeBackend;
		const before = made.clock.now();
		const opening = made.selection.openSource(target, options);
		const opened = backend.opened.length;
		while (backend.opened.length === opened) await made.clock.pass(50);
		await opening;
		waits.push(made.clock.now() - before);
		made.selection.failed(backend, { code: "program-ended", message: "It broke." });
	}
	return waits;
}

describe("the selection", () => {
	test("uses the best way that can be used, and says why not a better one", async () => {
		const { selection, baguette } = await make();
		expect(selection.backend).toBe(baguette);
		expect(selection.report.backends[0]).toMatchObject({
			state: "unusable",
			detail: "it is not for this machine",
		});
		await selection.openSource(target, options);
		expect(baguette.opened).toHaveLength(1);
	});

	test("tries one that fails again with growing waits, then takes the next lower with the reason", async () => {
		const made = await make();
		const waits = await failUntilGivenUp(made);
		expect(waits).toEqual([50, 250, 500]);
		expect(made.selection.backend).toBe(made.screenshots);
		expect(made.changed).toHaveBeenCalledTimes(1);
		expect(made.selection.report.backends[1]).toMatchObject({
			state: "failed",
			detail: "It failed 3 times; at last: It broke.",
		});
		await made.selection.openSource(target, options);
		expect(made.screenshots.opened).toHaveLength(1);
	});

	test("counts only failures in a row: who gave pictures for long begins anew", async () => {
		const made = await make();
		await failUntilGivenUp(made, TRIES - 1);
		const opening = made.selection.openSource(target, options);
		while (made.baguette.opened.length < TRIES) await made.clock.pass(50);
		await opening;
		made.baguette.opened.at(-1)?.gives();
		made.clock.advance(STEADY);
		made.selection.failed(made.baguette, { code: "x", message: "It broke." });
		expect(made.selection.backend).toBe(made.baguette);
	});

	test("stays with the last way, and with one that was asked for, however often it fails", async () => {
		const last = await make();
		await failUntilGivenUp(last);
		await failUntilGivenUp(last, TRIES + 2);
		expect(last.selection.backend).toBe(last.screenshots);
		const forced = await make("baguette");
		await failUntilGivenUp(forced, TRIES + 2);
		expect(forced.selection.backend).toBe(forced.baguette);
		expect(forced.changed).not.toHaveBeenCalled();
	});

	test("counts an attempt that does not begin as a failure", async () => {
		const { selection, baguette, clock, screenshots } = await make();
		baguette.failure = simulatorError("program-ended", "Device not found");
		for (let time = 0; time < TRIES; time++) {
			const opening = selection.openSource(target, options);
			opening.catch(() => {});
			clock.advance(5000);
			await expect(opening).rejects.toMatchObject({ message: "Device not found" });
		}
		expect(selection.backend).toBe(screenshots);
	});

	test("begins at the top again after the simulator was switched on", async () => {
		const made = await make();
		await failUntilGivenUp(made);
		made.selection.reset();
		expect(made.selection.backend).toBe(made.baguette);
		expect(made.changed).toHaveBeenCalledTimes(2);
		const before = made.clock.now();
		await made.selection.openSource(target, options);
		expect(made.clock.now()).toBe(before);
	});

	test("says with all reasons that there is no way", async () => {
		const { selection } = await make("addon");
		expect(selection.backend).toBeUndefined();
		await expect(selection.openSource(target, options)).rejects.toMatchObject({
			code: "no-backend",
			message: expect.stringMatching(/My phone.*addon: it is not for this machine\..*porthole doctor/),
		});
	});

	test("waits for nothing any more once it is closed", async () => {
		const made = await make();
		await made.selection.openSource(target, options);
		made.selection.failed(made.baguette, { code: "x", message: "It broke." });
		const opening = made.selection.openSource(target, options);
		opening.catch(() => {});
		made.selection.close();
		await settled();
		await expect(opening).rejects.toMatchObject({ code: "no-backend" });
		expect(made.clock.pending).toBe(0);
	});
});

const findings: BackendFinding[] = [
	{ name: "screenshots", usable: true, detail: "simctl" },
	{ name: "addon", usable: false, detail: "this build has no simulators" },
	{ name: "baguette", usable: true, detail: "baguette 0.2.2" },
	{ name: "serve-sim", usable: false, detail: "not installed" },
];

describe("the selection's report", () => {
	test("chooses the best way that can be used, and says why better ones are not", () => {
		const report = selectionReport(findings);
		expect(report.chosen).toBe("baguette");
		expect(report.backends.map(({ name, state }) => [name, state])).toEqual([
			["addon", "unusable"],
			["baguette", "in-use"],
			["serve-sim", "unusable"],
			["screenshots", "spare"],
		]);
		expect(reasonsAbove(report)).toBe("addon: this build has no simulators.");
	});

	test("goes below one that failed while it ran, with its reason", () => {
		const report = selectionReport(findings, { failed: new Map([["baguette", "It ended 3 times."]]) });
		expect(report.chosen).toBe("screenshots");
		expect(report.backends[1]).toMatchObject({ state: "failed", detail: "It ended 3 times." });
		expect(reasonsAbove(report)).toBe(
			"addon: this build has no simulators. baguette: It ended 3 times. serve-sim: not installed.",
		);
	});

	test("keeps to the one that was asked for, also when a better one is there or it cannot be used", () => {
		const report = selectionReport(findings, { forced: "screenshots" });
		expect(report.chosen).toBe("screenshots");
		expect(reasonsAbove(report)).toBe("");
		const unusable = selectionReport(findings, { forced: "addon" });
		expect(unusable.chosen).toBeUndefined();
		expect(unusable.backends.map(({ state }) => state)).toEqual([
			"unusable",
			"not-asked",
			"not-asked",
			"not-asked",
		]);
	});
});
