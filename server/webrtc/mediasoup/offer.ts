import { candidateLine } from "../ice/candidate.ts";
import { profileLevelId, writeHostOffer } from "../sdp/host-offer.ts";
import type { DtlsFingerprint, IceCandidate, RtpParameters } from "./library.ts";

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

/** Our offer to a viewer, with what mediasoup has. */
export function writeOffer(parts: OfferParts): string {
	const { ice, video } = parts;
	const { codecs, headerExtensions = [], encodings = [], rtcp } = video;
	const transport = {
		ufrag: ice.usernameFragment,
		password: ice.password,
		fingerprints: parts.fingerprints
			.filter(({ algorithm }) => algorithm === "sha-256")
			.map(({ algorithm, value }) => `${algorithm} ${value}`),
		candidates: parts.candidates.map(({ protocol, foundation, ...host }) =>
			candidateLine({ transport: protocol, ...host }, foundation),
		),
	};
	return writeHostOffer(parts.sessionId, transport, {
		payloadTypes: codecs.map(({ payloadType }) => payloadType),
		ssrcs: encodings.flatMap(({ ssrc, rtx }) => [ssrc, rtx?.ssrc]).filter((ssrc) => ssrc !== undefined),
		cname: rtcp?.cname ?? "screen",
		lines: [
			"a=rtcp-mux",
			"a=rtcp-rsize",
			...headerExtensions.map(({ id, uri }) => `a=extmap:${id} ${uri}`),
			...codecs.flatMap((codec) => codecLines(codec, parts.level)),
		],
	});
}

function codecLines(codec: RtpParameters["codecs"][number], level: number): string[] {
	const { payloadType, clockRate, mimeType, parameters = {}, rtcpFeedback = [] } = codec;
	const settings = Object.entries(parameters).map(
		([name, value]) => `${name}=${name === "profile-level-id" ? profileLevelId(level) : value}`,
	);
	return [
		`a=rtpmap:${payloadType} ${mimeType.replace("video/", "")}/${clockRate}`,
		...rtcpFeedback.map(({ type, parameter }) =>
			`a=rtcp-fb:${payloadType} ${type} ${parameter ?? ""}`.trimEnd(),
		),
		`a=fmtp:${payloadType} ${settings.join(";")}`,
	];
}
