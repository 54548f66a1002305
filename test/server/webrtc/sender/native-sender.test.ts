import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { AccessUnit } from "../../../../server/devices/provider.ts";
import { RtpStream } from "../../../../server/webrtc/sender/rtp-stream.ts";
import type { SenderOptions, TransportReport } from "../../../../server/webrtc/sender/sender-pool.ts";
import { createSrtcpContext } from "../../../../server/webrtc/sender/srtcp.ts";
import {
	deriveSessionKeys,
	type MasterKeys,
	type SrtpProfile,
} from "../../../../server/webrtc/sender/srtp-keys.ts";
import { nativeBench, type PoolBench, scriptBench } from "../../../support/pool-bench.ts";
import { OPEN_PACE } from "../../../support/sender-lab.ts";
import { writeTransportFeedback } from "../../../support/transport-feedback.ts";

// Both kinds of sender begin to count here, so that their packets can be compared; a wrap is near.
vi.mock("node:crypto", async (original) => ({ ...(await original<object>()), randomInt: () => 0x7ffa }));

// A busy machine takes its time for so many pools.
vi.setConfig({ testTimeout: 60_000 });

/** Sequences of things that happen, for each way of protection. */
const RUNS = 60;

const SSRC = 0x11223344;
const REPEATS = 0x55667788;

type Action =
	| { readonly do: "push"; readonly keyframe: boolean; readonly nals: readonly [number, number][] }
	| { readonly do: "rtcp"; readonly packet: Buffer }
	| { readonly do: "pass"; readonly ms: number }
	| { readonly do: "report" };

const word = (value: number) => (value >>> 0).toString(16).padStart(8, "0");
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

/** RTCP that means something, and some that does not. */
const rtcp = fc.oneof(
	fc.constant(hex(`81ce0002 00000001 ${word(SSRC)}`)),
	fc
		.array(fc.tuple(fc.integer({ min: 0x7ff0, max: 0x8040 }), fc.nat(0xffff)), {
			minLength: 1,
			maxLength: 20,
		})
		.map((entries) =>
			hex(
				`81cd${(2 + entries.length).toString(16).padStart(4, "0")} 00000001 ${word(SSRC)}` +
					entries.map(([first, mask]) => word(first * 0x10000 + mask)).join(""),
			),
		),
	fc
		.tuple(fc.nat(0xff), fc.nat(0xffff_ffff), fc.nat(0xffff))
		.map(([lost, last, delay]) =>
			hex(
				`81c90007 00000001 ${word(SSRC)} ${word(lost * 2 ** 24)} 00000000 00000000 ${word(last)} ${word(delay)}`,
			),
		),
	fc
		.tuple(
			fc.nat(60),
			fc.nat(0xff_ffff),
			fc.array(
				fc.option(
					fc.integer({ min: -4000, max: 4000 }).map((ticks) => ticks / 4),
					{ nil: undefined },
				),
				{
					minLength: 1,
					maxLength: 40,
				},
			),
		)
		.map(([base, reference, arrivals]) => writeTransportFeedback(base, reference, arrivals)),
	fc
		.nat(0xffffff)
		.map((rate) => hex(`8fce0005 00000001 00000000 52454d42 ${word(2 ** 24 + rate)} ${word(SSRC)}`)),
	fc.uint8Array({ minLength: 8, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
	// Of more sources than are told apart.
	fc.nat(40).map((source) => hex(`80c90001 ${word(source)}`)),
	fc
		.tuple(fc.constantFrom(200, 201, 205, 206), fc.nat(31), fc.uint8Array({ minLength: 0, maxLength: 200 }))
		.map(([type, count, bytes]) => {
			const packet = Buffer.alloc(8 + (bytes.length & ~3));
			packet.set([0x80 | count, type, 0, packet.length / 4 - 1]);
			packet.set(bytes.subarray(0, packet.length - 8), 8);
			return packet;
		}),
);

const action: fc.Arbitrary<Action> = fc.oneof(
	fc.record({
		do: fc.constant("push" as const),
		keyframe: fc.boolean(),
		nals: fc.array(fc.tuple(fc.constantFrom(1, 5, 6, 7, 8, 9), fc.integer({ min: 1, max: 4000 })), {
			minLength: 1,
			maxLength: 5,
		}),
	}),
	rtcp.map((packet) => ({ do: "rtcp" as const, packet })),
	fc.integer({ min: 1, max: 60 }).map((ms) => ({ do: "pass" as const, ms })),
	fc.constant({ do: "report" as const }),
);

/** What leaves a sender and what it tells while all that happens to it. */
async function record(bench: PoolBench, profile: SrtpProfile, actions: readonly Action[], terms = fullTerms) {
	const { pool, pass } = bench.open();
	const wire: string[] = [];
	const reports: TransportReport[] = [];
	const local = masterKeys(profile, 1);
	const remote = masterKeys(profile, 3);
	const nothing = () => {};
	const sender = pool.openSender({
		terms,
		keys: { local, remote },
		pace: OPEN_PACE,
		events: {
			keyframeNeeded: nothing,
			heard: nothing,
			followed: nothing,
			feedback: (report) => reports.push(report),
		},
	});
	const farEnd = createSrtcpContext(profile, deriveSessionKeys(remote, "rtcp"));
	const feed = pool.openFeed();
	sender.setPath({
		send(packet, length) {
			wire.push(packet.toString("hex", 0, length));
			return false;
		},
		queuedBytes: () => 0,
	});
	sender.follow(feed);
	let time = 1_000_000.25;
	for (const step of actions) {
		if (step.do === "push") feed.push(accessUnit(step.nals, step.keyframe, time), Math.round(time * 90));
		else if (step.do === "rtcp") sender.receive(farEnd.protect(step.packet));
		else if (step.do === "report") sender.report();
		else time += step.ms;
		await pass(step.do === "pass" ? step.ms : 0);
	}
	const stats = sender.stats();
	await pool.close();
	return { wire, reports, stats };
}

function masterKeys(profile: SrtpProfile, seed: number): MasterKeys {
	const salt = Buffer.alloc(profile === "AEAD_AES_128_GCM" ? 12 : 14, seed + 1);
	return { profile, key: Buffer.alloc(16, seed), salt };
}

function accessUnit(nals: readonly [number, number][], keyframe: boolean, captureTime: number): AccessUnit {
	const data = Buffer.concat(
		nals.flatMap(([type, length]) => [
			Buffer.from([0, 0, 0, 1, 0x60 | type]),
			Buffer.alloc(length, type * 16 + 3),
		]),
	);
	return { data, captureTime, encodedTime: captureTime, keyframe, width: 64, height: 64 };
}

const fullTerms: SenderOptions["terms"] = {
	payloadType: 102,
	ssrc: SSRC,
	retransmission: { payloadType: 103, ssrc: REPEATS },
	extensions: { mid: 1, transportSequence: 2, playoutDelay: 3, captureTime: 4 },
	mid: "0",
	cname: "porthole",
	clockOrigin: 4000,
};

describe.each(["AEAD_AES_128_GCM", "AES128_CM_HMAC_SHA1_80"] as const)(
	"with %s a native sender",
	(profile) => {
		it("sends byte for byte what the script sender does, and tells the same, whatever happens", async () => {
			let packets = 0;
			let reports = 0;
			await fc.assert(
				fc.asyncProperty(
					fc.array(action, { minLength: 1, maxLength: 60, size: "large" }),
					async (actions) => {
						const first = {
							do: "push",
							keyframe: true,
							nals: [
								[7, 10],
								[8, 4],
								[5, 3000],
							],
						} satisfies Action;
						const steps = [first, ...actions];
						const script = await record(scriptBench, profile, steps);
						const native = await record(nativeBench, profile, steps);
						expect(native).toEqual(script);
						packets += native.wire.length;
						reports += native.reports.length;
					},
				),
				{ numRuns: RUNS },
			);
			expect(packets).toBeGreaterThan(20 * RUNS);
			expect(reports).toBeGreaterThan(RUNS / 12);
		});

		it.each([
			["no extensions", { ...fullTerms, extensions: {} }],
			["a media id of two characters alone", { ...fullTerms, extensions: { mid: 14 }, mid: "v1" }],
			["no retransmission", { ...fullTerms, retransmission: undefined }],
		])("does so with %s", async (_name, { retransmission, ...rest }) => {
			const terms = retransmission === undefined ? rest : { ...rest, retransmission };
			const nack = hex(`81cd0003 00000001 ${word(SSRC)} 7ffa00ff`);
			const steps: Action[] = [
				{ do: "push", keyframe: true, nals: [[5, 9000]] },
				{ do: "rtcp", packet: nack },
				{ do: "push", keyframe: false, nals: [[1, 900]] },
			];
			const script = await record(scriptBench, profile, steps, terms);
			expect(script.wire.length).toBeGreaterThan(8);
			expect(await record(nativeBench, profile, steps, terms)).toEqual(script);
		});
	},
);

it("compares senders that count from the same number", () => {
	expect(new RtpStream(96, 1).take()).toBe(0x7ffa);
});
