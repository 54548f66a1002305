import { beforeEach, describe, expect, it } from "vitest";
import type { Rendition } from "../../../server/devices/provider.ts";
import { KEYFRAME_BURST, KEYFRAME_INTERVAL, KeyframeGate } from "../../../server/streams/keyframes.ts";
import { FakeClock } from "../../fakes/fake-clock.ts";

describe("the keyframe gate", () => {
	let clock: FakeClock;
	let asked: number[];
	let askedFor: Rendition[];
	let gate: KeyframeGate;
	const source = {
		requestKeyframe(rendition: Rendition = "main") {
			asked.push(clock.now() - 10_000);
			askedFor.push(rendition);
		},
	};

	beforeEach(() => {
		clock = new FakeClock(10_000);
		asked = [];
		askedFor = [];
		gate = new KeyframeGate(clock);
		gate.setSource(source);
	});

	it("lets the first request through at once", () => {
		gate.request("main");
		expect(asked).toEqual([0]);
	});

	it("serves what comes too early at the end of the interval, all together", () => {
		for (const _ of [1, 2, 3]) gate.request("main");
		clock.advance(100);
		gate.request("main");
		clock.advance(10_000);
		expect(asked).toEqual([0, KEYFRAME_INTERVAL]);
	});

	it("asks at most once an interval whatever comes", () => {
		for (let i = 0; i < 1000; i++) {
			gate.request("main");
			clock.advance(7);
		}
		for (const [i, at] of asked.entries()) {
			if (i > 0) expect(at - (asked[i - 1] ?? 0)).toBeGreaterThanOrEqual(KEYFRAME_INTERVAL);
		}
		expect(asked.length).toBeGreaterThan(KEYFRAME_BURST);
	});

	it("asks once a second when requests go on, and as before after a rest", () => {
		const during = (ms: number) => {
			const before = asked.length;
			for (let passed = 0; passed < ms; passed += 50) {
				gate.request("main");
				clock.advance(50);
			}
			return asked.length - before;
		};
		expect(during(2_000)).toBeGreaterThanOrEqual(8);
		during(8_000);
		expect(during(20_000)).toBeLessThanOrEqual(21);
		expect(during(20_000)).toBeGreaterThanOrEqual(19);
		gate.sent("main");
		clock.advance(20_000);
		expect(during(2_000)).toBeGreaterThanOrEqual(8);
	});

	it("drops a waiting request when a keyframe comes by", () => {
		gate.request("main");
		gate.request("main");
		gate.sent("main");
		clock.advance(10_000);
		expect(asked).toEqual([0]);
	});

	it("keeps the renditions apart", () => {
		gate.request("main");
		gate.request("small");
		gate.request("small");
		gate.sent("main");
		clock.advance(10_000);
		expect(askedFor).toEqual(["main", "small", "small"]);
	});

	it("leaves those who come before the source to the keyframe that it begins with", () => {
		gate.setSource(undefined);
		gate.request("main");
		expect(asked).toEqual([]);
		gate.setSource(source);
		gate.sent("main");
		clock.advance(10_000);
		expect(asked).toEqual([]);
	});

	it("serves those who come after the source's first keyframe and before it is known here", () => {
		gate.setSource(undefined);
		gate.sent("main");
		gate.request("main");
		gate.setSource(source);
		expect(asked).toEqual([0]);
	});

	it("asks no source that has ended, and the next one not before its first keyframe", () => {
		gate.request("main");
		gate.request("main");
		gate.setSource(undefined);
		clock.advance(10_000);
		gate.setSource(source);
		clock.advance(10_000);
		expect(asked).toEqual([0]);
		expect(clock.pending).toBe(0);
	});

	it("is silent once closed and leaves no timer", () => {
		gate.request("main");
		gate.request("main");
		gate.close();
		gate.request("main");
		expect(clock.pending).toBe(0);
		expect(asked).toEqual([0]);
	});
});
