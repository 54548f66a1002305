/** Media ids of our offers (RFC 5888). */
export const VIDEO_MID = "0";
export const DATA_MID = "1";

/** Payload type of the video in our offers; an answer must keep it. */
export const PAYLOAD_TYPE = 102;
export const SCTP_PORT = 5000;

/** Longest data channel message taken, bytes. */
export const MAX_MESSAGE = 64 * 1024;

/** What is told of how to reach us, for every section. */
export interface OfferedTransport {
	readonly ufrag: string;
	readonly password: string;
	/** Values of `a=fingerprint`: hash function and digest of our certificate. */
	readonly fingerprints: readonly string[];
	/** Values of `a=candidate`. */
	readonly candidates: readonly string[];
}

/** The one video stream to the viewer. */
export interface OfferedVideo {
	readonly payloadTypes: readonly number[];
	/** Lines on RTCP, header extensions and codecs. */
	readonly lines: readonly string[];
	/** The stream's and its retransmissions', if there are any. */
	readonly ssrcs: readonly number[];
	readonly cname: string;
}

/**
 * The complete offer of an ICE-lite host (RFC 8829, 5.2; RFC 8839): one video stream to the viewer and a data channel,
 * bundled, with all candidates. `a=ice-lite` stands at session level, where Chromium looks for it. `sessionId`: random.
 */
export function writeHostOffer(sessionId: number, transport: OfferedTransport, video: OfferedVideo): string {
	const { ssrcs, cname } = video;
	const lines = [
		"v=0",
		`o=- ${sessionId} 1 IN IP4 127.0.0.1`,
		"s=-",
		"t=0 0",
		"a=ice-lite",
		`a=group:BUNDLE ${VIDEO_MID} ${DATA_MID}`,
		"a=extmap-allow-mixed",
		"a=msid-semantic: WMS screen",
		`m=video 9 UDP/TLS/RTP/SAVPF ${video.payloadTypes.join(" ")}`,
		"c=IN IP4 0.0.0.0",
		...transportLines(transport, VIDEO_MID),
		"a=sendonly",
		...video.lines,
		"a=msid:screen screen",
		...(ssrcs.length > 1 ? [`a=ssrc-group:FID ${ssrcs.join(" ")}`] : []),
		...ssrcs.flatMap((ssrc) => [`a=ssrc:${ssrc} cname:${cname}`, `a=ssrc:${ssrc} msid:screen screen`]),
		...transport.candidates.map((candidate) => `a=candidate:${candidate}`),
		"a=end-of-candidates",
		"m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
		"c=IN IP4 0.0.0.0",
		...transportLines(transport, DATA_MID),
		`a=sctp-port:${SCTP_PORT}`,
		`a=max-message-size:${MAX_MESSAGE}`,
	];
	return `${lines.join("\r\n")}\r\n`;
}

/** `profile-level-id` of constrained baseline (RFC 6184, 8.1) with an H.264 `level_idc`. */
export function profileLevelId(level: number): string {
	return `42e0${level.toString(16).padStart(2, "0")}`;
}

function transportLines({ ufrag, password, fingerprints }: OfferedTransport, mid: string): string[] {
	return [
		`a=mid:${mid}`,
		`a=ice-ufrag:${ufrag}`,
		`a=ice-pwd:${password}`,
		...fingerprints.map((fingerprint) => `a=fingerprint:${fingerprint}`),
		"a=setup:actpass",
	];
}
