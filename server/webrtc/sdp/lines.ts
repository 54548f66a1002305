import { PortholeError } from "../../../signaling/protocol/errors.ts";

/** Longest description looked at, characters; a browser's is about 6,000. */
const MAX_LENGTH = 64 * 1024;
const MAX_LINES = 2000;
/** Media sections looked at; more means harm. */
const MAX_SECTIONS = 16;

/** A part of a session description (RFC 8866): its lines up to the next `m=`. */
export class SdpPart {
	readonly #lines: readonly string[];

	constructor(lines: readonly string[]) {
		this.#lines = lines;
	}

	/** Whether it has `a=name`, with or without a value. */
	has(name: string): boolean {
		return this.#lines.some((line) => line === `a=${name}` || line.startsWith(`a=${name}:`));
	}

	/** Value of the first `a=name:value`. */
	value(name: string): string | undefined {
		return this.values(name)[0];
	}

	/** Values of all `a=name:value`, in order. */
	values(name: string): string[] {
		const start = `a=${name}:`;
		return this.#lines
			.filter((line) => line.startsWith(start))
			.map((line) => line.slice(start.length).trim());
	}
}

/** A media section: the fields of its `m=` line (RFC 8866, 5.14) and what follows. */
export class SdpMedia extends SdpPart {
	readonly kind: string;
	readonly port: number;
	readonly protocol: string;
	/** Payload types, or what the protocol has in their place. */
	readonly formats: readonly string[];

	constructor(fields: readonly string[], lines: readonly string[]) {
		super(lines);
		const [kind = "", port = "", protocol = "", ...formats] = fields;
		this.kind = kind;
		this.port = Number(port.split("/", 1)[0]);
		this.protocol = protocol;
		this.formats = formats;
	}
}

export interface SessionDescription {
	readonly session: SdpPart;
	readonly media: readonly SdpMedia[];
}

/** Takes a description apart. Throws what `refuse` makes (PortholeError `bad-offer`) for what is not SDP, or too long. */
export function parseSdp(sdp: string, refuse: (why: string) => PortholeError = badOffer): SessionDescription {
	if (sdp.length > MAX_LENGTH) throw refuse(`it has more than ${MAX_LENGTH} characters`);
	const lines = sdp.split(/\r\n|\n/);
	if (lines[0] !== "v=0" || lines.length > MAX_LINES) throw refuse("it is not SDP");
	const starts = lines.flatMap((line, at) => (line.startsWith("m=") ? [at] : []));
	if (starts.length > MAX_SECTIONS) throw refuse(`it has more than ${MAX_SECTIONS} media sections`);
	const broken = lines.some((line, at) => !/^[a-z]=/.test(line) && !(line === "" && at === lines.length - 1));
	if (broken) throw refuse("it is not SDP");
	const media = starts.map((start, i) => {
		const fields = (lines[start] ?? "").slice(2).split(" ");
		return new SdpMedia(fields, lines.slice(start + 1, starts[i + 1]));
	});
	for (const { kind, port, protocol, formats } of media) {
		const sane =
			/^[a-z]{1,20}$/.test(kind) && /^[A-Z/0-9]{1,40}$/.test(protocol) && Number.isInteger(port) && port >= 0;
		if (!sane || formats.length === 0 || !formats.every((format) => /^[!-~]{1,40}$/.test(format)))
			throw refuse("a media line is malformed");
	}
	return { session: new SdpPart(lines.slice(0, starts[0])), media };
}

/** An offer that cannot be used at all; `why` completes "…cannot be used: ". */
export function badOffer(why: string): PortholeError {
	return new PortholeError("bad-offer", `The offer cannot be used: ${why}.`);
}
