import { describe, expect, test, vi } from "vitest";
import type { SourceOptions, SourceSink } from "../../../../server/devices/provider.ts";
import { simulatorError } from "../../../../server/devices/simulator/errors.ts";
import { findRungs, Ladder, STEADY, TRIES } from "../../../../server/devices/simulator/ladder.ts";
import { FakeClock, settled } from "../../../fakes/fake-clock.ts";
import { FakeRung } from "../../../fakes/fake-rung.ts";

const target = { udid: "U", name: "My phone", points: () => ({ width: 1, height: 1 }) };
const sink: SourceSink = { accessUnit() {}, ended() {} };
const options: SourceOptions = { bitrate: 1, frameRate: 60, sink };

async function make(forced?: "addon" | "baguette" | "screenshots") {
	const rungs = [new FakeRung("addon"), new FakeRung("baguette"), new FakeRung("screenshots")] as const;
	rungs[0].unusable = simulatorError("rung-unavailable", "it is not for this machine");
	const clock = new FakeClock();
	const changed = vi.fn();
	const findings = await findRungs(rungs);
	const ladder = new Ladder({ rungs, findings, forced, clock, changed, random: () => 1 });
	return { rungs, clock, changed, ladder, baguette: rungs[1], screenshots: rungs[2] };
}

/** Fails the way in use as often as it takes; gives how long each attempt waited, ms. */
async function failUntilGivenUp(made: Awaited<ReturnType<typeof make>>, times = TRIES): Promise<number[]> {
	const waits: number[] = [];
	for (let time = 0; time < times; time++) {
		const rung = made.ladder.rung as FakeRung;
		const before = made.clock.now();
		const opening = made.ladder.openSource(target, options);
		const opened = rung.opened.length;
		while (rung.opened.length === opened) await made.clock.pass(50);
		await opening;
		waits.push(made.clock.now() - before);
		made.ladder.failed(rung, { code: "program-ended", message: "It broke." });
	}
	return waits;
}

describe("the ladder", () => {
	test("uses the best way that can be used, and says why not a better one", async () => {
		const { ladder, baguette } = await make();
		expect(ladder.rung).toBe(baguette);
		expect(ladder.report.rungs[0]).toMatchObject({ state: "unusable", detail: "it is not for this machine" });
		await ladder.openSource(target, options);
		expect(baguette.opened).toHaveLength(1);
	});

	test("tries one that fails again with growing waits, then takes the next lower with the reason", async () => {
		const made = await make();
		const waits = await failUntilGivenUp(made);
		expect(waits).toEqual([50, 250, 500]);
		expect(made.ladder.rung).toBe(made.screenshots);
		expect(made.changed).toHaveBeenCalledTimes(1);
		expect(made.ladder.report.rungs[1]).toMatchObject({
			state: "failed",
			detail: "It failed 3 times; at last: It broke.",
		});
		await made.ladder.openSource(target, options);
		expect(made.screenshots.opened).toHaveLength(1);
	});

	test("counts only failures in a row: who gave pictures for long begins anew", async () => {
		const made = await make();
		await failUntilGivenUp(made, TRIES - 1);
		const opening = made.ladder.openSource(target, options);
		while (made.baguette.opened.length < TRIES) await made.clock.pass(50);
		await opening;
		made.baguette.opened.at(-1)?.gives();
		made.clock.advance(STEADY);
		made.ladder.failed(made.baguette, { code: "x", message: "It broke." });
		expect(made.ladder.rung).toBe(made.baguette);
	});

	test("stays with the last way, and with one that was asked for, however often it fails", async () => {
		const last = await make();
		await failUntilGivenUp(last);
		await failUntilGivenUp(last, TRIES + 2);
		expect(last.ladder.rung).toBe(last.screenshots);
		const forced = await make("baguette");
		await failUntilGivenUp(forced, TRIES + 2);
		expect(forced.ladder.rung).toBe(forced.baguette);
		expect(forced.changed).not.toHaveBeenCalled();
	});

	test("counts an attempt that does not begin as a failure", async () => {
		const { ladder, baguette, clock, screenshots } = await make();
		baguette.failure = simulatorError("program-ended", "Device not found");
		for (let time = 0; time < TRIES; time++) {
			const opening = ladder.openSource(target, options);
			opening.catch(() => {});
			clock.advance(5000);
			await expect(opening).rejects.toMatchObject({ message: "Device not found" });
		}
		expect(ladder.rung).toBe(screenshots);
	});

	test("begins at the top again after the simulator was switched on", async () => {
		const made = await make();
		await failUntilGivenUp(made);
		made.ladder.reset();
		expect(made.ladder.rung).toBe(made.baguette);
		expect(made.changed).toHaveBeenCalledTimes(2);
		const before = made.clock.now();
		await made.ladder.openSource(target, options);
		expect(made.clock.now()).toBe(before);
	});

	test("says with all reasons that there is no way", async () => {
		const { ladder } = await make("addon");
		expect(ladder.rung).toBeUndefined();
		await expect(ladder.openSource(target, options)).rejects.toMatchObject({
			code: "no-rung",
			message: expect.stringMatching(/My phone.*addon: it is not for this machine\..*porthole doctor/),
		});
	});

	test("waits for nothing any more once it is closed", async () => {
		const made = await make();
		await made.ladder.openSource(target, options);
		made.ladder.failed(made.baguette, { code: "x", message: "It broke." });
		const opening = made.ladder.openSource(target, options);
		opening.catch(() => {});
		made.ladder.close();
		await settled();
		await expect(opening).rejects.toMatchObject({ code: "no-rung" });
		expect(made.clock.pending).toBe(0);
	});
});
