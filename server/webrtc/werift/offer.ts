import { candidateLine, type HostCandidate } from "../ice/candidate.ts";
import { HEADER_EXTENSIONS, type HeaderExtension } from "../rtp/rtp-packet.ts";
import { PAYLOAD_TYPE, profileLevelId, writeHostOffer } from "../sdp/host-offer.ts";

export const RETRANSMISSION_PAYLOAD_TYPE = 103;

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
	readonly hosts: readonly HostCandidate[];
	readonly ssrc: number;
	readonly retransmissionSsrc: number;
	readonly cname: string;
	/** H.264 `level_idc` that the picture needs. */
	readonly level: number;
	/** Random, for the origin line. */
	readonly sessionId: number;
}

/** Our offer to a viewer, with what our senders and DTLS have. */
export function writeOffer(parts: OfferParts): string {
	const transport = {
		ufrag: parts.ufrag,
		password: parts.password,
		fingerprints: [`sha-256 ${parts.fingerprint}`],
		candidates: parts.hosts.map((host, i) => candidateLine(host, i + 1)),
	};
	return writeHostOffer(parts.sessionId, transport, {
		payloadTypes: [PAYLOAD_TYPE, RETRANSMISSION_PAYLOAD_TYPE],
		ssrcs: [parts.ssrc, parts.retransmissionSsrc],
		cname: parts.cname,
		lines: [
			"a=rtcp:9 IN IP4 0.0.0.0",
			"a=rtcp-mux",
			"a=rtcp-rsize",
			...extensionLines(),
			`a=rtpmap:${PAYLOAD_TYPE} H264/90000`,
			...["nack", "nack pli", "ccm fir", "transport-cc"].map((kind) => `a=rtcp-fb:${PAYLOAD_TYPE} ${kind}`),
			`a=fmtp:${PAYLOAD_TYPE} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profileLevelId(parts.level)}`,
			`a=rtpmap:${RETRANSMISSION_PAYLOAD_TYPE} rtx/90000`,
			`a=fmtp:${RETRANSMISSION_PAYLOAD_TYPE} apt=${PAYLOAD_TYPE}`,
		],
	});
}

function extensionLines(): string[] {
	return Object.entries(OFFERED_EXTENSIONS).map(
		([name, id]) => `a=extmap:${id} ${HEADER_EXTENSIONS[name as HeaderExtension]}`,
	);
}
