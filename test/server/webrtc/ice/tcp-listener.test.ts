import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameReader, frameOf, MAX_FRAME } from "../../../../server/webrtc/ice/tcp-listener.ts";

describe("frames on TCP (RFC 4571)", () => {
	it("come out as they went in, however the stream is cut", () => {
		const packet = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes));
		fc.assert(
			fc.property(
				fc.array(packet, { maxLength: 8 }),
				fc.array(fc.integer({ min: 1, max: 50 })),
				(packets, cuts) => {
					const stream = Buffer.concat(packets.map((each) => frameOf(each)));
					const reader = new FrameReader();
					const read: Buffer[] = [];
					let at = 0;
					for (const cut of [...cuts, stream.length]) {
						expect(reader.read(stream.subarray(at, at + cut), (frame) => read.push(frame))).toBe(true);
						at += cut;
					}
					expect(read).toEqual(packets);
				},
			),
		);
	});

	it("takes the longest frame and refuses a longer one", () => {
		const sizes: number[] = [];
		const longest = Buffer.alloc(MAX_FRAME, 1);
		expect(new FrameReader().read(frameOf(longest), ({ length }) => sizes.push(length))).toBe(true);
		expect(sizes).toEqual([MAX_FRAME]);
		expect(new FrameReader().read(Buffer.from([0xff, 0xff, 1]), () => {})).toBe(false);
	});

	it("may be empty", () => {
		const sizes: number[] = [];
		expect(
			new FrameReader().read(Buffer.from([0, 0, 0, 0, 0, 1, 9]), ({ length }) => sizes.push(length)),
		).toBe(true);
		expect(sizes).toEqual([0, 0, 1]);
	});
});
