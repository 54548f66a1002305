import { PortholeError } from "../protocol/errors.ts";

/** Which Redis, and where in it. */
export interface RedisAddress {
	/** `redis:` or `rediss:` (TLS), with user and password if there are any, and the database's number as its path. */
	readonly url: string;
	/** The same without user and password, for people. */
	readonly shown: string;
	/** Before every key and channel, so that several installations can share one database. */
	readonly prefix: string;
}

/** Reads `--redis` and `--redis-prefix`. Throws PortholeError `bad-option`, which tells no password. */
export function parseRedisAddress(text: string, prefix: string): RedisAddress {
	const url = URL.parse(text);
	const database = /^\/?(\d{1,3})?$/.test(url?.pathname ?? "");
	if (!url || !["redis:", "rediss:"].includes(url.protocol) || url.hostname === "" || !database) {
		const words = "--redis takes redis://[USER:PASSWORD@]HOST[:PORT][/DB], or rediss:// for TLS.";
		throw new PortholeError("bad-option", words);
	}
	if (!/^[A-Za-z0-9_.:-]{1,40}$/.test(prefix)) {
		const words = "--redis-prefix takes up to 40 letters, digits and _ . : -";
		throw new PortholeError("bad-option", words);
	}
	return { url: text, shown: `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, "")}`, prefix };
}
