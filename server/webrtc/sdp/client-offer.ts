import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { bestH264, type H264Format } from "./h264-format.ts";
import { badOffer, parseSdp, type SdpMedia, type SdpPart } from "./lines.ts";

/** A certificate fingerprint: hash function (such as `sha-256`) and hexadecimal with colons, upper case. */
export interface OfferedFingerprint {
	readonly algorithm: string;
	readonly value: string;
}

/** What a player (WHEP) or a publisher (WHIP) offers, as far as we need it. */
export interface ClientOffer {
	/** All its media sections in order: an answer has as many. */
	readonly sections: readonly OfferedSection[];
	/** Which of them is the video that is taken. */
	readonly videoAt: number;
	readonly mid: string;
	readonly format: H264Format;
	/** Ids (1..14) of the header extensions by URI. */
	readonly extensions: ReadonlyMap<string, number>;
	readonly ufrag: string;
	readonly fingerprints: readonly OfferedFingerprint[];
	/** It uses BUNDLE. */
	readonly bundled: boolean;
}

export interface OfferedSection {
	readonly kind: string;
	readonly protocol: string;
	/** Absent in an offer without bundle. */
	readonly mid: string | undefined;
	/** First of its formats, for the line that answers it. */
	readonly format: string;
	/** What an RTP format means, such as `opus/48000/2`; absent for other sections. */
	readonly codec: string | undefined;
}

/** What the client wants to do with the video. */
export type ClientSide = "watches" | "publishes";

const DIRECTIONS: Record<ClientSide, readonly string[]> = {
	watches: ["recvonly", "sendrecv"],
	publishes: ["sendonly", "sendrecv"],
};
const MID = /^[!-~]{1,32}$/;
const RTP_PROTOCOLS = ["UDP/TLS/RTP/SAVPF", "RTP/SAVPF"];

/**
 * Reads the offer of somebody else's client. Its candidates are not looked at: a lite agent learns addresses from
 * checks. Throws PortholeError `bad-offer` for what is not a usable offer, `no-h264` where we have no codec in common, and
 * `too-many-tracks` for more than one video.
 */
export function readClientOffer(sdp: string, side: ClientSide): ClientOffer {
	const { session, media } = parseSdp(sdp);
	const videos = media.filter((section) => section.kind === "video" && isOn(section));
	const [video] = videos;
	if (video === undefined) throw badOffer("it has no video");
	if (videos.length > 1) {
		throw new PortholeError(
			"too-many-tracks",
			"The offer has several video sections; one is taken. Offer one.",
		);
	}
	if (!RTP_PROTOCOLS.includes(video.protocol))
		throw badOffer(`it wants ${video.protocol}, not UDP/TLS/RTP/SAVPF`);
	const direction = directionOf(video) ?? directionOf(session) ?? "sendrecv";
	if (!DIRECTIONS[side].includes(direction)) {
		throw badOffer(`its video is ${direction}; it must be ${DIRECTIONS[side][0]}`);
	}
	const format = bestH264(video);
	if (format === undefined) {
		throw new PortholeError(
			"no-h264",
			"The offer has no H.264 with packetization-mode=1, which is all that is spoken here. Turn H.264 on.",
		);
	}
	if (!video.has("rtcp-mux")) throw badOffer("it has no a=rtcp-mux");
	const setup = video.value("setup") ?? session.value("setup") ?? "actpass";
	if (setup !== "actpass" && setup !== "active") throw badOffer("it must say a=setup:actpass");
	const mid = video.value("mid");
	if (mid !== undefined && !MID.test(mid)) throw badOffer("its a=mid cannot be used");
	return {
		sections: media.map(describeSection),
		videoAt: media.indexOf(video),
		mid: mid ?? "0",
		format,
		extensions: extensionsOf(session, video),
		ufrag: ufragOf(session, video),
		fingerprints: fingerprintsOf(session, video),
		bundled: session.values("group").some((group) => group.startsWith("BUNDLE")) && mid !== undefined,
	};
}

function describeSection(section: SdpMedia): OfferedSection {
	const [format = "0"] = section.formats;
	const map = section.values("rtpmap").find((line) => line.startsWith(`${format} `));
	const codec = /^\d{1,3} ([A-Za-z0-9._-]{1,30}\/\d{1,6}(?:\/\d)?)$/.exec(map ?? "")?.[1];
	const mid = section.value("mid");
	const on = isOn(section) && RTP_PROTOCOLS.includes(section.protocol);
	return {
		kind: section.kind,
		protocol: section.protocol,
		mid: mid !== undefined && MID.test(mid) ? mid : undefined,
		format,
		codec: on ? codec : undefined,
	};
}

/** Port 0 turns a section off, unless it only has no port of its own (RFC 9143, 6). */
function isOn(media: SdpMedia): boolean {
	return media.port !== 0 || media.has("bundle-only");
}

function directionOf(part: SdpPart): string | undefined {
	return ["sendrecv", "sendonly", "recvonly", "inactive"].find((direction) => part.has(direction));
}

function ufragOf(session: SdpPart, video: SdpMedia): string {
	const ufrag = video.value("ice-ufrag") ?? session.value("ice-ufrag") ?? "";
	if (!/^[A-Za-z0-9+/]{4,256}$/.test(ufrag)) throw badOffer("it has no usable a=ice-ufrag");
	return ufrag;
}

function fingerprintsOf(session: SdpPart, video: SdpMedia): OfferedFingerprint[] {
	const values = [...video.values("fingerprint"), ...session.values("fingerprint")];
	const found = values.flatMap((value) => {
		const [, algorithm, digits] =
			/^(sha-\d{1,3}) ([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){19,63})$/i.exec(value) ?? [];
		return algorithm && digits ? [{ algorithm: algorithm.toLowerCase(), value: digits.toUpperCase() }] : [];
	});
	const known = found.filter(({ algorithm }) => algorithm === "sha-256" || algorithm === "sha-512");
	if (known.length === 0) throw badOffer("it has no a=fingerprint of sha-256 or sha-512");
	return known;
}

/** Ids beyond 14 need two-byte headers (RFC 8285, 4.3), which we do not write. */
function extensionsOf(session: SdpPart, video: SdpMedia): Map<string, number> {
	const ids = new Map<string, number>();
	for (const value of [...session.values("extmap"), ...video.values("extmap")]) {
		const [, id, uri] = /^(\d{1,5})(?:\/[a-z]+)? (\S+)/.exec(value) ?? [];
		if (uri !== undefined && Number(id) >= 1 && Number(id) <= 14) ids.set(uri, Number(id));
	}
	return ids;
}
