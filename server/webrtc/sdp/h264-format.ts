import type { SdpMedia } from "./lines.ts";

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

/** What a format without `profile-level-id` means (RFC 6184, 8.1). */
const DEFAULT_PROFILE_LEVEL = "42000a";

/**
 * The best format of a section, or none: constrained baseline before baseline before the rest, as every browser decodes
 * it; of equal ones the first offered.
 */
export function bestH264(media: SdpMedia): H264Format | undefined {
	const found = media.formats.flatMap((format) => readFormat(media, format) ?? []);
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

function readFormat(media: SdpMedia, format: string): H264Format | undefined {
	const payloadType = payloadTypeOf(format);
	if (payloadType === undefined || !/^h264\/90000$/i.test(codecOf(media, format) ?? "")) return undefined;
	const parameters = parametersOf(media, format);
	const profileLevel = (parameters.get("profile-level-id") ?? DEFAULT_PROFILE_LEVEL).toLowerCase();
	if (parameters.get("packetization-mode") !== "1" || !/^[0-9a-f]{6}$/.test(profileLevel)) return undefined;
	const retransmission = retransmissionOf(media, format);
	return {
		payloadType,
		profile: profileLevel.slice(0, 4),
		level: Number.parseInt(profileLevel.slice(4), 16),
		levelAsymmetry: parameters.get("level-asymmetry-allowed") === "1",
		...(retransmission === undefined ? {} : { retransmission }),
		feedback: new Set(
			media
				.values("rtcp-fb")
				.map((value) => /^(\S+) (.+)$/.exec(value))
				.flatMap((match) => (match?.[1] === format || match?.[1] === "*" ? [match[2] ?? ""] : [])),
		),
	};
}

function retransmissionOf(media: SdpMedia, format: string): number | undefined {
	const found = media.formats.find(
		(other) =>
			/^rtx\/90000$/i.test(codecOf(media, other) ?? "") && parametersOf(media, other).get("apt") === format,
	);
	return found === undefined ? undefined : payloadTypeOf(found);
}

/** Payload types 64 to 95 would be taken for RTCP (RFC 5761, 4). */
function payloadTypeOf(format: string): number | undefined {
	const value = /^\d{1,3}$/.test(format) ? Number(format) : Number.NaN;
	return value <= 63 || (value >= 96 && value <= 127) ? value : undefined;
}

function codecOf(media: SdpMedia, format: string): string | undefined {
	const value = media.values("rtpmap").find((line) => line.startsWith(`${format} `));
	return value?.slice(format.length + 1);
}

function parametersOf(media: SdpMedia, format: string): Map<string, string> {
	const value = media.values("fmtp").find((line) => line.startsWith(`${format} `));
	const pairs = (value?.slice(format.length + 1) ?? "").split(";").map((pair) => pair.trim().split("=", 2));
	return new Map(pairs.map(([name = "", text = ""]) => [name.toLowerCase(), text]));
}
