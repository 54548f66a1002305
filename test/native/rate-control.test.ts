import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import type { EncoderName } from "../../server/native/addon.ts";
import { loadAddon } from "../../server/native/load.ts";
import { type DecodedFrame, decode } from "../support/decoded-frame.ts";
import { filmFrame, textPage } from "../support/drawn-content.ts";
import { closeSources, startPixelSource } from "../support/native-sources.ts";

const FRAME_RATE = 60;
/** Encoder::kBufferedFrames */
const BUFFERED_FRAMES = 6;
/** What openh264's own rate control made of a keyframe of text, however large that became. */
const READABLE_DB = 32;

afterEach(closeSources);

const available = loadAddon()
	.encoders()
	.filter((encoder) => encoder.available)
	.map((encoder) => encoder.name);

/** Peak signal-to-noise ratio of the luma of a grey BGRA frame, dB. */
function quality(frame: DecodedFrame, drawn: Uint8Array): number {
	let squares = 0;
	for (let index = 0; index < frame.y.length; index++) {
		squares += ((frame.y[index] ?? 0) - 16 - ((drawn[index * 4] ?? 0) * 219) / 255) ** 2;
	}
	return 10 * Math.log10(255 ** 2 / (squares / frame.y.length));
}

describe.each(available)("%s", (name: EncoderName) => {
	describe("a page of small text at 720p", () => {
		const [width, height, bitrate] = [1280, 720, 4_000_000];
		const budget = ((bitrate / FRAME_RATE) * BUFFERED_FRAMES) / 8;

		test("gives keyframes that fit the buffer and is sharp after one and a half seconds of bitrate", async () => {
			const { encoder, log, units } = startPixelSource({ encoder: name, width, height, bitrate });
			const page = textPage(width, height);
			encoder.encode(page, width * 4, [], Date.now());
			await log.quiet();
			const frames = decode(log.bytes);
			const sharp = frames.findIndex((frame) => quality(frame, page) >= READABLE_DB);
			expect(sharp).toBeGreaterThan(0);
			const bytes = units.slice(0, sharp + 1).reduce((sum, unit) => sum + unit.data.length, 0);
			expect(bytes * 8).toBeLessThan(bitrate * 1.5);
			const before = units.length;
			encoder.requestKeyframe("main");
			await log.until(before + 1);
			await log.quiet();
			const keyframes = units.filter((unit) => unit.keyframe);
			expect(keyframes).toHaveLength(2);
			for (const keyframe of keyframes) expect(keyframe.data.length).toBeLessThan(budget * 1.3);
		});

		test("may give way to another", async () => {
			const { encoder, log, units } = startPixelSource({ encoder: name, width, height, bitrate });
			for (const seed of [1, 2, 3]) {
				const before = units.length;
				encoder.encode(textPage(width, height, seed), width * 4, [], Date.now());
				await log.until(before + 1);
				await log.quiet();
			}
			expect(units.filter((unit) => unit.keyframe)).toHaveLength(1);
			for (const unit of units) expect(unit.data.length).toBeLessThan(budget * 1.3);
		});
	});

	test("keeps a film within a tenth of the bitrate, and of another one at once", async () => {
		const [width, height] = [640, 360];
		const answers: number[] = [];
		// Frame by frame: rate control counts frames, so that the machine's pace changes nothing.
		const encoder = new (loadAddon().PixelEncoder)({
			...{ width, height, encoder: name, bitrate: 2_000_000, frameRate: FRAME_RATE },
			onFrame: ({ data }) => answers.push(data.length),
			onEnd: ({ message }) => expect.fail(message),
		});
		onTestFinished(() => encoder.close());
		const bitrateOf = async (count: number) => {
			const first = answers.length;
			for (let number = first; number < first + count; number++) {
				encoder.encode(filmFrame(width, height, number), {
					format: "bgra",
					stride: width * 4,
					keyframe: false,
				});
				await expect.poll(() => answers.length, { timeout: 10_000, interval: 1 }).toBe(number + 1);
			}
			const bytes = answers.slice(first).reduce((sum, size) => sum + size, 0);
			return (bytes * 8 * FRAME_RATE) / count;
		};
		await bitrateOf(20);
		for (const bitrate of [2_000_000, 800_000, 2_400_000]) {
			encoder.setRate({ bitrate, frameRate: FRAME_RATE });
			await bitrateOf(20);
			const actual = await bitrateOf(60);
			expect(actual).toBeGreaterThan(bitrate * 0.9);
			expect(actual).toBeLessThan(bitrate * 1.1);
		}
	});
});
