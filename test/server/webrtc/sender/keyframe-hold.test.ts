import { describe, expect, it } from "vitest";
import { FIRST_HOLD, KeyframeHold, LONGEST_HOLD } from "../../../../server/webrtc/sender/keyframe-hold.ts";

describe("the hold on keyframe requests of one viewer", () => {
	it("lets a viewer ask at once, and again until it is served", () => {
		const hold = new KeyframeHold();
		expect([hold.mayAsk(0), hold.mayAsk(1)]).toEqual([true, true]);
		hold.served(2);
		expect(hold.mayAsk(2)).toBe(true);
	});

	it("makes who needs another again and again wait twice as long each time, up to a limit", () => {
		const hold = new KeyframeHold();
		const waits: number[] = [];
		let now = 0;
		for (let i = 0; i < 9; i++) {
			const from = now;
			while (!hold.mayAsk(now)) now++;
			waits.push(now - from);
			hold.served(now);
		}
		expect(waits).toEqual([0, 0, FIRST_HOLD, 500, 1000, 2000, LONGEST_HOLD, LONGEST_HOLD, LONGEST_HOLD]);
	});

	it("forgets after a calm time, and does not count keyframes that others asked for", () => {
		const hold = new KeyframeHold();
		for (const now of [0, 10, 300]) {
			hold.mayAsk(now);
			hold.served(now);
		}
		for (let now = 1000; now < 9000; now += 250) hold.served(now);
		expect(hold.mayAsk(9000)).toBe(true);
		hold.served(9000);
		expect(hold.mayAsk(9000)).toBe(true);
	});
});
