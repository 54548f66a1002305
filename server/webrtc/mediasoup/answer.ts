import type { DtlsFingerprint, FingerprintAlgorithm } from "mediasoup/types";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { PAYLOAD_TYPE } from "../sdp/host-offer.ts";
import { parseSdp } from "../sdp/lines.ts";

/** What a viewer's answer says that mediasoup needs to know. */
export interface Answer {
	readonly fingerprints: DtlsFingerprint[];
	/** The viewer took the data channel. */
	readonly data: boolean;
}

/**
 * Reads the answer to an offer of ours (RFC 8866). Its candidates are not looked at: an ICE-lite agent learns addresses
 * from checks. Throws PortholeError `bad-answer` with what is wrong.
 */
export function readAnswer(sdp: string): Answer {
	const { session, media } = parseSdp(sdp, bad);
	const video = media.find(({ kind }) => kind === "video");
	if (video === undefined || video.port === 0) throw bad("it does not take the video");
	const codec = video.values("rtpmap").find((value) => value.startsWith(`${PAYLOAD_TYPE} `));
	if (!video.formats.includes(String(PAYLOAD_TYPE)) || !/^\d+ h264\/90000/i.test(codec ?? "")) {
		throw bad("it does not take H.264 with the payload type that was offered");
	}
	if ((video.value("setup") ?? session.value("setup")) !== "active") throw bad("it must say a=setup:active");
	const fingerprints = [session, video]
		.flatMap((part) => part.values("fingerprint"))
		.flatMap(readFingerprint);
	if (fingerprints.length === 0) throw bad("it has no usable a=fingerprint");
	return {
		fingerprints,
		data: media.some(({ kind, port }) => kind === "application" && port !== 0),
	};
}

/** RFC 8122, 5. */
function readFingerprint(value: string): DtlsFingerprint[] {
	const [, algorithm, digest] = /^(sha-(?:1|224|256|384|512)) ([0-9a-f:]{59,191})$/i.exec(value) ?? [];
	return algorithm && digest
		? [{ algorithm: algorithm.toLowerCase() as FingerprintAlgorithm, value: digest.toUpperCase() }]
		: [];
}

function bad(reason: string): PortholeError {
	return new PortholeError("bad-answer", `The viewer's answer cannot be used: ${reason}.`);
}
