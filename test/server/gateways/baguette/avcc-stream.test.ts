import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { AccessUnit } from "../../../../server/devices/provider.ts";
import { AvccStream } from "../../../../server/gateways/baguette/avcc-stream.ts";
import { forEachNal, nalType } from "../../../../server/h264/annexb.ts";
import { avccUnits, readAvcConfiguration, readAvccEnvelope, toAnnexB } from "../../../../server/h264/avcc.ts";

const SPS = Buffer.from("6742c01f8d8d4028", "hex");
const OTHER_SPS = Buffer.from("6742c0208d8d4028", "hex");
const PPS = Buffer.from("68ce3c80", "hex");
const IDR = Buffer.from("65888421", "hex");
const DELTA = Buffer.from("419a0203", "hex");
const AUD = Buffer.from("09f0", "hex");
const SEI = Buffer.from("0605ff80", "hex");

const unit = (...nals: Uint8Array[]): AccessUnit => ({
	data: toAnnexB(nals),
	keyframe: nals.some((nal) => nalType(nal) === 5),
	captureTime: 0,
	encodedTime: 0,
	width: 16,
	height: 16,
});
const hex = (envelopes: readonly Uint8Array[]) =>
	envelopes.map((bytes) => Buffer.from(bytes).toString("hex"));
const CONFIGURATION = "010142c01fffe100086742c01f8d8d402801000468ce3c80";

describe("AVCC of a device", () => {
	it("begins with the decoder's configuration and the first keyframe", () => {
		const stream = new AvccStream();
		expect(hex(stream.take(unit(DELTA)))).toEqual([]);
		expect(hex(stream.take(unit(SPS, PPS, IDR)))).toEqual([CONFIGURATION, "020000000465888421"]);
		expect(hex(stream.take(unit(DELTA)))).toEqual(["0300000004419a0203"]);
	});

	it("tells the configuration again when it is another, and not before", () => {
		const stream = new AvccStream();
		stream.take(unit(SPS, PPS, IDR));
		expect(hex(stream.take(unit(SPS, PPS, IDR)))).toEqual(["020000000465888421"]);
		const [configuration] = stream.take(unit(OTHER_SPS, PPS, IDR));
		expect(hex([configuration ?? Buffer.of()])[0]).toMatch(/^010142c020/);
		expect(stream.take(unit(OTHER_SPS, PPS, IDR))).toHaveLength(1);
		stream.restart();
		expect(stream.take(unit(DELTA))).toEqual([]);
		expect(stream.take(unit(OTHER_SPS, PPS, IDR))).toHaveLength(2);
	});

	it("has all slices of a picture and what is told about it, but no delimiters", () => {
		const stream = new AvccStream();
		stream.take(unit(SPS, PPS, IDR));
		expect(hex(stream.take(unit(AUD, SEI, DELTA, DELTA)))).toEqual([
			"03000000040605ff8000000004419a020300000004419a0203",
		]);
	});

	it("keeps what an encoder wrote, over a whole stream", () => {
		const data = readFileSync("test/fixtures/h264/pattern-320x240.h264");
		const nals: Uint8Array[] = [];
		forEachNal(data, (nal) => void nals.push(nal));
		const pictures = nals.filter((nal) => [1, 5].includes(nalType(nal)));
		const sets = nals.filter((nal) => [7, 8].includes(nalType(nal))).slice(0, 2);
		const stream = new AvccStream();
		const envelopes = pictures
			.flatMap((nal) => stream.take(nalType(nal) === 5 ? unit(...sets, nal) : unit(nal)))
			.map((bytes) => readAvccEnvelope(bytes));
		expect(readAvcConfiguration(envelopes[0]?.payload ?? Buffer.of())).toEqual({
			sps: [expect.objectContaining({ length: sets[0]?.length })],
			pps: [expect.objectContaining({ length: sets[1]?.length })],
			lengthBytes: 4,
		});
		const back = envelopes.slice(1).flatMap((envelope) => avccUnits(envelope?.payload ?? Buffer.of()) ?? []);
		expect(Buffer.concat(back)).toEqual(Buffer.concat(pictures));
	});
});
