import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { DtlsFingerprint } from "./library.ts";
import { PAYLOAD_TYPE } from "./terms.ts";

/** Longest answer looked at, characters; a browser's is about 3,000. */
const MAX_ANSWER = 64 * 1024;
const MAX_LINES = 2000;

/** What a viewer's answer says that mediasoup needs to know. */
export interface Answer {
	readonly fingerprints: readonly DtlsFingerprint[];
	/** The viewer took the data channel. */
	readonly data: boolean;
}

/** A media section's lines, without the session's. */
interface Section {
	readonly kind: string;
	readonly port: string;
	readonly formats: readonly string[];
	readonly attributes: readonly string[];
}

/**
 * Reads the answer to an offer of ours (RFC 8866). Its candidates are not looked at: an ICE-lite agent learns addresses
 * from checks. Throws PortholeError `bad-answer` with what is wrong.
 */
export function readAnswer(sdp: string): Answer {
	const { session, media } = parse(sdp);
	const video = media.find(({ kind }) => kind === "video");
	if (video === undefined || video.port === "0") throw bad("it does not take the video");
	const codec = attribute(video.attributes, `rtpmap:${PAYLOAD_TYPE} `);
	if (!video.formats.includes(String(PAYLOAD_TYPE)) || !/^h264\/90000/i.test(codec ?? "")) {
		throw bad("it does not take H.264 with the payload type that was offered");
	}
	const setup = attribute(video.attributes, "setup:") ?? attribute(session, "setup:");
	if (setup !== "active") throw bad("it must say a=setup:active");
	const fingerprints = [...session, ...video.attributes].flatMap(readFingerprint);
	if (fingerprints.length === 0) throw bad("it has no usable a=fingerprint");
	return {
		fingerprints,
		data: media.some(({ kind, port }) => kind === "application" && port !== "0"),
	};
}

function parse(sdp: string): { session: string[]; media: Section[] } {
	if (sdp.length > MAX_ANSWER) throw bad(`it has more than ${MAX_ANSWER} characters`);
	const lines = sdp.split(/\r\n|\n/);
	if (lines.length > MAX_LINES || lines[0] !== "v=0") throw bad("it is not SDP");
	const session: string[] = [];
	const media: (Section & { attributes: string[] })[] = [];
	for (const line of lines) {
		if (line.startsWith("m=")) {
			const [kind = "", port = "", , ...formats] = line.slice(2).split(" ");
			media.push({ kind, port, formats, attributes: [] });
		} else if (line.startsWith("a=")) {
			(media.at(-1)?.attributes ?? session).push(line.slice(2));
		}
	}
	return { session, media };
}

function attribute(lines: readonly string[], prefix: string): string | undefined {
	return lines.find((line) => line.startsWith(prefix))?.slice(prefix.length);
}

/** RFC 8122, 5. */
function readFingerprint(line: string): DtlsFingerprint[] {
	const [, algorithm, value] =
		/^fingerprint:(sha-(?:1|224|256|384|512)) ([0-9a-f:]{59,191})$/i.exec(line) ?? [];
	return algorithm && value ? [{ algorithm: algorithm.toLowerCase(), value: value.toUpperCase() }] : [];
}

function bad(reason: string): PortholeError {
	return new PortholeError("bad-answer", `The viewer's answer cannot be used: ${reason}.`);
}
