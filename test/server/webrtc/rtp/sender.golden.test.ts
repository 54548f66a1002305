import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { AccessUnit } from "../../../../server/devices/provider.ts";
import type { SenderOptions, TransportReport } from "../../../../server/webrtc/rtp/sender.ts";
import { createSrtcpContext } from "../../../../server/webrtc/rtp/srtcp.ts";
import { deriveSessionKeys, type MasterKeys, type SrtpProfile } from "../../../../server/webrtc/rtp/srtp.ts";
import { seededRandom } from "../../../support/path-simulation/random.ts";
import { PoolClock } from "../../../support/pool-clock.ts";
import { OPEN_PACE } from "../../../support/sender-lab.ts";
import { writeTransportFeedback } from "../../../support/transport-feedback.ts";

/** Sequences of things that happen, for each way of protection. */
const RUNS = 40;
const MAX_STEPS = 40;

const SSRC = 0x11223344;
const RTX_SSRC = 0x55667788;

type Step =
	| { readonly do: "push"; readonly keyframe: boolean; readonly nals: readonly (readonly [number, number])[] }
	| { readonly do: "rtcp"; readonly packet: Buffer }
	| { readonly do: "pass"; readonly ms: number }
	| { readonly do: "report" };

const word = (value: number) => (value >>> 0).toString(16).padStart(8, "0");
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

/** Steps that a seed decides: frames of all shapes, feedback that means something, and feedback that does not. */
class StepMaker {
	readonly #random: () => number;

	constructor(seed: number) {
		this.#random = seededRandom(seed);
	}

	steps(): Step[] {
		const nals = [
			[7, 10],
			[8, 4],
			[5, 3000],
		] as const;
		const count = this.#whole(1, MAX_STEPS);
		return [{ do: "push", keyframe: true, nals }, ...Array.from({ length: count }, () => this.#step())];
	}

	#step(): Step {
		switch (this.#whole(0, 3)) {
			case 0:
				return {
					do: "push",
					keyframe: this.#random() < 0.5,
					nals: this.#list(1, 5, () => [this.#one([1, 5, 6, 7, 8, 9]), this.#whole(1, 4000)] as const),
				};
			case 1:
				return { do: "pass", ms: this.#whole(1, 60) };
			case 2:
				return this.#random() < 0.2 ? { do: "report" } : { do: "rtcp", packet: this.#feedback() };
			default:
				return { do: "rtcp", packet: this.#feedback() };
		}
	}

	#feedback(): Buffer {
		switch (this.#whole(0, 8)) {
			case 0:
				return hex(`81ce0002 00000001 ${word(SSRC)}`);
			case 1:
			case 2: {
				const entries = this.#list(1, 20, () =>
					word(this.#whole(0x7ff0, 0x8040) * 0x10000 + this.#whole(0, 0xffff)),
				);
				const length = (2 + entries.length).toString(16).padStart(4, "0");
				return hex(`81cd${length} 00000001 ${word(SSRC)} ${entries.join("")}`);
			}
			case 3: {
				const [lost, last, delay] = [
					this.#whole(0, 255),
					this.#whole(0, 0xffff_ffff),
					this.#whole(0, 0xffff),
				];
				const rest = `${word(lost * 2 ** 24)} 00000000 00000000 ${word(last)} ${word(delay)}`;
				return hex(`81c90007 00000001 ${word(SSRC)} ${rest}`);
			}
			case 4:
			case 5: {
				const arrivals = this.#list(1, 20, () =>
					this.#random() < 0.2 ? undefined : this.#whole(-4000, 4000) / 4,
				);
				return writeTransportFeedback(this.#whole(0, 12), this.#whole(0, 0xff_ffff), arrivals);
			}
			case 6:
				return hex(
					`8fce0005 00000001 00000000 52454d42 ${word(2 ** 24 + this.#whole(0, 0xff_ffff))} ${word(SSRC)}`,
				);
			case 7:
				// Of more sources than are told apart.
				return hex(`80c90001 ${word(this.#whole(0, 40))}`);
			default: {
				const bytes = Buffer.from(this.#list(0, 200, () => this.#whole(0, 255)));
				const packet = Buffer.alloc(8 + (bytes.length & ~3));
				packet.set([0x80 | this.#whole(0, 31), this.#one([200, 201, 205, 206]), 0, packet.length / 4 - 1]);
				packet.set(bytes.subarray(0, packet.length - 8), 8);
				return this.#random() < 0.5 || bytes.length < 8 ? packet : bytes;
			}
		}
	}

	#whole(least: number, most: number): number {
		return least + Math.floor(this.#random() * (most - least + 1));
	}

	#one(values: readonly number[]): number {
		return values[this.#whole(0, values.length - 1)] ?? 0;
	}

	#list<T>(least: number, most: number, make: () => T): T[] {
		return Array.from({ length: this.#whole(least, most) }, make);
	}
}

/** What leaves a sender and what it tells while all that happens to it, a line each. */
async function record(
	profile: SrtpProfile,
	steps: readonly Step[],
	parameters = allExtensions,
): Promise<string[]> {
	const clock = new PoolClock();
	const { pool } = clock;
	const wire: string[] = [];
	const reports: TransportReport[] = [];
	const local = masterKeys(profile, 1);
	const remote = masterKeys(profile, 3);
	const nothing = () => {};
	const sender = pool.openSender({
		// A wrap is near.
		firstSequence: 0x7ffa,
		parameters,
		keys: { local, remote },
		pace: OPEN_PACE,
		events: {
			keyframeNeeded: nothing,
			heard: nothing,
			followed: nothing,
			failed: nothing,
			feedback: (report) => reports.push(report),
		},
	});
	const farEnd = createSrtcpContext(profile, deriveSessionKeys(remote, "rtcp"));
	const feed = pool.openFeed();
	sender.setPath({
		send: (packet) => void wire.push(summary(packet)),
		queuedBytes: () => 0,
	});
	sender.follow(feed);
	let time = 1_000_000.25;
	for (const step of steps) {
		if (step.do === "push") feed.push(accessUnit(step.nals, step.keyframe, time), Math.round(time * 90));
		else if (step.do === "rtcp") sender.receive(farEnd.protect(step.packet));
		else if (step.do === "report") sender.report();
		else time += step.ms;
		clock.advance(step.do === "pass" ? step.ms : 0);
	}
	const stats = sender.stats();
	await pool.close();
	return [...wire, ...reports.map((report) => JSON.stringify(report)), JSON.stringify(stats)];
}

/** Length, the part that every packet has in the clear, and a digest of the whole. */
function summary(packet: Buffer): string {
	const digest = createHash("sha256").update(packet).digest("hex").slice(0, 12);
	return `${packet.length} ${packet.toString("hex", 0, 12)} ${digest}`;
}

function masterKeys(profile: SrtpProfile, seed: number): MasterKeys {
	const salt = Buffer.alloc(profile === "AEAD_AES_128_GCM" ? 12 : 14, seed + 1);
	return { profile, key: Buffer.alloc(16, seed), salt };
}

function accessUnit(
	nals: readonly (readonly [number, number])[],
	keyframe: boolean,
	captureTime: number,
): AccessUnit {
	const data = Buffer.concat(
		nals.flatMap(([type, length]) => [
			Buffer.from([0, 0, 0, 1, 0x60 | type]),
			Buffer.alloc(length, type * 16 + 3),
		]),
	);
	return { data, captureTime, encodedTime: captureTime, keyframe, width: 64, height: 64 };
}

const allExtensions: SenderOptions["parameters"] = {
	payloadType: 102,
	ssrc: SSRC,
	retransmission: { payloadType: 103, ssrc: RTX_SSRC },
	extensions: { mid: 1, transportSequence: 2, playoutDelay: 3, captureTime: 4 },
	mid: "0",
	cname: "porthole",
	clockOrigin: 4000,
};

/** Recorded from an independent sender in TypeScript, whose packets a native one must equal byte for byte. */
const golden = (profile: SrtpProfile, terms: string) =>
	`../../../fixtures/rtp/${profile}-${terms.replaceAll(" ", "-")}.txt`;

describe.each(["AEAD_AES_128_GCM", "AES128_CM_HMAC_SHA1_80"] as const)("with %s a sender", (profile) => {
	it("sends the golden packets and tells the same, whatever happens", { timeout: 60_000 }, async () => {
		const lines: string[] = [];
		for (let seed = 1; seed <= RUNS; seed++) {
			lines.push(`seed ${seed}`, ...(await record(profile, new StepMaker(seed).steps())));
		}
		await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(golden(profile, "all extensions"));
	});

	it.each([
		["no extensions", { ...allExtensions, extensions: {} }],
		["a media id of two characters alone", { ...allExtensions, extensions: { mid: 14 }, mid: "v1" }],
		["no retransmission", { ...allExtensions, retransmission: undefined }],
	])("does so with %s", async (name, { retransmission, ...rest }) => {
		const terms = retransmission === undefined ? rest : { ...rest, retransmission };
		const lines = await record(
			profile,
			[
				{ do: "push", keyframe: true, nals: [[5, 9000]] },
				{ do: "rtcp", packet: hex(`81cd0003 00000001 ${word(SSRC)} 7ffa00ff`) },
				{ do: "push", keyframe: false, nals: [[1, 900]] },
			],
			terms,
		);
		expect(lines.length).toBeGreaterThan(9);
		await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(golden(profile, name));
	});
});
