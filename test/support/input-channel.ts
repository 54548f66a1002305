import type { BrowserContext, Page } from "playwright";
import { expect, vi } from "vitest";
import { PATIENCE } from "./device-page.ts";

declare global {
	interface Window {
		/** The page's present data channel, kept by `captureInputChannel`. */
		capturedChannel?: RTCDataChannel;
	}
}

/**
 * Gives tests the data channel of pages that are opened later, without the limit on a message's length that the host
 * asks browsers to keep.
 */
export async function captureInputChannel(context: BrowserContext): Promise<void> {
	await context.addInitScript(() => {
		const Original = RTCPeerConnection;
		window.RTCPeerConnection = class extends Original {
			override async setRemoteDescription(offer: RTCSessionDescriptionInit): Promise<void> {
				this.addEventListener("datachannel", ({ channel }) => {
					window.capturedChannel = channel;
				});
				const sdp = offer.sdp?.replace(/a=max-message-size:\d+/, "a=max-message-size:10000000") ?? "";
				await super.setRemoteDescription({ type: offer.type, sdp });
			}
		};
	});
}

/** Sends messages as they are on a page's captured channel, once it is open. */
export async function sendRaw(page: Page, messages: readonly Uint8Array[]): Promise<void> {
	const state = () => page.evaluate(() => window.capturedChannel?.readyState);
	await vi.waitFor(async () => expect(await state()).toBe("open"), PATIENCE);
	await page.evaluate(
		(list) => {
			for (const text of list) {
				const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
				window.capturedChannel?.send(bytes);
			}
		},
		messages.map((bytes) => Buffer.from(bytes).toString("base64")),
	);
}
