import { systemClock } from "../../../server/devices/clock.ts";
import { loadAddon } from "../../../server/native/load.ts";
import { createMediasoupEngine } from "../../../server/webrtc/mediasoup/engine.ts";
import { SenderPool } from "../../../server/webrtc/rtp/sender-pool.ts";
import { WeriftEngine } from "../../../server/webrtc/werift/engine.ts";
import { engineFanOut } from "./engine-fan-out.ts";
import type { OpenFanOut } from "./fan-out.ts";
import { libdatachannelFanOut } from "./libdatachannel-fan-out.ts";
import type { PeersAnnouncement, PeersKind } from "./messages.ts";
import { readRecording } from "./recording.ts";
import { Replay } from "./replay.ts";
import { serveSignaling } from "./signaling.ts";

const clock = systemClock;
const media = { addresses: ["127.0.0.1"], tcp: false };
const senders = () => new SenderPool(loadAddon(), () => {});

const kinds: Readonly<Record<PeersKind, OpenFanOut>> = {
	porthole: (keyframeNeeded) =>
		engineFanOut(new WeriftEngine({ ...media, clock, pool: senders() }), keyframeNeeded),
	mediasoup: (keyframeNeeded) =>
		engineFanOut(createMediasoupEngine({ ...media, now: clock.now, workers: 1 }), keyframeNeeded),
	libdatachannel: libdatachannelFanOut,
};

const [kind, recording = ""] = process.argv.slice(2);
const open = kinds[kind as PeersKind];
const fanOut = open(() => replay.requestKeyframe());
const replay: Replay = new Replay(await readRecording(recording), (unit) => fanOut.push(unit));
const port = await serveSignaling(fanOut);
// mediasoup's worker is there once a viewer could be taken.
(await fanOut.addPeer()).close();
const announcement: PeersAnnouncement = { port, pids: await fanOut.pids() };
process.stdout.write(`${JSON.stringify(announcement)}\n`);
