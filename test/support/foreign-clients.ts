import type { Page } from "playwright";

/** What `whip-whep` offers, as far as it is used here. */
interface ForeignClient {
	view(connection: RTCPeerConnection, url: string, token: string): Promise<void>;
	publish(connection: RTCPeerConnection, url: string, token: string): Promise<void>;
	stop(): Promise<void>;
	readonly resourceURL: URL;
}

declare global {
	interface Window {
		foreignClients: Record<"WHEPClient" | "WHIPClient", new () => ForeignClient>;
		foreign?: { client: ForeignClient; connection: RTCPeerConnection };
	}
}

/** Where a client goes, and with which token. */
export interface Gateway {
	readonly url: string;
	readonly token: string;
	/** `relay`: only over a TURN server, which the gateway has to tell of. */
	readonly policy?: RTCIceTransportPolicy;
}

/** Plays over WHEP into the page's video. */
export function play(page: Page, gateway: Gateway): Promise<string> {
	return page.evaluate(async ({ url, token, policy }) => {
		const connection = new RTCPeerConnection({
			bundlePolicy: "max-bundle",
			...(policy && { iceTransportPolicy: policy }),
		});
		connection.addTransceiver("audio", { direction: "recvonly" });
		connection.addTransceiver("video", { direction: "recvonly" });
		connection.ontrack = ({ track }) => {
			const video = document.querySelector("video");
			if (video && track.kind === "video") video.srcObject = new MediaStream([track]);
		};
		const client: ForeignClient = new window.foreignClients.WHEPClient();
		window.foreign = { client, connection };
		await client.view(connection, url, token);
		return String(client.resourceURL);
	}, gateway);
}

/** Publishes a canvas with a clock strip over WHIP, 30 frames a second. */
export function publish(page: Page, gateway: Gateway): Promise<string> {
	return page.evaluate(async ({ url, token, policy }) => {
		const canvas = document.querySelector("canvas") as HTMLCanvasElement;
		const context = canvas.getContext("2d") as CanvasRenderingContext2D;
		const cell = 8;
		setInterval(() => {
			const time = Date.now() % 2 ** 24;
			const bits = time.toString(2).padStart(24, "0");
			const inverted = bits.replace(/./g, (bit) => (bit === "1" ? "0" : "1"));
			context.fillStyle = "#2850c8";
			context.fillRect(0, 0, canvas.width, canvas.height);
			for (const [i, bit] of [...`1010${bits}${inverted}`].entries()) {
				context.fillStyle = bit === "1" ? "#fff" : "#000";
				context.fillRect(i * cell, 0, cell, cell);
			}
		}, 1000 / 30);
		const connection = new RTCPeerConnection({
			bundlePolicy: "max-bundle",
			...(policy && { iceTransportPolicy: policy }),
		});
		const [track] = canvas.captureStream(30).getVideoTracks();
		const sound = new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0];
		connection.addTransceiver(sound as MediaStreamTrack, { direction: "sendonly" });
		connection.addTransceiver(track as MediaStreamTrack, { direction: "sendonly" });
		const client: ForeignClient = new window.foreignClients.WHIPClient();
		window.foreign = { client, connection };
		await client.publish(connection, url, token);
		return String(client.resourceURL);
	}, gateway);
}

/** Ends what was begun last, as the client does it: DELETE. */
export function stop(page: Page): Promise<void> {
	return page.evaluate(() => window.foreign?.client.stop());
}
