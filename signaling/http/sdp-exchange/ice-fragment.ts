import { PortholeError } from "../../protocol/errors.ts";

/** What `application/trickle-ice-sdpfrag` says (RFC 8840, 4.4), as far as a host that is ICE-lite needs it. */
export interface IceFragment {
	readonly ufrag: string;
	readonly password: string;
	readonly candidates: readonly string[];
}

const MAX_LINES = 500;
const UFRAG = /^[A-Za-z0-9+/]{4,256}$/;
const PASSWORD = /^[A-Za-z0-9+/]{22,256}$/;

/** Throws PortholeError `bad-fragment`. */
export function readIceFragment(text: string): IceFragment {
	const lines = text.split(/\r\n|\n/).filter((line) => line !== "");
	if (lines.length > MAX_LINES || !lines.every((line) => /^[a-z]=./.test(line)))
		throw bad("it is no SDP fragment");
	const values = (name: string) =>
		lines.filter((line) => line.startsWith(`a=${name}:`)).map((line) => line.slice(name.length + 3).trim());
	const [ufrag = "", ...otherUfrags] = new Set(values("ice-ufrag"));
	const [password = "", ...otherPasswords] = new Set(values("ice-pwd"));
	if (!UFRAG.test(ufrag) || !PASSWORD.test(password)) throw bad("it needs a=ice-ufrag and a=ice-pwd");
	if (otherUfrags.length + otherPasswords.length > 0) throw bad("it has several a=ice-ufrag or a=ice-pwd");
	return { ufrag, password, candidates: values("candidate") };
}

/** The user fragment that an offer begins with; empty when it has none. */
export function ufragOf(offer: string): string {
	return /^a=ice-ufrag:(\S{1,256})\s*$/m.exec(offer)?.[1] ?? "";
}

function bad(why: string): PortholeError {
	return new PortholeError("bad-fragment", `The fragment cannot be used: ${why}.`);
}
