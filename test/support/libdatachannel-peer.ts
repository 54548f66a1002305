import {
	H264RtpPacketizer,
	PeerConnection,
	RtcpNackResponder,
	RtcpReceivingSession,
	RtcpSrReporter,
	RtpPacketizationConfig,
	type Track,
	Video,
} from "node-datachannel";
import { RtpPacket } from "werift";
import { decode } from "./decoded-frame.ts";
import { depacketize } from "./depacketize.ts";
import type { Gateway } from "./foreign-clients.ts";
import type { ForeignPeer } from "./foreign-peer.ts";
import { PatternSource } from "./pattern-source.ts";

const PAYLOAD_TYPE = 96;
const SSRC = 1;
const FORMAT = "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1";
/** Pictures that a player keeps to be decoded; later ones are not looked at. */
const MAX_UNITS = 40;

/** Plays or publishes with libdatachannel, whose media ids are the program's own. Fails when it is refused. */
export async function libdatachannelPeer(
	does: "play" | "publish",
	{ url, token }: Gateway,
	mid = "screen-video",
): Promise<ForeignPeer> {
	const peer = new PeerConnection("foreign", { iceServers: [], bindAddress: "127.0.0.1" });
	const video = new Video(mid, does === "play" ? "RecvOnly" : "SendOnly");
	video.addH264Codec(PAYLOAD_TYPE, FORMAT);
	if (does === "publish") video.addSSRC(SSRC, "foreign", "foreign", "foreign");
	const track = peer.addTrack(video);
	const units: Buffer[] = [];
	const stop = does === "play" ? receive(track, units) : send(track);
	const close = async () => {
		stop();
		track.close();
		peer.close();
	};
	try {
		const offered = new Promise<string>((resolve) => peer.onLocalDescription((sdp) => resolve(sdp)));
		peer.setLocalDescription("offer");
		const headers = { "content-type": "application/sdp", authorization: `Bearer ${token}` };
		const response = await fetch(url, { method: "POST", headers, body: await offered });
		if (response.status !== 201)
			throw new Error(`libdatachannel was refused ${response.status} ${await response.text()}`);
		peer.setRemoteDescription(await response.text(), "answer");
	} catch (error) {
		await close();
		throw error;
	}
	return { decoded: () => decode(units).length, close };
}

/** Puts access units together from what comes. */
function receive(track: Track, units: Buffer[]): () => void {
	track.setMediaHandler(new RtcpReceivingSession());
	let payloads: Buffer[] = [];
	track.onMessage((message) => {
		const type = message.readUInt8(1) & 0x7f;
		if (type !== PAYLOAD_TYPE || units.length >= MAX_UNITS) return;
		const { header, payload } = RtpPacket.deSerialize(message);
		payloads.push(payload);
		if (!header.marker) return;
		units.push(Buffer.concat(depacketize(payloads).flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal])));
		payloads = [];
	});
	return () => {};
}

/** Sends a recorded pattern once the track is open. */
function send(track: Track): () => void {
	const config = new RtpPacketizationConfig(SSRC, "foreign", PAYLOAD_TYPE, 90_000);
	const packetizer = new H264RtpPacketizer("StartSequence", config, 1140);
	packetizer.addToChain(new RtcpSrReporter(config));
	packetizer.addToChain(new RtcpNackResponder());
	track.setMediaHandler(packetizer);
	const source = new PatternSource(({ data }) => {
		if (!track.isOpen()) return;
		config.timestamp = (config.timestamp + 3000) % 2 ** 32;
		track.sendMessageBinary(Buffer.from(data));
	});
	return () => source.stop();
}
