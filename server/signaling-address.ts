import { isIP } from "node:net";

/** Where a host finds signaling, or an edge its origin. */
export interface SignalingAddress {
	/** Base of its pages, such as `https://porthole.example` or `https://example.org/porthole`. */
	readonly page: string;
	/** The socket that hosts dial, such as `wss://porthole.example/signal`. */
	readonly socket: string;
	/** It runs on this machine, as far as its name tells. */
	readonly near: boolean;
}

/**
 * Reads the address of a signaling server as people write it: http, https, ws or wss, also a link copied from its
 * page. Undefined when it is none. `path`: that of the socket.
 */
export function parseSignalingAddress(text: string, path: "/signal" | "/edge"): SignalingAddress | undefined {
	const url = URL.parse(text);
	const secure = url?.protocol === "https:" || url?.protocol === "wss:";
	if (!url || !/^(https?|wss?):$/.test(url.protocol) || url.username !== "" || url.password !== "")
		return undefined;
	const name = url.hostname.replace(/^\[|\]$/g, "");
	const base = url.host + url.pathname.replace(/(\/devices\/[^/]*|\/signal|\/edge)?\/?$/, "");
	return {
		page: `${secure ? "https" : "http"}://${base}`,
		socket: `${secure ? "wss" : "ws"}://${base}${path}`,
		near: name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127.")),
	};
}
