import { PortholeError } from "./errors.ts";

/** What a JSON text from outside may be, so that reading it costs little whoever sends it. */
export interface JsonBounds {
	/** Characters. */
	readonly longest: number;
	/** Objects and arrays inside each other. */
	readonly depth: number;
	/** Values, keys included. */
	readonly values: number;
}

/**
 * Parses a JSON text from outside. What is beyond the bounds is refused before anything is made of it. Throws PortholeError
 * `message-too-long`, `message-too-complex` or `not-json`.
 */
export function parseJson(text: string, { longest, depth, values }: JsonBounds): unknown {
	if (text.length > longest) {
		const words = `A JSON text of ${text.length} characters was refused; ${longest} is the limit.`;
		throw new PortholeError("message-too-long", words);
	}
	if (!isWithin(text, depth, values)) {
		const words = `A JSON text was refused: more than ${depth} levels or ${values} values.`;
		throw new PortholeError("message-too-complex", words);
	}
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new PortholeError("not-json", "A text was refused: it is not JSON.", { cause });
	}
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `,` `:` between values, `[` `{` before them. */
const BETWEEN = new Set([0x2c, 0x3a, 0x5b, 0x7b]);

/** Looks at the structure alone; whether it is JSON at all is for the parser to say. */
function isWithin(text: string, depth: number, values: number): boolean {
	let [level, count] = [0, 1];
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === QUOTE) {
			at = endOfString(text, at);
			if (at < 0) return true;
		} else if (BETWEEN.has(code)) {
			if (++count > values) return false;
			if (code > 0x40 && ++level > depth) return false;
		} else if (code === 0x5d || code === 0x7d) level--;
	}
	return true;
}

/** Where the string ends that begins at a quote; negative when it does not. */
function endOfString(text: string, begin: number): number {
	for (let end = text.indexOf('"', begin + 1); end >= 0; end = text.indexOf('"', end + 1)) {
		let slashes = 0;
		while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
		if (slashes % 2 === 0) return end;
	}
	return -1;
}
