import { isIPv4 } from "node:net";

/** How a packet travels: `udp` or `tcp`, and the address family. */
export type PathKind = "udp4" | "udp6" | "tcp4" | "tcp6";

/** A place where viewers can reach us. */
export interface HostCandidate {
	readonly transport: "udp" | "tcp";
	readonly address: string;
	readonly port: number;
	/** RFC 8445, 5.1.2.1; higher is better. */
	readonly priority: number;
}

export function pathKind(transport: "udp" | "tcp", address: string): PathKind {
	return `${transport}${isIPv4(address) ? 4 : 6}`;
}

/**
 * Priority of the host candidate at a place in the list of addresses: UDP before TCP (RFC 6544, 4.2), the order of the
 * list within.
 */
export function hostPriority(transport: "udp" | "tcp", place: number): number {
	const localPreference = transport === "udp" ? 0xffff - place : (4 << 13) + (0x1fff - place);
	const typePreference = transport === "udp" ? 126 : 90;
	return typePreference * 2 ** 24 + localPreference * 2 ** 8 + 255;
}

/** The value of an `a=candidate` line (RFC 8839, 5.1; RFC 6544, 4.5). */
export function candidateLine(host: HostCandidate, foundation: number | string): string {
	const line = `${foundation} 1 ${host.transport} ${host.priority} ${host.address} ${host.port} typ host`;
	return host.transport === "tcp" ? `${line} tcptype passive` : line;
}
