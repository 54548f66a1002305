import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { candidateLine, type HostCandidate } from "../ice/candidate.ts";
import { type Codec, type Fingerprint, type MediaSection, readSdp } from "./session-description.ts";

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
	readonly fingerprints: readonly Fingerprint[];
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

/** An H.264 format that a media section offers and that we can use: whole access units in FU-A (packetization-mode 1). */
export interface H264Format {
	readonly payloadType: number;
	/** `profile_idc` and the constraint flags, four hexadecimal digits of `profile-level-id` (RFC 6184, 8.1). */
	readonly profile: string;
	/** `level_idc`. */
	readonly level: number;
	/** Each side may send at a level of its own. */
	readonly levelAsymmetry: boolean;
	/** Payload type of its retransmissions (RFC 4588). */
	readonly retransmission?: number;
	/** Kinds of feedback offered for it, such as `nack pli`. */
	readonly feedback: ReadonlySet<string>;
}

/** What the client wants to do with the video. */
export type ClientSide = "watches" | "publishes";

const DIRECTIONS: Record<ClientSide, readonly string[]> = {
	watches: ["recvonly", "sendrecv"],
	publishes: ["sendonly", "sendrecv"],
};
/** A token (RFC 5888, 4; RFC 8866, 9), as long as a header extension can carry (RFC 8285, 4.3). */
const MID = /^[!#-'*+.0-9A-Z^-~-]{1,255}$/;
const RTP_PROTOCOLS = ["UDP/TLS/RTP/SAVPF", "RTP/SAVPF"];

/**
 * Reads the offer of somebody else's client. Its candidates are not looked at: a lite agent learns addresses from
 * checks. Throws PortholeError `bad-offer` for what is not a usable offer, `no-h264` where we have no codec in common, and
 * `too-many-tracks` for more than one video.
 */
export function readClientOffer(sdp: string, side: ClientSide): ClientOffer {
	return readSdp(sdp, badOffer, ({ media, bundled }) => {
		const videos = media.filter((section) => section.kind === "video" && section.isOn);
		const [video] = videos;
		if (video === undefined) throw badOffer("it has no video");
		if (videos.length > 1) {
			throw new PortholeError(
				"too-many-tracks",
				"The offer has several video sections; one is taken. Offer one.",
			);
		}
		const { protocol, direction, mid, ufrag, setup = "actpass" } = video;
		if (!RTP_PROTOCOLS.includes(protocol)) throw badOffer(`it wants ${protocol}, not UDP/TLS/RTP/SAVPF`);
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
		if (setup !== "actpass" && setup !== "active") throw badOffer("it must say a=setup:actpass");
		if (mid !== undefined && !MID.test(mid)) throw badOffer("its a=mid cannot be used");
		if (ufrag === undefined) throw badOffer("it has no usable a=ice-ufrag");
		const fingerprints = video.fingerprints.filter(({ algorithm }) => /^sha-(256|512)$/.test(algorithm));
		if (fingerprints.length === 0) throw badOffer("it has no a=fingerprint of sha-256 or sha-512");
		return {
			sections: media.map(describeSection),
			videoAt: media.indexOf(video),
			mid: mid ?? "0",
			format,
			// Ids beyond 14 need two-byte headers (RFC 8285, 4.3), which we do not write.
			extensions: new Map([...video.extensions].filter(([, id]) => id >= 1 && id <= 14)),
			ufrag,
			fingerprints,
			bundled: bundled && mid !== undefined,
		};
	});
}

function describeSection(section: MediaSection): OfferedSection {
	const { kind, protocol, formats, mid } = section;
	const isRtp = section.isOn && RTP_PROTOCOLS.includes(protocol);
	return {
		kind,
		protocol,
		mid: mid !== undefined && MID.test(mid) ? mid : undefined,
		format: formats[0] ?? "0",
		codec: isRtp ? section.firstCodec : undefined,
	};
}

function badOffer(reason: string, cause?: unknown): PortholeError {
	return new PortholeError("bad-offer", `The offer cannot be used: ${reason}.`, { cause });
}

/** What a format without `profile-level-id` means (RFC 6184, 8.1). */
const DEFAULT_PROFILE_LEVEL = "42000a";

/**
 * The best format of a section, or none: constrained baseline before baseline before the rest, as every browser decodes
 * it; of equal ones the first offered.
 */
function bestH264({ codecs }: MediaSection): H264Format | undefined {
	const found = codecs.flatMap((codec) => readFormat(codec, codecs) ?? []);
	return found.sort((one, other) => rank(one) - rank(other))[0];
}

function rank({ profile }: H264Format): number {
	if (!profile.startsWith("42")) return profile.startsWith("4d") ? 2 : 3;
	return isConstrained(profile) ? 0 : 1;
}

/** `constraint_set1_flag` makes baseline constrained (H.264, A.2.1). */
function isConstrained(profile: string): boolean {
	return (Number.parseInt(profile.slice(2), 16) & 0x40) !== 0;
}

function readFormat(codec: Codec, all: readonly Codec[]): H264Format | undefined {
	const { payloadType, name, clockRate, parameters, feedback } = codec;
	if (name !== "h264" || clockRate !== 90_000 || !isPayloadType(payloadType)) return undefined;
	const profileLevel = (parameters.get("profile-level-id") ?? DEFAULT_PROFILE_LEVEL).toLowerCase();
	if (parameters.get("packetization-mode") !== "1" || !/^[0-9a-f]{6}$/.test(profileLevel)) return undefined;
	const rtx = all.find(
		(other) => other.name === "rtx" && other.parameters.get("apt") === String(payloadType),
	);
	return {
		payloadType,
		profile: profileLevel.slice(0, 4),
		level: Number.parseInt(profileLevel.slice(4), 16),
		levelAsymmetry: parameters.get("level-asymmetry-allowed") === "1",
		...(rtx !== undefined && isPayloadType(rtx.payloadType) ? { retransmission: rtx.payloadType } : {}),
		feedback,
	};
}

/** Payload types 64 to 95 would be taken for RTCP (RFC 5761, 4). */
function isPayloadType(value: number): boolean {
	return (value >= 0 && value <= 63) || (value >= 96 && value <= 127);
}

/** What the answer to a client's offer is made of. */
export interface ClientAnswerParts {
	readonly offer: ClientOffer;
	/** What the client does with the video; we do the opposite. */
	readonly side: ClientSide;
	readonly ufrag: string;
	readonly password: string;
	/** SHA-256 of our certificate. */
	readonly fingerprint: string;
	readonly hosts: readonly HostCandidate[];
	/** H.264 `level_idc` of what we send, or of the most that we take. */
	readonly level: number;
	/** URIs of the header extensions that we understand. */
	readonly extensions: readonly string[];
	/** Kinds of feedback that we understand. */
	readonly feedback: readonly string[];
	/** What we send. */
	readonly stream?: { readonly ssrc: number; readonly retransmissionSsrc: number; readonly cname: string };
	/** Random, for the origin line. */
	readonly sessionId: number;
}

/**
 * The answer of an ICE-lite host to an offer (RFC 3264; RFC 9429, 5.3): it takes the one video and leaves every other
 * section silent: audio of the same bundle as inactive, since Chromium does not manage without the first section of a
 * bundle, and the rest as rejected. `a=ice-lite` stands at session level, where Chromium looks for it.
 */
export function writeClientAnswer(parts: ClientAnswerParts): string {
	const { offer, sessionId } = parts;
	const lines = [
		"v=0",
		`o=- ${sessionId} 1 IN IP4 127.0.0.1`,
		"s=-",
		"t=0 0",
		"a=ice-lite",
		...(offer.bundled ? [`a=group:BUNDLE ${bundledMids(offer).join(" ")}`] : []),
		"a=extmap-allow-mixed",
		"a=msid-semantic: WMS screen",
		...offer.sections.flatMap((section, at) =>
			at === offer.videoAt ? videoLines(parts, section) : otherLines(parts, section),
		),
	];
	return `${lines.join("\r\n")}\r\n`;
}

function bundledMids(offer: ClientOffer): string[] {
	return offer.sections.flatMap((section, at) => {
		const taken = at === offer.videoAt || isSilent(offer, section);
		return taken && section.mid !== undefined ? [section.mid] : [];
	});
}

/** Whether a section is taken without being used. */
function isSilent({ bundled }: ClientOffer, { kind, mid, codec }: OfferedSection): boolean {
	return bundled && kind === "audio" && mid !== undefined && codec !== undefined;
}

function otherLines(parts: ClientAnswerParts, section: OfferedSection): string[] {
	const { kind, protocol, format, mid, codec } = section;
	const silent = isSilent(parts.offer, section);
	return [
		// RFC 3264, 6: port 0 rejects.
		`m=${kind} ${silent ? 9 : 0} ${protocol} ${format}`,
		"c=IN IP4 0.0.0.0",
		...(mid === undefined ? [] : [`a=mid:${mid}`]),
		...(silent ? [...transportLines(parts), "a=rtcp-mux", `a=rtpmap:${format} ${codec}`] : []),
		"a=inactive",
	];
}

/** Candidates stand in every section: clients look at the first one of a bundle only. */
function transportLines({ ufrag, password, fingerprint, hosts }: ClientAnswerParts): string[] {
	return [
		`a=ice-ufrag:${ufrag}`,
		`a=ice-pwd:${password}`,
		`a=fingerprint:sha-256 ${fingerprint}`,
		"a=setup:passive",
		...hosts.map((host, i) => `a=candidate:${candidateLine(host, i + 1)}`),
		"a=end-of-candidates",
	];
}

function videoLines(parts: ClientAnswerParts, section: OfferedSection): string[] {
	const { offer, side, stream } = parts;
	const { payloadType, retransmission, feedback } = offer.format;
	const types = [payloadType, ...(retransmission === undefined ? [] : [retransmission])];
	return [
		`m=video 9 ${section.protocol} ${types.join(" ")}`,
		"c=IN IP4 0.0.0.0",
		"a=rtcp:9 IN IP4 0.0.0.0",
		...(section.mid === undefined ? [] : [`a=mid:${offer.mid}`]),
		...transportLines(parts),
		side === "watches" ? "a=sendonly" : "a=recvonly",
		"a=rtcp-mux",
		"a=rtcp-mux-only",
		"a=rtcp-rsize",
		...parts.extensions.flatMap((uri) => {
			const id = offer.extensions.get(uri);
			return id === undefined ? [] : [`a=extmap:${id} ${uri}`];
		}),
		`a=rtpmap:${payloadType} H264/90000`,
		...parts.feedback.filter((kind) => feedback.has(kind)).map((kind) => `a=rtcp-fb:${payloadType} ${kind}`),
		`a=fmtp:${payloadType} ${formatParameters(parts)}`,
		...(retransmission === undefined
			? []
			: [`a=rtpmap:${retransmission} rtx/90000`, `a=fmtp:${retransmission} apt=${payloadType}`]),
		...(stream === undefined ? [] : streamLines(stream, retransmission !== undefined)),
	];
}

/** Without `level-asymmetry-allowed` an answer may not raise the level (RFC 6184, 8.2.2). */
function formatParameters({ offer, level }: ClientAnswerParts): string {
	const { profile, level: offered, levelAsymmetry } = offer.format;
	const told = levelAsymmetry ? level : Math.min(level, offered);
	const profileLevel = `profile-level-id=${profile}${told.toString(16).padStart(2, "0")}`;
	return `${levelAsymmetry ? "level-asymmetry-allowed=1;" : ""}packetization-mode=1;${profileLevel}`;
}

function streamLines(stream: NonNullable<ClientAnswerParts["stream"]>, repeats: boolean): string[] {
	const ssrcs = repeats ? [stream.ssrc, stream.retransmissionSsrc] : [stream.ssrc];
	return [
		"a=msid:screen screen",
		...(repeats ? [`a=ssrc-group:FID ${ssrcs.join(" ")}`] : []),
		...ssrcs.flatMap((ssrc) => [`a=ssrc:${ssrc} cname:${stream.cname}`, `a=ssrc:${ssrc} msid:screen screen`]),
	];
}
