import type { DtlsFingerprint, IceCandidate, RtpParameters } from "./library.ts";
import { DATA_MID, MAX_MESSAGE, SCTP_PORT, VIDEO_MID } from "./terms.ts";

/** What an offer is made of: what mediasoup says of a transport and of what it will send there. */
export interface OfferParts {
	readonly ice: { readonly usernameFragment: string; readonly password: string };
	readonly fingerprints: readonly DtlsFingerprint[];
	readonly candidates: readonly IceCandidate[];
	readonly video: RtpParameters;
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
	const { codecs } = parts.video;
	const lines = [
		"v=0",
		`o=- ${parts.sessionId} 1 IN IP4 127.0.0.1`,
		"s=-",
		"t=0 0",
		"a=ice-lite",
		`a=group:BUNDLE ${VIDEO_MID} ${DATA_MID}`,
		"a=extmap-allow-mixed",
		"a=msid-semantic: WMS screen",
		`m=video 9 UDP/TLS/RTP/SAVPF ${codecs.map(({ payloadType }) => payloadType).join(" ")}`,
		"c=IN IP4 0.0.0.0",
		...transportLines(parts, VIDEO_MID),
		"a=sendonly",
		"a=rtcp-mux",
		"a=rtcp-rsize",
		...(parts.video.headerExtensions ?? []).map(({ id, uri }) => `a=extmap:${id} ${uri}`),
		...codecs.flatMap((codec) => codecLines(codec, parts.level)),
		"a=msid:screen screen",
		...sourceLines(parts.video),
		...parts.candidates.map((candidate) => `a=candidate:${candidateLine(candidate)}`),
		"a=end-of-candidates",
		"m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
		"c=IN IP4 0.0.0.0",
		...transportLines(parts, DATA_MID),
		`a=sctp-port:${SCTP_PORT}`,
		`a=max-message-size:${MAX_MESSAGE}`,
	];
	return `${lines.join("\r\n")}\r\n`;
}

function transportLines({ ice, fingerprints }: OfferParts, mid: string): string[] {
	return [
		`a=mid:${mid}`,
		`a=ice-ufrag:${ice.usernameFragment}`,
		`a=ice-pwd:${ice.password}`,
		...fingerprints
			.filter(({ algorithm }) => algorithm === "sha-256")
			.map(({ algorithm, value }) => `a=fingerprint:${algorithm} ${value}`),
		"a=setup:actpass",
	];
}

function codecLines(codec: RtpParameters["codecs"][number], level: number): string[] {
	const { payloadType, clockRate, mimeType, parameters = {}, rtcpFeedback = [] } = codec;
	const profile = `42e0${level.toString(16).padStart(2, "0")}`;
	const settings = Object.entries(parameters).map(
		([name, value]) => `${name}=${name === "profile-level-id" ? profile : value}`,
	);
	return [
		`a=rtpmap:${payloadType} ${mimeType.replace("video/", "")}/${clockRate}`,
		...rtcpFeedback.map(({ type, parameter }) =>
			`a=rtcp-fb:${payloadType} ${type} ${parameter ?? ""}`.trimEnd(),
		),
		`a=fmtp:${payloadType} ${settings.join(";")}`,
	];
}

function sourceLines({ encodings = [], rtcp }: RtpParameters): string[] {
	const ssrcs = encodings.flatMap(({ ssrc, rtx }) => [ssrc, rtx?.ssrc]).filter((ssrc) => ssrc !== undefined);
	return [
		...(ssrcs.length > 1 ? [`a=ssrc-group:FID ${ssrcs.join(" ")}`] : []),
		...ssrcs.flatMap((ssrc) => [
			`a=ssrc:${ssrc} cname:${rtcp?.cname ?? "screen"}`,
			`a=ssrc:${ssrc} msid:screen screen`,
		]),
	];
}

/** RFC 8839, 5.1; RFC 6544, 4.5. */
function candidateLine({ foundation, priority, address, protocol, port }: IceCandidate): string {
	const line = `${foundation} 1 ${protocol} ${priority} ${address} ${port} typ host`;
	return protocol === "tcp" ? `${line} tcptype passive` : line;
}
