import { describe, expect, test } from "vitest";
import { GesturePlayer } from "../../../../../server/devices/simulator/input/gesture-player.ts";
import {
	type SystemGesture,
	systemGestures,
} from "../../../../../server/devices/simulator/input/system-gestures.ts";
import { FakeClock } from "../../../../fakes/fake-clock.ts";
import { type HandsCall, RecordingHands } from "../../../../fakes/recording-hands.ts";

function play(id: string) {
	const hands = new RecordingHands();
	const clock = new FakeClock();
	const player = new GesturePlayer(hands, clock);
	const times: number[] = [];
	const since = clock.now();
	const { touch } = hands;
	hands.touch = (...args) => {
		times.push(clock.now() - since);
		touch.apply(hands, args);
	};
	player.play(systemGestures.get(id) as SystemGesture);
	return { hands, clock, player, times };
}

describe("a system gesture", () => {
	test.each([
		["swipe-to-home", "bottom", 12, 16, 0, [0.5, 1], [0.5, 0.3]],
		["swipe-to-app-switcher", "bottom", 30, 35, 900, [0.5, 1], [0.5, 0.58]],
		["pull-down-to-lock-screen", "top", 24, 25, 0, [0.25, 0], [0.25, 0.55]],
		["pull-down-to-notification-center", "top", 24, 25, 0, [0.75, 0], [0.75, 0.55]],
	] as const)(
		"%s goes over the %s edge in %i steps of %i ms and rests %i ms",
		(id, edge, steps, time, hold, from, to) => {
			const { hands, clock, player, times } = play(id);
			clock.advance(10_000);
			const calls = hands.calls as Extract<HandsCall, ["down" | "move" | "up", ...unknown[]]>[];
			expect(calls.map(([phase]) => phase)).toEqual(["down", ...Array(steps).fill("move"), "up"]);
			expect(calls.every((call) => call[2] === edge)).toBe(true);
			expect(calls[0]?.[1]).toEqual([{ x: from[0], y: from[1] }]);
			for (const index of [-2, -1])
				expect(calls.at(index)?.[1]).toEqual([{ x: expect.closeTo(to[0]), y: expect.closeTo(to[1]) }]);
			expect(times.slice(0, 3)).toEqual([0, time, 2 * time]);
			expect(times.at(-1)).toBe(steps * time + hold);
			expect(player.playing).toBe(false);
		},
	);

	test("is lifted where it is when it is stopped, and does not begin while another runs", () => {
		const { hands, clock, player } = play("swipe-to-home");
		clock.advance(16 * 6);
		player.play(systemGestures.get("pull-down-to-lock-screen") as SystemGesture);
		player.stop();
		player.stop();
		expect(hands.calls.at(-1)).toEqual(["up", [{ x: 0.5, y: expect.closeTo(0.65) }], "bottom"]);
		clock.advance(10_000);
		expect(hands.calls).toHaveLength(8);
	});
});
