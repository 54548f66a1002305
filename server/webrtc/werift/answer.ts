import { type MediaDescription, SessionDescription } from "werift";
import { messageOf, PortholeError } from "../../../signaling/protocol/errors.ts";
import { type ExtensionIds, HEADER_EXTENSIONS, type HeaderExtension } from "../rtp/rtp-packet.ts";
import { PAYLOAD_TYPE } from "../sdp/host-offer.ts";
import { OFFERED_EXTENSIONS, RETRANSMISSION_PAYLOAD_TYPE } from "./offer.ts";

/** Longest answer looked at, characters; a browser's is about 3,000. */
const MAX_ANSWER = 64 * 1024;
const MAX_LINES = 2000;

/** A certificate fingerprint: hash function (such as `sha-256`) and hexadecimal with colons, upper case. */
export interface Fingerprint {
	readonly algorithm: string;
	readonly value: string;
}

/** What a viewer's answer says that we need. */
export interface Answer {
	readonly ufrag: string;
	readonly fingerprints: readonly Fingerprint[];
	/** The viewer takes retransmissions. */
	readonly retransmission: boolean;
	readonly extensions: ExtensionIds;
	/** The viewer took the data channel. */
	readonly data: boolean;
	/** The viewer's SCTP port. */
	readonly sctpPort: number;
}

/**
 * Reads the answer to an offer of ours. Its candidates are not looked at: a lite agent learns addresses from checks.
 * Throws PortholeError `bad-answer` with what is wrong.
 */
export function readAnswer(sdp: string): Answer {
	const media = parse(sdp);
	const video = media.find((section) => section.kind === "video");
	const data = media.find((section) => section.kind === "application" && section.port !== 0);
	if (video === undefined || video.port === 0) throw bad("it does not take the video");
	if (!video.rtp.codecs.some((codec) => isH264(codec.mimeType, codec.payloadType))) {
		throw bad("it does not take H.264 with the payload type that was offered");
	}
	if (video.dtlsParams?.role !== "client") throw bad("it must say a=setup:active");
	const ufrag = video.iceParams?.usernameFragment ?? "";
	if (!/^[A-Za-z0-9+/]{4,256}$/.test(ufrag)) throw bad("it has no usable a=ice-ufrag");
	const fingerprints = video.dtlsParams.fingerprints.filter(({ value }) => value !== undefined);
	if (fingerprints.length === 0) throw bad("it has no a=fingerprint");
	return {
		ufrag,
		fingerprints: fingerprints.map(({ algorithm, value }) => ({
			algorithm: algorithm.toLowerCase(),
			value: value.toUpperCase(),
		})),
		retransmission: video.rtp.codecs.some((codec) => codec.payloadType === RETRANSMISSION_PAYLOAD_TYPE),
		extensions: acceptedExtensions(video),
		data: data !== undefined,
		sctpPort: data?.sctpPort ?? 5000,
	};
}

function parse(sdp: string): MediaDescription[] {
	if (sdp.length > MAX_ANSWER) throw bad(`it has more than ${MAX_ANSWER} characters`);
	const lines = sdp.split(/\r\n|\n/).filter((line) => !line.startsWith("a=candidate:"));
	if (lines.length > MAX_LINES || lines[0] !== "v=0") throw bad("it is not SDP");
	try {
		return SessionDescription.parse(lines.join("\r\n")).media;
	} catch (error) {
		throw bad(`it is not SDP (${messageOf(error)})`, error);
	}
}

function isH264(mimeType: string, payloadType: number): boolean {
	return mimeType.toLowerCase() === "video/h264" && payloadType === PAYLOAD_TYPE;
}

function acceptedExtensions(video: MediaDescription): ExtensionIds {
	const ids: ExtensionIds = {};
	for (const { id, uri } of video.rtp.headerExtensions) {
		const name = (Object.keys(HEADER_EXTENSIONS) as HeaderExtension[]).find(
			(key) => HEADER_EXTENSIONS[key] === uri && OFFERED_EXTENSIONS[key] === id,
		);
		if (name !== undefined) ids[name] = id;
	}
	return ids;
}

function bad(reason: string, cause?: unknown): PortholeError {
	return new PortholeError("bad-answer", `The viewer's answer cannot be used: ${reason}.`, { cause });
}
