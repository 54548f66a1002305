import type { BrowserContext } from "playwright";
import type { ImpairedLink } from "./impaired-link.ts";

/** Has all pages of a context reach the host through a link alone: offers come to them with no other candidate. */
export async function leadThrough(context: BrowserContext, link: ImpairedLink): Promise<void> {
	await context.exposeFunction("benchLeadTo", (port: number) => link.leadTo(port));
	await context.addInitScript(replaceCandidates, link.port);
}

/** Runs in the page before its first script: uses nothing from outside itself. */
function replaceCandidates(linkPort: number): void {
	const leadTo = (window as unknown as { benchLeadTo(port: number): Promise<void> }).benchLeadTo;
	window.RTCPeerConnection = class extends RTCPeerConnection {
		override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
			const lines = (description.sdp ?? "").split("\r\n");
			const offered = lines.find((line) => / udp \d+ 127\.0\.0\.1 /i.test(line));
			const port = Number(offered?.split(" ")[5]);
			if (!offered || !port) throw new Error("the offer has no candidate at 127.0.0.1");
			await leadTo(port);
			const kept = lines.filter((line) => !line.startsWith("a=candidate:") || line === offered);
			const sdp = kept
				.map((line) => (line === offered ? line.replace(` ${port} `, ` ${linkPort} `) : line))
				.join("\r\n");
			await super.setRemoteDescription({ type: description.type, sdp });
		}
	};
}
