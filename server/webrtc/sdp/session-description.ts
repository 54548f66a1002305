import sdp from "sdp";
import type { PortholeError } from "../../../signaling/protocol/errors.ts";

/** Longest description looked at, characters; a browser's is about 6,000. */
const MAX_LENGTH = 64 * 1024;
const MAX_LINES = 2000;
const MAX_SECTIONS = 16;
/** Formats of a media section: as many as there are payload types. */
const MAX_FORMATS = 128;

/** A certificate fingerprint: hash function (such as `sha-256`) and hexadecimal with colons, upper case. */
export interface Fingerprint {
	readonly algorithm: (typeof HASHES)[number];
	readonly value: string;
}

const HASHES = ["sha-1", "sha-224", "sha-256", "sha-384", "sha-512"] as const;

/** A codec of a media section, with its `rtpmap`, `fmtp` and `rtcp-fb` lines. */
export interface Codec {
	/** As in the media line. */
	readonly payloadType: number;
	/** Lower case. */
	readonly name: string;
	readonly clockRate: number;
	/** Names in lower case. */
	readonly parameters: ReadonlyMap<string, string>;
	/** Such as `nack pli`. */
	readonly feedback: ReadonlySet<string>;
}

/** What the library threw: it reads on where a line ends too soon. */
class MalformedSdp extends Error {}

/** Calls the library. Throws MalformedSdp. */
function parsed<T>(parse: () => T): T {
	try {
		return parse();
	} catch (cause) {
		throw new MalformedSdp("The library cannot read it.", { cause });
	}
}

/** A media section (RFC 8866, 5.14). What may stand at session level instead is looked for there too. */
export class MediaSection {
	readonly kind: string;
	readonly port: number;
	readonly protocol: string;
	/** Payload types, or what the protocol has in their place. */
	readonly formats: readonly string[];
	readonly #section: string;
	readonly #session: string;

	constructor(section: string, session: string) {
		const { kind, port = Number.NaN, protocol, fmt = "" } = parsed(() => sdp.parseMLine(section));
		this.kind = kind;
		this.port = port;
		this.protocol = protocol;
		this.formats = fmt === "" ? [] : fmt.split(" ");
		this.#section = section;
		this.#session = session;
	}

	/** Port 0 turns a section off, unless it only has no port of its own (RFC 9143, 6). */
	get isOn(): boolean {
		return this.port !== 0 || this.has("bundle-only");
	}

	get mid(): string | undefined {
		return this.#value("mid");
	}

	get direction(): string {
		return parsed(() => sdp.getDirection(this.#section, this.#session));
	}

	/** The DTLS role that it offers or takes (RFC 8842, 5.3). */
	get setup(): string | undefined {
		return this.#value("setup");
	}

	/** The ICE user name fragment; undefined when there is none that is valid (RFC 8839, 5.4). */
	get ufrag(): string | undefined {
		const ufrag = this.#value("ice-ufrag") ?? "";
		return /^[A-Za-z0-9+/]{4,256}$/.test(ufrag) ? ufrag : undefined;
	}

	/** All fingerprints that could be of a certificate (RFC 8122, 5). */
	get fingerprints(): Fingerprint[] {
		const { fingerprints } = parsed(() => sdp.getDtlsParameters(this.#section, this.#session));
		return fingerprints.filter(isFingerprint);
	}

	get codecs(): Codec[] {
		const { codecs } = parsed(() => sdp.parseRtpParameters(this.#section));
		return codecs.map(({ parameters = {}, rtcpFeedback = [], ...codec }) => ({
			payloadType: codec.payloadType,
			// The library leaves it out where the line has none.
			name: (codec.name ?? "").toLowerCase(),
			clockRate: codec.clockRate,
			parameters: new Map(
				Object.entries(parameters).map(([name, value = ""]) => [name.toLowerCase(), value] as const),
			),
			feedback: new Set(rtcpFeedback.map(({ type, parameter }) => `${type} ${parameter}`.trimEnd())),
		}));
	}

	/** Ids of the header extensions by URI (RFC 8285, 5). */
	get extensions(): Map<string, number> {
		const lines = [this.#session, this.#section].flatMap((part) => sdp.matchPrefix(part, "a=extmap:"));
		const found = parsed(() => lines.map(sdp.parseExtmap));
		return new Map(found.map(({ uri, id }) => [uri, id] as const));
	}

	/** The SCTP port of a data channel section (RFC 8841, 5). */
	get sctpPort(): number | undefined {
		const port = parsed(() => sdp.parseSctpDescription(this.#section))?.port;
		return Number.isInteger(port) ? port : undefined;
	}

	/** The `rtpmap` of its first format, such as `opus/48000/2`. */
	get firstCodec(): string | undefined {
		const [line = ""] = sdp.matchPrefix(this.#section, `a=rtpmap:${this.formats[0]} `);
		return /^a=rtpmap:\d{1,3} ([A-Za-z0-9._-]{1,30}\/\d{1,6}(?:\/\d)?)$/.exec(line)?.[1];
	}

	/** Whether it has `a=name`. */
	has(name: string): boolean {
		return sdp.matchPrefix(this.#section, `a=${name}`).some((line) => line === `a=${name}`);
	}

	#value(name: string): string | undefined {
		const prefix = `a=${name}:`;
		const [line] = [this.#section, this.#session].flatMap((part) => sdp.matchPrefix(part, prefix));
		return line?.slice(prefix.length).trim();
	}
}

function isFingerprint(print: { algorithm: string; value: string }): print is Fingerprint {
	const isKnown = (HASHES as readonly string[]).includes(print.algorithm);
	return isKnown && /^[0-9A-F]{2}(?::[0-9A-F]{2}){19,63}$/.test(print.value);
}

/** A session description (RFC 8866), as far as we need it. */
export interface SessionDescription {
	readonly media: readonly MediaSection[];
	/** It bundles sections (RFC 9143). */
	readonly bundled: boolean;
}

/**
 * Reads a description with `read`. What is too long or no SDP is thrown as what `refuse` makes of the reason; a mistake
 * in `read` is nobody's but ours, and passes.
 */
export function readSdp<T>(
	text: string,
	refuse: (why: string, cause?: unknown) => PortholeError,
	read: (description: SessionDescription) => T,
): T {
	if (text.length > MAX_LENGTH) throw refuse(`it has more than ${MAX_LENGTH} characters`);
	const lines = text.split(/\r\n|\n/);
	const isSdp = lines[0] === "v=0" && lines.length <= MAX_LINES;
	const broken = lines.some((line, at) => !/^[a-z]=/.test(line) && !(line === "" && at === lines.length - 1));
	if (!isSdp || broken) throw refuse("it is not SDP");
	if (lines.filter((line) => line.startsWith("m=")).length > MAX_SECTIONS)
		throw refuse(`it has more than ${MAX_SECTIONS} media sections`);
	try {
		const [session = "", ...sections] = parsed(() => sdp.splitSections(text));
		const media = sections.map((section) => new MediaSection(section, session));
		if (!media.every(isSane)) throw refuse("a media line is malformed");
		return read({ media, bundled: sdp.matchPrefix(session, "a=group:BUNDLE").length > 0 });
	} catch (cause) {
		if (cause instanceof MalformedSdp) throw refuse("it is not SDP", cause);
		throw cause;
	}
}

function isSane({ kind, port, protocol, formats }: MediaSection): boolean {
	return (
		/^[a-z]{1,20}$/.test(kind) &&
		/^[A-Z/0-9]{1,40}$/.test(protocol) &&
		Number.isInteger(port) &&
		port >= 0 &&
		formats.length > 0 &&
		formats.length <= MAX_FORMATS &&
		formats.every((format) => /^[!-~]{1,40}$/.test(format))
	);
}
