import type { Browser, Page } from "playwright";
import type { Peer, Track } from "../../server/webrtc/media.ts";
import { PacketBudget } from "../../server/webrtc/packet-budget.ts";
import type { Role } from "../../signaling/protocol/messages.ts";

declare global {
	interface Window {
		mediaViewer: { connection: RTCPeerConnection; channel?: RTCDataChannel; heard: string[] };
	}
}

/** What the page's decoder and transport counted. */
export interface ViewerCounts {
	readonly framesDecoded: number;
	readonly keyFramesDecoded: number;
	readonly retransmittedPackets: number;
	readonly lossIndications: number;
	readonly width: number;
	readonly height: number;
}

/** A blank page of Chromium that watches a track and nothing else. */
export class MediaViewer {
	readonly peer: Peer;
	readonly page: Page;
	/** What the host heard on the data channel. */
	readonly heard: string[];
	/** What the host was told of the connection: `connected`, `closed <reason>`. */
	readonly events: string[];

	private constructor(peer: Peer, page: Page, heard: string[], events: string[]) {
		this.peer = peer;
		this.page = page;
		this.heard = heard;
		this.events = events;
	}

	/** `change` sees the offer before the page does. */
	static async join(
		browser: Browser,
		track: Track,
		change: (offer: string) => string = (offer) => offer,
		role: Role = "control",
	): Promise<MediaViewer> {
		const heard: string[] = [];
		const events: string[] = [];
		const peer = await track.addPeer("viewer", {
			budget: new PacketBudget(
				() => role,
				() => performance.now(),
			),
			connected: () => events.push("connected"),
			message: (data) => heard.push(Buffer.from(data).toString()),
			unreadable: () => events.push("unreadable"),
			closed: (reason) => events.push(`closed ${reason}`),
		});
		const page = await browser.newPage();
		await peer.acceptAnswer(await page.evaluate(answerOffer, change(peer.offer)));
		return new MediaViewer(peer, page, heard, events);
	}

	async counts(): Promise<ViewerCounts> {
		const stats = await this.page.evaluate(async () => {
			const report = await window.mediaViewer.connection.getStats();
			return [...report.values()].find(({ type }) => type === "inbound-rtp");
		});
		return {
			framesDecoded: stats?.framesDecoded ?? 0,
			keyFramesDecoded: stats?.keyFramesDecoded ?? 0,
			retransmittedPackets: stats?.retransmittedPacketsReceived ?? 0,
			lossIndications: stats?.pliCount ?? 0,
			width: stats?.frameWidth ?? 0,
			height: stats?.frameHeight ?? 0,
		};
	}

	/** Milliseconds between the capture of the frame last shown and now, by `abs-capture-time`; absent until known. */
	captureAge(now: number): Promise<number | undefined> {
		return this.page.evaluate((time) => {
			const [source] = window.mediaViewer.connection.getReceivers()[0]?.getSynchronizationSources() ?? [];
			const captured = (source as { captureTimestamp?: number } | undefined)?.captureTimestamp;
			return captured === undefined ? undefined : time - (captured - 2_208_988_800_000);
		}, now);
	}

	/** Sends as many messages of eight bytes as the browser takes, until the function that is returned is called. */
	async flood(): Promise<() => Promise<void>> {
		await this.page.evaluate(() => {
			const { channel } = window.mediaViewer;
			const message = new Uint8Array(8).fill(255);
			Object.assign(window, {
				flooding: setInterval(() => {
					while (channel?.readyState === "open" && channel.bufferedAmount < 500_000) channel.send(message);
				}, 1),
			});
		});
		return () =>
			this.page.evaluate(() => clearInterval((window as unknown as { flooding: number }).flooding));
	}

	send(text: string): Promise<void> {
		return this.page.evaluate((message) => window.mediaViewer.channel?.send(message), text);
	}

	/** What the page heard on the data channel. */
	pageHeard(): Promise<string[]> {
		return this.page.evaluate(() => window.mediaViewer.heard);
	}

	async leave(): Promise<void> {
		await this.page.evaluate(() => window.mediaViewer.connection.close());
		await this.page.close();
	}
}

/** Runs in the page. */
async function answerOffer(sdp: string): Promise<string> {
	const connection = new RTCPeerConnection();
	const viewer: Window["mediaViewer"] = { connection, heard: [] };
	window.mediaViewer = viewer;
	const video = document.body.appendChild(document.createElement("video"));
	video.muted = true;
	video.autoplay = true;
	connection.ontrack = ({ track }) => {
		video.srcObject = new MediaStream([track]);
	};
	connection.ondatachannel = ({ channel }) => {
		channel.binaryType = "arraybuffer";
		channel.onmessage = ({ data }) => viewer.heard.push(new TextDecoder().decode(data));
		viewer.channel = channel;
	};
	await connection.setRemoteDescription({ type: "offer", sdp });
	await connection.setLocalDescription();
	return connection.localDescription?.sdp ?? "";
}
