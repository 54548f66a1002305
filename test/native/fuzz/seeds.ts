import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeMessage } from "../../../server/devices/hxfr/wire/codec.ts";
import type { Message } from "../../../server/devices/hxfr/wire/message.ts";
import { forEachNal, NAL_PPS, NAL_SPS, nalType } from "../../../server/h264/annexb.ts";
import { BitWriter } from "../../../server/h264/parameter-sets.ts";
import {
	writeFrameLoss,
	writeMaximumRate,
	writeNack,
	writeReceiverReport,
	writeSenderReport,
} from "../../../server/webrtc/rtp/rtcp.ts";
import { createSrtcpContext } from "../../../server/webrtc/rtp/srtcp.ts";
import { deriveSessionKeys } from "../../../server/webrtc/rtp/srtp.ts";
import { writeSps } from "../../support/sps-vectors.ts";
import { writeTransportFeedback } from "../../support/transport-feedback.ts";
import { root } from "../macos/toolchain.ts";
import { longestInput, type TargetName } from "./targets.ts";

/** As targets/stage.h has them. */
const SSRC = 0x11223344;
const FIRST_SEQUENCE = 0x7ff0;
const REMOTE_KEY = 3;

/** Writes what the fuzzer begins with: valid inputs of every form, made by the code and the vectors that tests use. */
export function writeSeeds(target: TargetName, folder: string): void {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	for (const seed of seeds[target]()) {
		writeFileSync(join(folder, createHash("sha256").update(seed).digest("hex").slice(0, 16)), seed);
	}
}

const seeds: Readonly<Record<TargetName, () => Uint8Array[]>> = {
	"rtcp-feedback": () =>
		[0, 1, 2, 4].flatMap((flags) => {
			const feedback = [0, 2].flatMap((step) =>
				feedbackPackets().map((packet) => Buffer.concat([Buffer.from([step]), word(packet.length), packet])),
			);
			const between = [
				Buffer.from([4, 30]),
				Buffer.from([5, 0x10, 0]),
				Buffer.from([5, 0x90, 0]),
				Buffer.from([6, 40]),
			];
			const whole = feedback.flatMap((step, i) => [step, between[i % between.length] ?? Buffer.alloc(0)]);
			return [...feedback, ...between, Buffer.concat(whole)].map((steps) =>
				Buffer.concat([Buffer.from([flags]), steps]),
			);
		}),
	"srtcp-datagram": () =>
		(["AEAD_AES_128_GCM", "AES128_CM_HMAC_SHA1_80"] as const).flatMap((profile, index) => {
			const salt = Buffer.alloc(index === 0 ? 12 : 14, REMOTE_KEY + 1);
			const keys = deriveSessionKeys({ profile, key: Buffer.alloc(16, REMOTE_KEY), salt }, "rtcp");
			const context = createSrtcpContext(profile, keys);
			const datagrams = [
				...feedbackPackets().map((packet) => context.protect(packet)),
				Buffer.from([22, 254, 253]),
			];
			const input = datagrams.map((packet) => Buffer.concat([word((index << 15) | packet.length), packet]));
			return [...input, Buffer.concat(input)];
		}),
	sps: () => [
		...parameterSets().filter((nal) => nalType(nal) === NAL_SPS),
		...([66, 77, 100] as const).flatMap((profile) =>
			(["none", "empty", "full", "reorders"] as const).flatMap((usability) =>
				([0, 1, 2] as const).map((orderType) =>
					writeSps({
						profile,
						usability,
						orderType,
						referenceFrames: orderType + 1,
						scaling: usability === "full",
						crop: usability !== "none",
					}),
				),
			),
		),
		withRates(),
	],
	"access-unit": () => {
		const slice = (type: number, size: number) =>
			Buffer.concat([Buffer.from([0, 0, 1, type]), Buffer.alloc(size, 0xa5)]);
		const sets = parameterSets().map((nal) => Buffer.concat([Buffer.from([0, 0, 0, 1]), nal]));
		return [
			...clipUnits().slice(0, 20),
			Buffer.concat([slice(9, 1), ...sets, slice(6, 30), slice(0x65, 2600)]),
			Buffer.concat([slice(0x41, 1100), slice(0x41, 1139), slice(12, 40), Buffer.alloc(5)]),
			Buffer.concat([...sets, ...sets, slice(0x67, 700), slice(0x68, 700), slice(0x61, 5)]),
		];
	},
	"hxfr-answer": () => {
		const pieces = [...parameterSets(), Buffer.from([0x65, 1, 2, 3])].map((nal) =>
			Buffer.concat([Buffer.from([0, 0, 0, 1]), nal]),
		);
		const answer = (more: Partial<Message & { type: "frame-response" }>) =>
			message({ session: 0, type: "frame-response", pts: 1n, dts: 1n, keyframe: true, pieces: [], ...more });
		return [
			answer({}),
			answer({ pieces }),
			answer({ pieces: [Buffer.concat(pieces)] }),
			Buffer.concat([message({ session: 0, type: "pong" }), answer({ pts: 7n, pieces }), answer({ pieces })]),
			message({ session: 0, type: "error", code: 2, message: "no encoder" }),
		];
	},
};

const message = (of: Message): Buffer => Buffer.concat(encodeMessage(of));

function word(value: number): Buffer {
	const bytes = Buffer.alloc(2);
	bytes.writeUInt16BE(value);
	return bytes;
}

/** One of each kind, of the stream that the sender sends, and all in one. */
function feedbackPackets(): Buffer[] {
	const intraRequest = Buffer.from([0x84, 206, 0, 4, ...Buffer.alloc(16)]);
	intraRequest.writeUInt32BE(SSRC, 12);
	const report = {
		...{ ssrc: SSRC, fraction: 12, lost: 3, highest: FIRST_SEQUENCE + 5, jitter: 40 },
		...{ lastReport: 0x12345678, sinceReport: 6553 },
	};
	const packets = [
		writeReceiverReport(1),
		writeReceiverReport(1, report),
		writeSenderReport({ ssrc: 1, cname: "viewer", clockOrigin: 0, packets: 7, payloadBytes: 700 }, 1_000_000),
		writeNack(1, SSRC, [FIRST_SEQUENCE, FIRST_SEQUENCE + 1, FIRST_SEQUENCE + 17, FIRST_SEQUENCE + 60]),
		writeFrameLoss(1, SSRC),
		intraRequest,
		writeMaximumRate(1, SSRC, 2_500_000),
		writeTransportFeedback(0, 9, [1, undefined, 2.25, 90, 80]),
		writeTransportFeedback(2, 10, [...Array(30).fill(undefined), ...Array.from({ length: 20 }, (_, i) => i)]),
	];
	return [...packets, Buffer.concat(packets)];
}

const clip = () => readFileSync(join(root, "test/fixtures/h264/pattern-320x240.h264"));

function nalsOf(data: Uint8Array): Uint8Array[] {
	const nals: Uint8Array[] = [];
	forEachNal(data, (nal) => nals.push(nal));
	return nals;
}

/** The first of each kind in the clip. */
function parameterSets(): Uint8Array[] {
	const nals = nalsOf(clip());
	return [NAL_SPS, NAL_PPS].flatMap((type) => nals.find((nal) => nalType(nal) === type) ?? []);
}

/** NAL units of the clip that are short enough, each as an access unit. */
function clipUnits(): Buffer[] {
	return nalsOf(clip())
		.filter((nal) => nal.length + 4 <= longestInput["access-unit"])
		.map((nal) => Buffer.concat([Buffer.from([0, 0, 0, 1]), nal]));
}

/** Baseline with two hypothetical decoders (H.264, E.1.2), which the other vectors lack. */
function withRates(): Uint8Array {
	const out = new BitWriter();
	for (const byte of [0x67, 66, 0, 40]) out.fixed(byte, 8);
	for (const value of [0, 0, 2, 1]) out.unsigned(value);
	out.flag(false);
	for (const value of [19, 14]) out.unsigned(value);
	for (const flag of [true, true, false, true, false, false, false, false, false]) out.flag(flag);
	for (let decoder = 0; decoder < 2; decoder++) {
		out.flag(true);
		out.unsigned(1);
		out.fixed(0x11, 8);
		for (let rate = 0; rate < 2; rate++) {
			for (const value of [1000, 2000]) out.unsigned(value);
			out.flag(false);
		}
		out.fixed(0x739cf, 20);
	}
	for (const flag of [false, false, false]) out.flag(flag);
	return out.finish();
}
