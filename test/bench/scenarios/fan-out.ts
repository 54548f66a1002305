import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { messageOf } from "../../../signaling/protocol/errors.ts";
import type { Scenario } from "../bench.ts";
import { type Figure, ofReading, ofSeries } from "../figure.ts";
import type { PeersKind } from "../peers/messages.ts";
import { startPeers } from "../peers/process.ts";
import { recordDisplay } from "../peers/recording.ts";
import { percentile } from "../percentiles.ts";
import { sampleProcessor } from "../process-usage.ts";
import { gatherCrowd } from "../receivers/crowd.ts";
import { Stage } from "../stage.ts";
import { targets } from "../targets.ts";

const KINDS: readonly PeersKind[] = ["porthole", "mediasoup", "libdatachannel"];
const COUNTS = [1, 50, 200];
const RECORDED = 8_000;
const SETTLE = 2_000;
const WINDOWS = 4;
const WINDOW = 2_000;

/** What a viewer costs when the same stream is sent by others: an SFU, and a library in C++. */
export const fanOutScenario: Scenario = {
	name: "fan-out",
	method: `A recording of film-like content, 1280×720 at 60 Hz and 4 Mbit/s, of ${RECORDED / 1000} s is played again and again in a process that does
nothing else, and sent to libdatachannel receivers in another process on the same cores. porthole and mediasoup are the
product's engines (mediasoup with one worker; the worker counts); libdatachannel has a packetizer for each viewer, answers to
NACK and sender reports, and neither congestion control nor pacing. CPU: windows of ${WINDOW / 1000} s from /proc.
a further viewer: (CPU(n) − CPU(1)) / (n − 1); of the better other: porthole's beside the least of the others'.`,
	async run({ say }) {
		const figures: Figure[] = [];
		const shares = new Map<number, Map<PeersKind, number>>(COUNTS.map((count) => [count, new Map()]));
		await using stage = new Stage();
		const folder = await mkdtemp(join(tmpdir(), "porthole-fan-out-"));
		stage.keep({ close: () => rm(folder, { recursive: true }) });
		const display = await stage.display();
		const hide = await stage.show(display, "video", { arguments: ["--fps", "60"] });
		const recording = join(folder, "recording");
		await recordDisplay(display, RECORDED, recording);
		await hide();
		for (const kind of KINDS) {
			await using inner = new Stage();
			const peers = inner.keep(await startPeers(kind, recording));
			const crowd = inner.keep(
				gatherCrowd({ origin: peers.origin, ownerToken: "", deviceIds: ["recording"] }),
			);
			let alone = Number.NaN;
			for (const count of COUNTS) {
				const subject = `${kind}, ${count} ${count === 1 ? "viewer" : "viewers"}`;
				say(subject);
				try {
					await crowd.grow(count);
				} catch (error) {
					// A peer that this machine is too small for says nothing about Porthole.
					if (kind === "porthole") throw error;
					say(`${subject}: left out, ${messageOf(error)}`);
					break;
				}
				await after(SETTLE);
				crowd.measure();
				const samples = await sampleProcessor(peers.pids, WINDOWS, WINDOW);
				const { packets, states } = await crowd.report();
				const kept = states.filter((state) => state === "connected").length;
				const cpu = percentile(samples, 0.5);
				if (count === 1) alone = cpu;
				const rate = (packets[0] ?? 0) / ((WINDOWS * WINDOW) / 1000);
				figures.push(
					ofReading({ subject, measure: "connected", unit: "viewers" }, kept),
					ofSeries({ subject, measure: "CPU", unit: "% of a core" }, samples),
					ofReading({ subject, measure: "packets each", unit: "a second" }, rate),
				);
				if (count === 1) continue;
				const share = (cpu - alone) / (kept - 1);
				figures.push(ofReading({ subject, measure: "a further viewer", unit: "% of a core" }, share));
				shares.get(count)?.set(kind, share);
			}
		}
		for (const [count, { porthole, mediasoup, libdatachannel }] of [...shares].map(
			([number, of]) => [number, Object.fromEntries(of) as Partial<Record<PeersKind, number>>] as const,
		)) {
			const others = [mediasoup, libdatachannel].filter((share) => share !== undefined);
			if (count === 1 || porthole === undefined || others.length === 0) continue;
			const subject = `porthole, ${count} viewers`;
			const share = (100 * porthole) / Math.min(...others);
			figures.push(ofReading({ subject, measure: "of the better other", unit: "%" }, share, targets.fanOut));
		}
		return figures;
	},
};
