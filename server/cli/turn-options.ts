import { readFileSync } from "node:fs";
import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import type { TurnOptions } from "../../signaling/turn.ts";
import type { OptionReader } from "./option-reader.ts";

/** TURN servers told to viewers, at most. */
const MAX_SERVERS = 8;
/** RFC 7065, 3.1. */
const TURN_URL = /^turns?:(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(:\d{1,5})?(\?transport=(udp|tcp))?$/;

/** For `parseArguments`. */
export const turnArguments = {
	turn: { type: "string", multiple: true },
	"turn-secret-file": { type: "string" },
} as const;

interface Given {
	readonly turn?: readonly string[] | undefined;
	readonly "turn-secret-file"?: string | undefined;
}

export const turnHelp = `  --turn URL        a TURN server for networks that let nothing else through, such as
                    turn:turn.example.org:3478?transport=tcp (repeatable)
  --turn-secret-file PATH
                    file with its static-auth-secret; each viewer gets credentials that end after an hour
                    (or PORTHOLE_TURN_SECRET)`;

/** Undefined without TURN. Throws PortholeError `bad-option`. */
export function readTurnOptions(given: Given, reader: OptionReader): TurnOptions | undefined {
	const urls = reader.list(given.turn, "PORTHOLE_TURN");
	if (urls.length === 0) return undefined;
	for (const url of urls) {
		if (TURN_URL.test(url)) continue;
		throw bad(
			`--turn takes a URL such as turn:turn.example.org:3478?transport=udp, not ${url.slice(0, 100)}.`,
		);
	}
	if (urls.length > MAX_SERVERS) throw bad(`--turn can be given ${MAX_SERVERS} times.`);
	const file = reader.text(given["turn-secret-file"], "PORTHOLE_TURN_SECRET_FILE");
	const secret = file === undefined ? reader.text(undefined, "PORTHOLE_TURN_SECRET") : readSecret(file);
	if (secret) return { urls, secret };
	throw bad("--turn needs the TURN server's secret: give --turn-secret-file PATH or PORTHOLE_TURN_SECRET.");
}

function readSecret(file: string): string {
	try {
		return readFileSync(file, "utf8").trim();
	} catch (cause) {
		throw bad(`--turn-secret-file ${file} could not be read: ${messageOf(cause)}.`, cause);
	}
}

function bad(words: string, cause?: unknown): PortholeError {
	return new PortholeError("bad-option", words, { cause });
}
