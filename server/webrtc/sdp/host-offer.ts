import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { type ExtensionIds, HEADER_EXTENSIONS, type HeaderExtension } from "../rtp/rtp-packet.ts";
import { type Fingerprint, type MediaSection, readSdp } from "./session-description.ts";

/** Media ids of our offers (RFC 5888). */
export const VIDEO_MID = "0";
const DATA_MID = "1";

/** Payload types of our offers, of the video and of its retransmissions; an answer must keep them. */
export const PAYLOAD_TYPE = 102;
export const RTX_PAYLOAD_TYPE = 103;
export const SCTP_PORT = 5000;

/** Longest data channel message taken, bytes. */
export const MAX_MESSAGE = 64 * 1024;

/** The codec of our offers. The level is raised to what the frames need. */
export const H264 = {
	mimeType: "video/H264",
	clockRate: 90_000,
	parameters: { "level-asymmetry-allowed": 1, "packetization-mode": 1, "profile-level-id": "42e01f" },
	rtcpFeedback: [
		{ type: "nack" },
		{ type: "nack", parameter: "pli" },
		{ type: "ccm", parameter: "fir" },
		{ type: "transport-cc" },
	],
};

/** Ids of the header extensions that our own senders offer. */
const EXTENSION_IDS: Record<HeaderExtension, number> = {
	mid: 1,
	transportSequence: 2,
	playoutDelay: 3,
	captureTime: 4,
};

/** How the one video stream is sent, in ORTC's terms. */
export interface SendParameters {
	readonly codecs: readonly {
		readonly mimeType: string;
		readonly payloadType: number;
		readonly clockRate: number;
		readonly parameters?: Readonly<Record<string, unknown>>;
		readonly rtcpFeedback?: readonly { readonly type: string; readonly parameter?: string }[];
	}[];
	readonly headerExtensions?: readonly { readonly uri: string; readonly id: number }[];
	readonly encodings?: readonly { readonly ssrc?: number; readonly rtx?: { readonly ssrc: number } }[];
	readonly rtcp?: { readonly cname?: string };
}

/** What our own senders send to a viewer. */
export function senderParameters(ssrc: number, rtxSsrc: number, cname: string): SendParameters {
	return {
		codecs: [
			{ ...H264, payloadType: PAYLOAD_TYPE },
			{
				mimeType: "video/rtx",
				clockRate: H264.clockRate,
				payloadType: RTX_PAYLOAD_TYPE,
				parameters: { apt: PAYLOAD_TYPE },
			},
		],
		headerExtensions: Object.entries(EXTENSION_IDS).map(([name, id]) => ({
			uri: HEADER_EXTENSIONS[name as HeaderExtension],
			id,
		})),
		encodings: [{ ssrc, rtx: { ssrc: rtxSsrc } }],
		rtcp: { cname },
	};
}

/** What an offer is made of. */
export interface HostOfferParts {
	readonly ufrag: string;
	readonly password: string;
	/** SHA-256 of our certificate. */
	readonly fingerprint: string;
	/** Values of `a=candidate`. */
	readonly candidates: readonly string[];
	readonly video: SendParameters;
	/** H.264 `level_idc` that the frames need. */
	readonly level: number;
	/** Random, for the origin line. */
	readonly sessionId: number;
}

/**
 * The complete offer of an ICE-lite host (RFC 8829, 5.2; RFC 8839): one video stream to the viewer and a data channel,
 * bundled, with all candidates. `a=ice-lite` stands at session level, where Chromium looks for it.
 */
export function writeHostOffer(parts: HostOfferParts): string {
	const { codecs, headerExtensions = [], encodings = [], rtcp } = parts.video;
	const ssrcs = encodings.flatMap(({ ssrc, rtx }) => [ssrc, rtx?.ssrc]).filter((ssrc) => ssrc !== undefined);
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
		...headerExtensions.map(({ id, uri }) => `a=extmap:${id} ${uri}`),
		...codecs.flatMap((codec) => codecLines(codec, parts.level)),
		"a=msid:screen screen",
		...(ssrcs.length > 1 ? [`a=ssrc-group:FID ${ssrcs.join(" ")}`] : []),
		...ssrcs.flatMap((ssrc) => [
			`a=ssrc:${ssrc} cname:${rtcp?.cname ?? "screen"}`,
			`a=ssrc:${ssrc} msid:screen screen`,
		]),
		...parts.candidates.map((candidate) => `a=candidate:${candidate}`),
		"a=end-of-candidates",
		"m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
		"c=IN IP4 0.0.0.0",
		...transportLines(parts, DATA_MID),
		`a=sctp-port:${SCTP_PORT}`,
		`a=max-message-size:${MAX_MESSAGE}`,
	];
	return `${lines.join("\r\n")}\r\n`;
}

function transportLines({ ufrag, password, fingerprint }: HostOfferParts, mid: string): string[] {
	return [
		`a=mid:${mid}`,
		`a=ice-ufrag:${ufrag}`,
		`a=ice-pwd:${password}`,
		`a=fingerprint:sha-256 ${fingerprint}`,
		"a=setup:actpass",
	];
}

function codecLines(codec: SendParameters["codecs"][number], level: number): string[] {
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

/** `profile-level-id` of constrained baseline (RFC 6184, 8.1) with an H.264 `level_idc`. */
function profileLevelId(level: number): string {
	return `42e0${level.toString(16).padStart(2, "0")}`;
}

/** What a viewer's answer to an offer of ours says that we need. */
export interface ViewerAnswer {
	readonly ufrag: string;
	readonly fingerprints: readonly Fingerprint[];
	/** The viewer takes retransmissions. */
	readonly retransmission: boolean;
	/** Header extensions that it took, of those that our own senders offer. */
	readonly extensions: ExtensionIds;
	/** The viewer took the data channel. */
	readonly data: boolean;
	/** The viewer's SCTP port. */
	readonly sctpPort: number;
}

/**
 * Reads the answer to an offer of ours. Its candidates are not looked at: an ICE-lite agent learns addresses from
 * checks. Throws PortholeError `bad-answer` with what is wrong.
 */
export function readViewerAnswer(sdp: string): ViewerAnswer {
	return readSdp(sdp, badAnswer, ({ media }) => {
		const video = media.find(({ kind }) => kind === "video");
		const data = media.find(({ kind, port }) => kind === "application" && port !== 0);
		if (video === undefined || video.port === 0) throw badAnswer("it does not take the video");
		const { codecs, ufrag, fingerprints } = video;
		if (!codecs.some(({ name, payloadType }) => name === "h264" && payloadType === PAYLOAD_TYPE)) {
			throw badAnswer("it does not take H.264 with the payload type that was offered");
		}
		if (video.setup !== "active") throw badAnswer("it must say a=setup:active");
		if (ufrag === undefined) throw badAnswer("it has no usable a=ice-ufrag");
		if (fingerprints.length === 0) throw badAnswer("it has no usable a=fingerprint");
		return {
			ufrag,
			fingerprints,
			retransmission: codecs.some(({ payloadType }) => payloadType === RTX_PAYLOAD_TYPE),
			extensions: acceptedExtensions(video),
			data: data !== undefined,
			sctpPort: data?.sctpPort ?? SCTP_PORT,
		};
	});
}

function acceptedExtensions({ extensions }: MediaSection): ExtensionIds {
	const ids: ExtensionIds = {};
	for (const name of Object.keys(EXTENSION_IDS) as HeaderExtension[]) {
		if (extensions.get(HEADER_EXTENSIONS[name]) === EXTENSION_IDS[name]) ids[name] = EXTENSION_IDS[name];
	}
	return ids;
}

function badAnswer(reason: string, cause?: unknown): PortholeError {
	return new PortholeError("bad-answer", `The viewer's answer cannot be used: ${reason}.`, { cause });
}
