import {
	H264RtpPacketizer,
	PeerConnection,
	RtcpNackResponder,
	RtcpSrReporter,
	RtpPacketizationConfig,
	type Track,
	Video,
} from "node-datachannel";
import type { FanOut, FanOutPeer } from "./fan-out.ts";

const PAYLOAD_TYPE = 102;
const SSRC = 1;
/** As the product cuts it. */
const FRAGMENT = 1140;
/** How long gathering of addresses may take, ms. */
const GATHER_WITHIN = 5_000;

interface Viewer {
	readonly track: Track;
	readonly config: RtpPacketizationConfig;
}

/** libdatachannel with its own packetizer for each viewer, answers to NACK, and sender reports. */
export function libdatachannelFanOut(keyframeNeeded: () => void): FanOut {
	const viewers = new Set<Viewer>();
	const origin = performance.now();
	return {
		pids: async () => [process.pid],
		push({ data }) {
			const timestamp = Math.round((performance.now() - origin) * 90) % 2 ** 32;
			for (const { track, config } of viewers) {
				if (!track.isOpen()) continue;
				config.timestamp = timestamp;
				track.sendMessageBinary(Buffer.from(data.buffer, data.byteOffset, data.length));
			}
		},
		async addPeer(): Promise<FanOutPeer> {
			const peer = new PeerConnection("sender", { iceServers: [], bindAddress: "127.0.0.1" });
			const video = new Video("0", "SendOnly");
			video.addH264Codec(
				PAYLOAD_TYPE,
				"profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1",
			);
			video.addSSRC(SSRC, "screen", "screen", "screen");
			const track = peer.addTrack(video);
			const config = new RtpPacketizationConfig(SSRC, "screen", PAYLOAD_TYPE, 90_000);
			const packetizer = new H264RtpPacketizer("StartSequence", config, FRAGMENT);
			packetizer.addToChain(new RtcpSrReporter(config));
			packetizer.addToChain(new RtcpNackResponder());
			track.setMediaHandler(packetizer);
			const viewer = { track, config };
			track.onOpen(() => {
				viewers.add(viewer);
				keyframeNeeded();
			});
			track.onClosed(() => viewers.delete(viewer));
			const offer = await gather(peer);
			return {
				offer,
				accept: async (answer) => peer.setRemoteDescription(answer, "answer"),
				close() {
					viewers.delete(viewer);
					peer.close();
				},
			};
		},
	};
}

/** The offer with all its candidates. */
function gather(peer: PeerConnection): Promise<string> {
	return new Promise((resolve, reject) => {
		const late = setTimeout(() => reject(new Error("no addresses were gathered")), GATHER_WITHIN);
		peer.onGatheringStateChange((state) => {
			if (state !== "complete") return;
			clearTimeout(late);
			resolve(peer.localDescription()?.sdp ?? "");
		});
		peer.setLocalDescription("offer");
	});
}
