import type { BrowserContext, Page } from "playwright";

declare global {
	interface Window {
		/** Of `watchConnections`. */
		watchedConnections?: RTCPeerConnection[];
	}
}

/** Keeps hold of the connections that pages of a session make, for `remoteEnd`. */
export async function watchConnections(context: BrowserContext): Promise<void> {
	await context.addInitScript(() => {
		const Original = RTCPeerConnection;
		window.RTCPeerConnection = class extends Original {
			constructor(configuration?: RTCConfiguration) {
				super(configuration);
				window.watchedConnections = [...(window.watchedConnections ?? []), this];
			}
		};
	});
}

/** Where the host's end of the path of the newest connection is; undefined while it has none. */
export function remoteEnd(page: Page): Promise<{ address: string; port: number } | undefined> {
	return page.evaluate(async () => {
		const report = await window.watchedConnections?.at(-1)?.getStats();
		const stats: Record<string, unknown>[] = report ? [...report.values()] : [];
		const transport = stats.find(({ type }) => type === "transport");
		const pair = stats.find(({ id }) => id === transport?.selectedCandidatePairId);
		const remote = stats.find(({ id }) => id === pair?.remoteCandidateId);
		return remote && { address: String(remote.address), port: Number(remote.port) };
	});
}
