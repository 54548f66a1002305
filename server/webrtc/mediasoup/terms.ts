import type { RouterRtpCodecCapability, RtpParameters } from "mediasoup/types";
import { HEADER_EXTENSIONS, type HeaderExtension } from "../rtp/rtp-packet.ts";
import { H264, PAYLOAD_TYPE } from "../sdp/host-offer.ts";

/** What a router takes and sends. */
export const ROUTER_CODEC: RouterRtpCodecCapability = {
	...H264,
	kind: "video",
	preferredPayloadType: PAYLOAD_TYPE,
};

/** Header extensions of a device's stream on its way into a router; it gives them other ids on the way out. */
export const INCOMING_EXTENSIONS = { playoutDelay: 11, captureTime: 10 } as const satisfies Partial<
	Record<HeaderExtension, number>
>;

/** How a device's stream comes in. */
export function incomingParameters(ssrc: number, cname: string): RtpParameters {
	return {
		codecs: [
			{
				mimeType: H264.mimeType,
				payloadType: PAYLOAD_TYPE,
				clockRate: H264.clockRate,
				parameters: H264.parameters,
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
