import { candidateLine, type HostAddress } from "../ice/host-address.ts";
import { HEADER_EXTENSIONS, type HeaderExtension } from "../sender/rtp-header.ts";

/** Numbers of our offer; an answer must keep them. */
export const VIDEO_MID = "0";
export const DATA_MID = "1";
export const PAYLOAD_TYPE = 102;
export const RETRANSMISSION_PAYLOAD_TYPE = 103;
export const SCTP_PORT = 5000;

/** Longest data channel message taken, bytes. */
export const MAX_MESSAGE = 64 * 1024;

/** Ids of the header extensions in the offer. */
export const OFFERED_EXTENSIONS: Record<HeaderExtension, number> = {
	mid: 1,
	transportSequence: 2,
	playoutDelay: 3,
	captureTime: 4,
};

/** What an offer is made of. */
export interface OfferParts {
	readonly ufrag: string;
	readonly password: string;
	/** SHA-256 of our certificate. */
	readonly fingerprint: string;
	readonly hosts: readonly HostAddress[];
	readonly ssrc: number;
	readonly retransmissionSsrc: number;
	readonly cname: string;
	/** H.264 `level_idc` that the picture needs. */
	readonly level: number;
	/** Random, for the origin line. */
	readonly sessionId: number;
}

/**
 * The complete offer of an ICE-lite host (RFC 8829, 5.2; RFC 8839): one video stream to the viewer and a data channel,
 * bundled, with all candidates. `a=ice-lite` stands at session level, where Chromium looks for it.
 */
export function writeOffer(parts: OfferParts): string {
	const profile = `42e0${parts.level.toString(16).padStart(2, "0")}`;
	const ssrcs = [parts.ssrc, parts.retransmissionSsrc];
	const lines = [
		"v=0",
		`o=- ${parts.sessionId} 1 IN IP4 127.0.0.1`,
		"s=-",
		"t=0 0",
		"a=ice-lite",
		`a=group:BUNDLE ${VIDEO_MID} ${DATA_MID}`,
		"a=extmap-allow-mixed",
		"a=msid-semantic: WMS screen",
		`m=video 9 UDP/TLS/RTP/SAVPF ${PAYLOAD_TYPE} ${RETRANSMISSION_PAYLOAD_TYPE}`,
		"c=IN IP4 0.0.0.0",
		...transportLines(parts, VIDEO_MID),
		"a=sendonly",
		"a=rtcp:9 IN IP4 0.0.0.0",
		"a=rtcp-mux",
		"a=rtcp-rsize",
		...extensionLines(),
		`a=rtpmap:${PAYLOAD_TYPE} H264/90000`,
		...["nack", "nack pli", "ccm fir", "transport-cc"].map((kind) => `a=rtcp-fb:${PAYLOAD_TYPE} ${kind}`),
		`a=fmtp:${PAYLOAD_TYPE} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profile}`,
		`a=rtpmap:${RETRANSMISSION_PAYLOAD_TYPE} rtx/90000`,
		`a=fmtp:${RETRANSMISSION_PAYLOAD_TYPE} apt=${PAYLOAD_TYPE}`,
		"a=msid:screen screen",
		`a=ssrc-group:FID ${ssrcs.join(" ")}`,
		...ssrcs.flatMap((ssrc) => [`a=ssrc:${ssrc} cname:${parts.cname}`, `a=ssrc:${ssrc} msid:screen screen`]),
		...parts.hosts.map((host, i) => `a=candidate:${candidateLine(host, i + 1)}`),
		"a=end-of-candidates",
		"m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
		"c=IN IP4 0.0.0.0",
		...transportLines(parts, DATA_MID),
		`a=sctp-port:${SCTP_PORT}`,
		`a=max-message-size:${MAX_MESSAGE}`,
	];
	return `${lines.join("\r\n")}\r\n`;
}

function transportLines(parts: OfferParts, mid: string): string[] {
	return [
		`a=mid:${mid}`,
		`a=ice-ufrag:${parts.ufrag}`,
		`a=ice-pwd:${parts.password}`,
		`a=fingerprint:sha-256 ${parts.fingerprint}`,
		"a=setup:actpass",
	];
}

function extensionLines(): string[] {
	return Object.entries(OFFERED_EXTENSIONS).map(
		([name, id]) => `a=extmap:${id} ${HEADER_EXTENSIONS[name as HeaderExtension]}`,
	);
}
