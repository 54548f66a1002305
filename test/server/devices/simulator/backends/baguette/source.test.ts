import { describe, expect, test, vi } from "vitest";
import type { AccessUnit } from "../../../../../../server/devices/provider.ts";
import { BaguetteProgram } from "../../../../../../server/devices/simulator/backends/baguette/program.ts";
import { BaguetteSource } from "../../../../../../server/devices/simulator/backends/baguette/source.ts";
import { FakeClock } from "../../../../../fakes/fake-clock.ts";
import { FakeTools } from "../../../../../fakes/fake-tools.ts";
import { avccClip } from "../../../../../support/avcc-clip.ts";

const UDID = "0B5C3E5A-17A0-4A3F-9B63-2F4D1C0E9A77";
const rate = { bitrate: 4_000_000, frameRate: 60 };
const { description, frames } = avccClip();
const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = frames;

function make() {
	const tools = new FakeTools();
	const clock = new FakeClock();
	const units: AccessUnit[] = [];
	const ended = vi.fn();
	const opening = BaguetteSource.open({
		program: new BaguetteProgram(tools, "/opt/baguette"),
		words: "H.264 as baguette gives it",
		udid: UDID,
		clock,
		options: { ...rate, sink: { accessUnit: (unit) => void units.push(unit), ended } },
	});
	opening.catch(() => {});
	return { program: tools.last, clock, units, ended, opening };
}

async function open() {
	const made = make();
	made.program.says(Buffer.concat([description, first]));
	return { ...made, source: await made.opening };
}

describe("pictures by way of baguette", () => {
	test("come of one program, from the first keyframe on, with the time of their arrival", async () => {
		const { program, units, clock, source } = await open();
		expect(program.command).toEqual([
			...["/opt/baguette", "stream", "--udid", UDID, "--format", "avcc"],
			...["--fps", "60", "--bitrate", "4000000", "--scale", "1"],
		]);
		clock.advance(16);
		program.says(second);
		expect(units.map(({ keyframe, width, captureTime }) => [keyframe, width, captureTime])).toEqual([
			[true, 320, clock.now() - 16],
			[false, 320, clock.now()],
		]);
		expect(source).toMatchObject({ canScale: false, encoder: "H.264 as baguette gives it" });
	});

	test("are steered by lines, of which none says what is so already", async () => {
		const { program, source } = await open();
		source.requestKeyframe();
		source.setRate(rate);
		source.setRate({ bitrate: 2_000_000.4, frameRate: 60 });
		source.setRate({ bitrate: 2_000_000, frameRate: 30 });
		expect(program.lines).toEqual([
			'{"cmd":"force_idr"}',
			'{"cmd":"set_bitrate","bps":2000000}',
			'{"cmd":"set_fps","fps":30}',
		]);
	});

	test("stop while nobody takes them, and begin with a keyframe again", async () => {
		const { program, source, units, clock, ended } = await open();
		source.setRate(undefined);
		program.says(second);
		clock.advance(60_000);
		expect(units).toHaveLength(1);
		source.setRate(rate);
		program.says(first);
		expect(program.lines).toEqual(['{"cmd":"force_idr"}']);
		expect(units).toHaveLength(2);
		expect(ended).not.toHaveBeenCalled();
	});

	test("do not begin when the program ends first, says nonsense, or nothing", async () => {
		const gone = make();
		gone.program.dies("ended with exit code 1: Device not found");
		await expect(gone.opening).rejects.toMatchObject({
			code: "program-ended",
			message: "baguette, which sends the video, ended with exit code 1: Device not found",
		});
		const silent = make();
		silent.clock.advance(15_000);
		await expect(silent.opening).rejects.toMatchObject({ code: "program-silent" });
		expect(silent.program.ended).toBe(true);
		const wrong = make();
		wrong.program.says("HTTP/1.1 200 OK\r\n");
		await expect(wrong.opening).rejects.toMatchObject({ code: "bad-record" });
		expect(wrong.program.ended).toBe(true);
	});

	test("end with the reason when the program dies or hangs later, once", async () => {
		const dying = await open();
		dying.program.dies("was ended by SIGKILL");
		expect(dying.ended.mock.calls).toEqual([
			[{ code: "program-ended", message: "baguette, which sends the video, was ended by SIGKILL" }],
		]);
		const hanging = await open();
		hanging.clock.advance(10_000);
		expect(hanging.ended.mock.calls[0]?.[0]).toMatchObject({ code: "program-silent" });
		expect(hanging.program.ended).toBe(true);
		hanging.clock.advance(60_000);
		expect(hanging.ended).toHaveBeenCalledTimes(1);
	});

	test("end quietly when they are closed, and the program with them", async () => {
		const { program, source, ended, units, clock } = await open();
		await source.close();
		await source.close();
		source.requestKeyframe();
		expect(program.ended).toBe(true);
		expect(program.lines).toEqual([]);
		clock.advance(60_000);
		expect(ended).not.toHaveBeenCalled();
		expect(units).toHaveLength(1);
	});
});
