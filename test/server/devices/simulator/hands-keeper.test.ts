import { describe, expect, test, vi } from "vitest";
import { simulatorError } from "../../../../server/devices/simulator/errors.ts";
import { HandsKeeper } from "../../../../server/devices/simulator/hands-keeper.ts";
import { FakeClock } from "../../../fakes/fake-clock.ts";
import { FakeRung } from "../../../fakes/fake-rung.ts";

function make() {
	const rungs = [new FakeRung("baguette"), new FakeRung("screenshots")] as const;
	const used: { rung: FakeRung } = { rung: rungs[0] };
	const clock = new FakeClock();
	const changed = vi.fn();
	const target = { udid: "U", name: "My phone", points: () => ({ width: 1, height: 1 }) };
	const keeper = new HandsKeeper({ clock, target, rung: () => used.rung, changed, random: () => 1 });
	return { rungs, used, clock, changed, keeper };
}

describe("the way in", () => {
	test("is opened once, and is another when another way is in use", () => {
		const { keeper, rungs, used } = make();
		expect(keeper.hands()).toBe(keeper.hands());
		expect(rungs[0].hands).toHaveLength(1);
		used.rung = rungs[1];
		expect(keeper.hands()).toBe(rungs[1].hands[0]?.hands);
		expect(rungs[0].hands[0]?.hands.closed).toBe(true);
	});

	test("is opened again after growing waits when it is lost", () => {
		const { keeper, rungs, clock, changed } = make();
		for (const wait of [250, 500, 1000]) {
			keeper.hands();
			rungs[0].hands.at(-1)?.events.lost({ code: "x", message: `lost before ${wait}` });
			expect(keeper.failure).toBe(`lost before ${wait}`);
			clock.advance(wait - 1);
			expect(() => keeper.hands()).toThrow(
				expect.objectContaining({ code: "input-refused", message: `lost before ${wait}` }),
			);
			clock.advance(1);
		}
		expect(changed).toHaveBeenCalledTimes(3);
	});

	test("says why it cannot be opened, and hears nothing of what it closed itself", async () => {
		const { keeper, rungs, changed } = make();
		rungs[0].failure = simulatorError("no-input", "It takes none.");
		expect(() => keeper.hands()).toThrow(expect.objectContaining({ code: "no-input" }));
		rungs[0].failure = undefined;
		keeper.hands();
		keeper.reset();
		rungs[0].hands[0]?.events.lost({ code: "x", message: "late" });
		rungs[0].hands[0]?.events.refused("late");
		expect(keeper.failure).toBeUndefined();
		expect(changed).not.toHaveBeenCalled();
		await keeper.close();
	});
});
