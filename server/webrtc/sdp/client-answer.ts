import { candidateLine, type HostCandidate } from "../ice/candidate.ts";
import type { ClientOffer, ClientSide, OfferedSection } from "./client-offer.ts";

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
