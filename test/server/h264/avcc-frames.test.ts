import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AvccFrames } from "../../../server/h264/avcc-frames.ts";
import { avccClip, avccRecordOf } from "../../support/avcc-clip.ts";
import { decode } from "../../support/decoded-frame.ts";

const { description, frames } = avccClip();
const clip = Buffer.concat([description, ...frames.slice(0, 12)]);

describe("pictures out of AVCC records", () => {
	test("decode, with parameter sets before the keyframe, however the bytes are cut", () => {
		const whole = new AvccFrames().push(clip);
		expect(whole).toHaveLength(12);
		expect(whole[0]).toMatchObject({ keyframe: true, width: 320, height: 240 });
		expect(decode(whole.map(({ data }) => data))).toHaveLength(12);
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 20 }), (cuts) => {
				const cut = new AvccFrames();
				const units = [];
				for (let at = 0, turn = 0; at < clip.length; turn++) {
					const size = cuts[turn % cuts.length] ?? 1;
					units.push(...cut.push(clip.subarray(at, at + size)));
					at += size;
				}
				expect(units.length).toBe(whole.length);
				expect(units.every(({ data }, index) => Buffer.compare(data, whole[index]?.data ?? data) === 0)).toBe(
					true,
				);
			}),
			{ numRuns: 20 },
		);
	});

	test("begin with the first keyframe; a seed and unknown records are none", () => {
		const stream = new AvccFrames();
		expect(stream.push(frames[1] ?? Buffer.alloc(0))).toEqual([]);
		expect(stream.push(avccRecordOf(4, Buffer.from("jpeg")))).toEqual([]);
		expect(stream.push(avccRecordOf(9, Buffer.from("later")))).toEqual([]);
		expect(stream.push(clip)).toHaveLength(12);
	});

	test("fail with a code when what comes is no such stream", () => {
		expect(() => new AvccFrames().push(Buffer.from("HTTP/1.1 200 OK\r\n"))).toThrow(
			expect.objectContaining({ code: "bad-record" }),
		);
	});
});
