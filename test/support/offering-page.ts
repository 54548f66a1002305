import type { Browser, Page } from "playwright";
import { onTestFinished } from "vitest";

declare global {
	interface Window {
		offering: RTCPeerConnection;
	}
}

/**
 * A blank page of Chromium that makes an offer, as a player or as a publisher of a canvas that moves. It closes with the
 * test: a publisher that is left on draws and encodes beside all tests that follow.
 */
export class OfferingPage {
	readonly page: Page;
	readonly offer: string;

	private constructor(page: Page, offer: string) {
		this.page = page;
		this.offer = offer;
	}

	static async open(browser: Browser, does: "watch" | "publish"): Promise<OfferingPage> {
		const page = await browser.newPage();
		onTestFinished(() => page.close());
		const offer = await page.evaluate(async (role) => {
			const connection = new RTCPeerConnection();
			window.offering = connection;
			if (role === "watch") {
				const video = document.body.appendChild(document.createElement("video"));
				video.muted = true;
				video.autoplay = true;
				connection.ontrack = ({ track }) => {
					video.srcObject = new MediaStream([track]);
				};
				connection.addTransceiver("video", { direction: "recvonly" });
			} else {
				const canvas = document.body.appendChild(document.createElement("canvas"));
				[canvas.width, canvas.height] = [1280, 720];
				const context = canvas.getContext("2d") as CanvasRenderingContext2D;
				let turn = 0;
				setInterval(() => {
					for (let x = 0; x < 1280; x += 20) {
						context.fillStyle = `hsl(${(x + turn) % 360} 80% ${30 + ((x * 7 + turn) % 40)}%)`;
						context.fillRect(x, (x + turn) % 300, 20, 420);
					}
					turn += 7;
				}, 1000 / 30);
				const [track] = canvas.captureStream(30).getVideoTracks();
				connection.addTransceiver(track as MediaStreamTrack, { direction: "sendonly" });
			}
			await connection.setLocalDescription();
			return connection.localDescription?.sdp ?? "";
		}, does);
		return new OfferingPage(page, offer);
	}

	async accept(answer: string): Promise<void> {
		await this.page.evaluate((sdp) => window.offering.setRemoteDescription({ type: "answer", sdp }), answer);
	}

	/** One kind of the connection's statistics, the first of it. */
	async stats(kind: "inbound-rtp" | "outbound-rtp"): Promise<Record<string, number>> {
		return this.page.evaluate(async (type) => {
			const report = [...(await window.offering.getStats()).values()];
			return report.find((one) => one.type === type && one.kind === "video") ?? {};
		}, kind);
	}

	/** What the browser believes that the path carries, bits per second. */
	outgoingRate(): Promise<number> {
		return this.page.evaluate(async () => {
			const report = [...(await window.offering.getStats()).values()];
			return Math.max(0, ...report.map((one) => one.availableOutgoingBitrate ?? 0));
		});
	}

	/** Ends the connection and the page. */
	async leave(): Promise<void> {
		await this.page.evaluate(() => window.offering.close());
		await this.page.close();
	}
}
