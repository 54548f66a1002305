import type { BrowserContext, Page } from "playwright";

declare global {
	interface Window {
		benchConnections?: RTCPeerConnection[];
	}
}

/** What the page's newest connection has counted. */
export interface ConnectionStats {
	readonly bytesReceived: number;
	readonly framesDecoded: number;
	/** Width of the frame now, pixels. */
	readonly width: number;
	/** Times that the frame stood still for long (https://w3c.github.io/webrtc-stats/#dom-rtcinboundrtpstreamstats-freezecount). */
	readonly freezes: number;
}

/** Has all pages of a context keep their connections, so that they can be asked. */
export async function keepConnections(context: BrowserContext): Promise<void> {
	await context.addInitScript(() => {
		const connections: RTCPeerConnection[] = [];
		window.benchConnections = connections;
		window.RTCPeerConnection = class extends RTCPeerConnection {
			constructor(configuration?: RTCConfiguration) {
				super(configuration);
				connections.push(this);
			}
		};
	});
}

export function readConnection(page: Page): Promise<ConnectionStats> {
	return page.evaluate(async () => {
		const report = await window.benchConnections?.at(-1)?.getStats();
		const stats: Record<string, number | string>[] = report ? [...report.values()] : [];
		const incoming = stats.find(({ type, kind }) => type === "inbound-rtp" && kind === "video");
		return {
			bytesReceived: Number(incoming?.bytesReceived ?? 0),
			framesDecoded: Number(incoming?.framesDecoded ?? 0),
			width: Number(incoming?.frameWidth ?? 0),
			freezes: Number(incoming?.freezeCount ?? 0),
		};
	});
}
