import type { OptionReader } from "./option-reader.ts";

/** Port when none is asked for. */
export const DEFAULT_PORT = 8400;

/** Hosts that only this machine reaches. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Where the page and the API listen. */
export interface ListenOptions {
	readonly port: number;
	/** Address to bind; `localhost` is both loopback addresses. */
	readonly host: string;
	/** Meant to be reached from the network: `--lan`, or an address that is not of this machine alone. */
	readonly lan: boolean;
	/** Further names that this server is known by. */
	readonly names: readonly string[];
}

/** For `parseArguments`. */
export const listenArguments = {
	port: { type: "string" },
	host: { type: "string" },
	lan: { type: "boolean" },
	name: { type: "string", multiple: true },
} as const;

interface Given {
	readonly port?: string | undefined;
	readonly host?: string | undefined;
	readonly lan?: boolean | undefined;
	readonly name?: readonly string[] | undefined;
}

/** Throws PortholeError `bad-option`. */
export function readListenOptions(given: Given, reader: OptionReader): ListenOptions {
	const wide = reader.flag(given.lan, "PORTHOLE_LAN") ?? false;
	const host = reader.text(given.host, "PORTHOLE_HOST") ?? (wide ? "all" : "localhost");
	return {
		port: reader.number("--port", given.port, "PORTHOLE_PORT", [0, 65_535]) ?? DEFAULT_PORT,
		host,
		lan: wide || !LOOPBACK.test(host),
		names: reader.list(given.name, "PORTHOLE_NAME"),
	};
}

/** Addresses to bind for a `--host` value. */
export function addressesOf(host: string): string[] {
	if (host === "localhost") return ["127.0.0.1", "::1"];
	if (host === "all") return ["0.0.0.0", "::"];
	return [host];
}

/** Base of the URLs at which this machine reaches what listens on a `--host` value. */
export function localUrl(host: string, port: number): string {
	const name = host === "all" ? "localhost" : host;
	return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}
