import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";

/** How a client sees this server. */
export interface Site {
	/** Scheme, name and port, as a browser says them: `https://example.org`. */
	readonly origin: string;
	/** What its paths begin with: nothing, or such as `/porthole`. */
	readonly base: string;
}

/** First parts of paths that the server has itself, with more behind them: a base path cannot be told from them. */
const OWN_PATHS = ["_next", "api", "bakeries", "devices", "plugins", "simulators", "whep", "whip"];

/** Reads the URL of a page as people write it, `https://example.org/porthole`. Undefined when it is none. */
export function parseSite(text: string): Site | undefined {
	const url = URL.parse(text);
	if (!url || !/^https?:$/.test(url.protocol)) return undefined;
	if (url.username + url.password + url.search + url.hash !== "") return undefined;
	const base = url.pathname.replace(/\/$/, "");
	if (!/^(\/[A-Za-z0-9._~-]{1,64}){0,8}$/.test(base)) return undefined;
	return OWN_PATHS.includes(base.split("/")[1] ?? "") ? undefined : { origin: url.origin, base };
}

/**
 * Reads which peers are trusted: `loopback`, addresses and CIDR blocks, with commas between them. Undefined when one is
 * none of these.
 */
export function parsePeers(text: string): BlockList | undefined {
	const peers = new BlockList();
	for (const word of text.split(",").map((one) => one.trim())) {
		const blocks = word === "loopback" ? ["127.0.0.0/8", "::1"] : [word];
		if (!blocks.every((block) => add(peers, block))) return undefined;
	}
	return peers;
}

function add(peers: BlockList, block: string): boolean {
	const [, address = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(block) ?? [];
	const version = isIP(address);
	const width = version === 6 ? 128 : 32;
	if (version === 0 || Number(bits ?? width) > width) return false;
	peers.addSubnet(address, Number(bits ?? width), familyOf(address));
	return true;
}

function familyOf(address: string): "ipv4" | "ipv6" {
	return isIPv6(address) ? "ipv6" : "ipv4";
}

interface IngressOptions {
	/** Where proxies show this server. */
	readonly sites?: readonly Site[];
	/** Peers whose word about a client counts; nobody's when absent. */
	readonly proxies?: BlockList | undefined;
}

/** The way of requests into this server, through reverse proxies or without: who asks, and under which URL. */
export class Ingress {
	readonly #sites: readonly Site[];
	readonly #proxies: BlockList | undefined;
	/** The longest first. */
	readonly #bases: readonly string[];

	constructor({ sites = [], proxies }: IngressOptions = {}) {
		this.#sites = sites;
		this.#proxies = proxies;
		const bases = sites.map(({ base }) => base).filter((base) => base !== "");
		this.#bases = bases.toSorted((a, b) => b.length - a.length);
	}

	/**
	 * Takes the base path off a request's URL, in place; a proxy may have done so before. Gives where to send a client
	 * that asked for the base path without the slash behind it.
	 */
	enter(request: IncomingMessage): string | undefined {
		const url = request.url ?? "/";
		const base = this.#bases.find((one) => url.startsWith(one) && /^[/?]|^$/.test(url.slice(one.length)));
		if (base === undefined) return undefined;
		const rest = url.slice(base.length);
		if (!rest.startsWith("/")) return `${base.split("/").at(-1)}/${rest}`;
		request.url = rest;
		return undefined;
	}

	/** How the client of a request sees this server: as it was named, or by the `Host` header, which the guard checks. */
	siteOf(request: IncomingMessage): Site {
		const scheme = this.#schemeOf(request) ?? "http";
		return this.#namedSiteOf(request) ?? { origin: originOf(scheme, request) ?? "", base: "" };
	}

	/** Whether an `Origin` header names the site of the request that it came with. */
	isOwnOrigin(request: IncomingMessage, origin: string): boolean {
		const scheme = this.#schemeOf(request);
		const known = this.#namedSiteOf(request)?.origin ?? (scheme && originOf(scheme, request));
		if (known !== undefined) return origin === known;
		// A proxy that is not trusted may be there: no scheme is wrong.
		return URL.parse(origin)?.host === request.headers.host?.toLowerCase();
	}

	/** The client's address: the last one on the way here that is no trusted proxy's. */
	addressOf({ socket, headers }: IncomingMessage): string | undefined {
		const peer = socket.remoteAddress;
		if (!this.#trusts(peer)) return peer;
		const plain = listOf(headers["x-forwarded-for"]).map(addressIn);
		const standard = hopsIn(headers.forwarded).map((hop) => addressIn(hop.for ?? ""));
		const client = this.#lastUntrusted(peer, plain.length > 0 ? plain : standard);
		// A proxy writes one of the headers and may pass on the client's own in the other: where both are there and differ,
		// nobody can tell which is which.
		const forged = plain.length > 0 && standard.length > 0 && this.#lastUntrusted(peer, standard) !== client;
		return forged ? peer : client;
	}

	#lastUntrusted(peer: string | undefined, hops: readonly (string | undefined)[]): string | undefined {
		let client = peer;
		for (const hop of hops.toReversed()) {
			if (hop === undefined || !this.#trusts(client)) break;
			client = hop;
		}
		return client;
	}

	#trusts(peer: string | undefined): boolean {
		const address = peer?.replace(/^::ffff:(?=\d+\.)/i, "") ?? "";
		return isIP(address) !== 0 && this.#proxies?.check(address, familyOf(address)) === true;
	}

	#namedSiteOf(request: IncomingMessage): Site | undefined {
		return this.#sites.find(({ origin }) => originOf(origin.split(":", 1)[0] ?? "", request) === origin);
	}

	/** The client's scheme, if a trusted proxy says it. */
	#schemeOf({ socket, headers }: IncomingMessage): string | undefined {
		if (!this.#trusts(socket.remoteAddress)) return undefined;
		const said = listOf(headers["x-forwarded-proto"]).at(-1) ?? hopsIn(headers.forwarded).at(-1)?.proto;
		return said?.toLowerCase() === "https" || said?.toLowerCase() === "http" ? said.toLowerCase() : undefined;
	}
}

/** The origin of a request's `Host` header under a scheme; a port that is the scheme's own is left out. */
function originOf(scheme: string, { headers: { host } }: IncomingMessage): string | undefined {
	return URL.parse(`${scheme}://${host ?? ""}`)?.origin;
}

function listOf(header: string | readonly string[] | undefined): string[] {
	const text = typeof header === "string" ? header : (header ?? []).join(",");
	return text === "" ? [] : text.split(",").map((one) => one.trim());
}

/** One proxy's element of a `Forwarded` header. */
interface Hop {
	readonly for?: string;
	readonly proto?: string;
}

/** The elements of a `Forwarded` header (RFC 7239, 4); none of one that is malformed. */
function hopsIn(header = ""): Hop[] {
	const hops: Record<string, string>[] = [{}];
	const pair = /\s*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+)))?\s*([;,]|$)/y;
	while (pair.lastIndex < header.length) {
		const [, name, quoted, token, end] = pair.exec(header) ?? [];
		if (end === undefined) return [];
		const value = quoted?.replace(/\\(.)/g, "$1") ?? token;
		if (name !== undefined && value !== undefined) (hops.at(-1) ?? {})[name.toLowerCase()] = value;
		if (end === ",") hops.push({});
	}
	return header === "" ? [] : hops;
}

/** The IP address in a node as proxies write it: `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]:80`. */
function addressIn(node: string): string | undefined {
	const text = /^\[([^\]]+)\](?::\d+)?$/.exec(node)?.[1] ?? /^([\d.]+)(?::\d+)?$/.exec(node)?.[1] ?? node;
	return isIP(text) === 0 ? undefined : text;
}
