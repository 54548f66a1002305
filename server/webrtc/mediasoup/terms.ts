import { HEADER_EXTENSIONS, type HeaderExtension } from "../rtp/rtp-packet.ts";
import { PAYLOAD_TYPE } from "../sdp/host-offer.ts";
import type { CodecCapability, RtpParameters } from "./library.ts";

/** What viewers take. The level is raised in the offer; mediasoup only compares profiles. */
export const H264: CodecCapability = {
	kind: "video",
	mimeType: "video/H264",
	clockRate: 90_000,
	preferredPayloadType: PAYLOAD_TYPE,
	parameters: { "packetization-mode": 1, "profile-level-id": "42e01f", "level-asymmetry-allowed": 1 },
	rtcpFeedback: [
		{ type: "nack" },
		{ type: "nack", parameter: "pli" },
		{ type: "ccm", parameter: "fir" },
		{ type: "transport-cc" },
	],
};

/** Header extensions of a device's stream on its way into a router; it gives them other ids on the way out. */
export const INCOMING_EXTENSIONS = { playoutDelay: 11, captureTime: 10 } as const satisfies Partial<
	Record<HeaderExtension, number>
>;

/** Header extensions that viewers are offered, of those that mediasoup passes on or writes itself. */
export const OFFERED_EXTENSIONS: readonly string[] = [
	HEADER_EXTENSIONS.mid,
	HEADER_EXTENSIONS.transportSequence,
	HEADER_EXTENSIONS.playoutDelay,
	HEADER_EXTENSIONS.captureTime,
];

/** How a device's stream comes in. */
export function incomingParameters(ssrc: number, cname: string): RtpParameters {
	return {
		codecs: [
			{
				mimeType: H264.mimeType,
				payloadType: PAYLOAD_TYPE,
				clockRate: H264.clockRate,
				parameters: H264.parameters ?? {},
				rtcpFeedback: [{ type: "nack", parameter: "pli" }],
			},
		],
		headerExtensions: Object.entries(INCOMING_EXTENSIONS).map(([name, id]) => ({
			uri: HEADER_EXTENSIONS[name as HeaderExtension],
			id,
		})),
		encodings: [{ ssrc }],
		rtcp: { cname },
	};
}
