import { FEATURE, type ScanoutFacts } from "../wire/message.ts";

/** What is known of the other end of a connection. */
export interface Peer {
	/** Ours, or one of those who know nothing of our extensions. */
	readonly kind: "porthole" | "stock";
	readonly features: number;
	readonly scanouts: readonly ScanoutFacts[];
}

/** A host that answers none of our own messages. */
export const stockPeer: Peer = { kind: "stock", features: 0, scanouts: [] };

/** Whether it has a feature of `FEATURE`. */
export function has(peer: Peer | undefined, feature: keyof typeof FEATURE): boolean {
	return ((peer?.features ?? 0) & FEATURE[feature]) !== 0;
}

/** Its scanouts in words, such as `1 (Display :0)`. */
export function scanoutWords({ scanouts }: Peer): string {
	return scanouts.map(({ id, name }) => `${id} (${name})`).join(", ") || "none";
}
