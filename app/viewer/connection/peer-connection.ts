import type { HostMessage, ViewerMessage } from "../../../signaling/protocol/input.ts";
import { decodeHostMessage, encodeViewerMessage } from "../../../signaling/protocol/input-codec.ts";
import type { IceServer } from "../../../signaling/protocol/messages.ts";
import type { BootstrapConnection } from "./bootstrap.ts";

/** Events of a peer. */
export interface PeerEvents {
	stream(stream: MediaStream): void;
	/** Media and input can flow. */
	connected(): void;
	/** The connection is lost for good. Called once. */
	lost(): void;
	/** Only a relay may be used, and it cannot be; the message says why. Called once. */
	relayFailed(message: string): void;
	/** The data channel opened (true) or closed (false). */
	channel(open: boolean): void;
	message(message: HostMessage): void;
}

/** One connection to the host, as the session sees it. */
export interface PeerLink {
	/**
	 * Answers the host's offer. Returns the SDP to send back, or undefined when that has been sent already.
	 */
	answer(peerId: string, offer: string, iceServers: readonly IceServer[]): Promise<string | undefined>;
	/** Media still flows. */
	readonly flowing: boolean;
	/**
	 * Sends on the data channel. Until the channel opens, messages are queued: the first click may follow right after the
	 * first frame. False, and the message is dropped, when the channel is closed or 64 messages or 64 KiB are waiting;
	 * clipboards are not counted.
	 */
	send(message: ViewerMessage): boolean;
	stats(): Promise<RTCStatsReport>;
	/** Capture times of frames, where the browser knows them. */
	sources(): readonly CaptureSource[];
	close(): void;
}

/** The part of RTCRtpSynchronizationSource with the capture time; only some browsers fill it in. */
export interface CaptureSource {
	readonly rtpTimestamp: number;
	/** Sender's clock, NTP, ms since 1900. https://w3c.github.io/webrtc-extensions/#dom-rtcrtpcontributingsource-capturetimestamp */
	readonly captureTimestamp?: number;
}

/** Bytes that may wait before input is dropped: the connection is stuck, and old input would only arrive late. */
const MAX_BUFFERED = 64 * 1024;
/** Messages queued until the channel opens; later ones are dropped. */
const MAX_WAITING = 64;
/** How long ICE may stay disconnected before a new connection is made, ms. */
const DISCONNECTED_FOR = 2500;

/**
 * The browser's end of one connection. The host makes the offer, with its candidates in it. The browser's candidates
 * are not sent, since the host is ICE-lite.
 */
export class ViewerPeer implements PeerLink {
	readonly #connection: RTCPeerConnection;
	readonly #bootstrap: BootstrapConnection | undefined;
	readonly #events: PeerEvents;
	#channel: RTCDataChannel | undefined;
	#ready = false;
	/**
	 * Bytes of a clipboard sent since nothing was buffered. The host grants them a window at a time; browsers tell later than
	 * the host that they were sent, and must not be taken for stuck.
	 */
	#granted = 0;
	readonly #waiting: ViewerMessage[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;
	#over = false;
	#relayError: BootstrapConnection["relayError"];

	/** @param bootstrap What the bootstrap script began, if this peer is to continue it. */
	constructor(events: PeerEvents, bootstrap?: BootstrapConnection) {
		this.#events = events;
		this.#bootstrap = bootstrap;
		this.#connection = bootstrap?.peer ?? new RTCPeerConnection();
		this.#connection.ontrack = ({ track, receiver }) => {
			showAtOnce(receiver);
			events.stream(new MediaStream([track]));
		};
		this.#connection.ondatachannel = ({ channel }) => this.#useChannel(channel);
		this.#connection.onconnectionstatechange = () => this.#follow();
		this.#connection.onicegatheringstatechange = () => this.#checkRelay();
		this.#connection.onicecandidateerror = (error) => {
			this.#relayError = error;
		};
	}

	async answer(peerId: string, offer: string, iceServers: readonly IceServer[]): Promise<string | undefined> {
		if (this.#bootstrap?.peerId === peerId) {
			await this.#bootstrap.answered;
			this.#adopt(this.#bootstrap);
			return undefined;
		}
		if (iceServers.length > 0 || relayOnly()) {
			const iceTransportPolicy = relayOnly() ? "relay" : "all";
			this.#connection.setConfiguration({ iceServers: [...iceServers], iceTransportPolicy });
		}
		await this.#connection.setRemoteDescription({ type: "offer", sdp: offer });
		await this.#connection.setLocalDescription();
		return this.#connection.localDescription?.sdp;
	}

	get flowing(): boolean {
		return !this.#over && this.#connection.connectionState === "connected";
	}

	send(message: ViewerMessage): boolean {
		const channel = this.#channel;
		if (!this.#over && !this.#ready) {
			return this.#waiting.length < MAX_WAITING && this.#waiting.push(message) > 0;
		}
		if (channel?.readyState !== "open") return false;
		if (channel.bufferedAmount === 0) this.#granted = 0;
		if (channel.bufferedAmount - this.#granted > MAX_BUFFERED) return false;
		const bytes = encodeViewerMessage(message);
		if (message.type === "clipboard-data") this.#granted += bytes.length;
		channel.send(bytes);
		return true;
	}

	stats(): Promise<RTCStatsReport> {
		return this.#connection.getStats();
	}

	sources(): readonly CaptureSource[] {
		return this.#connection.getReceivers().flatMap((receiver) => receiver.getSynchronizationSources());
	}

	close(): void {
		this.#over = true;
		clearTimeout(this.#timer);
		this.#connection.close();
	}

	#adopt(bootstrap: BootstrapConnection): void {
		this.#relayError ??= bootstrap.relayError;
		this.#checkRelay();
		if (bootstrap.stream) this.#events.stream(bootstrap.stream);
		this.#follow();
		if (!bootstrap.channel) return;
		this.#useChannel(bootstrap.channel);
		for (const data of bootstrap.heard.splice(0)) this.#hear(data);
	}

	#useChannel(channel: RTCDataChannel): void {
		this.#channel = channel;
		channel.binaryType = "arraybuffer";
		// Chromium can lose what is sent inside the open event of a channel that the remote end created.
		channel.onopen = () => setTimeout(() => this.#opened(), 0);
		channel.onclose = () => this.#events.channel(false);
		channel.onmessage = ({ data }) => this.#hear(data);
		if (channel.readyState === "open") this.#opened();
	}

	#opened(): void {
		this.#ready = true;
		for (const message of this.#waiting.splice(0)) this.send(message);
		this.#events.channel(true);
	}

	#hear(data: unknown): void {
		if (this.#over || !(data instanceof ArrayBuffer)) return;
		try {
			this.#events.message(decodeHostMessage(new Uint8Array(data)));
		} catch {
			// A message of a newer host; the known ones still serve.
		}
	}

	#follow(): void {
		if (this.#over) return;
		clearTimeout(this.#timer);
		const state = this.#connection.connectionState;
		if (state === "connected") this.#events.connected();
		else if (state === "failed" || state === "closed") this.#lose();
		else if (state === "disconnected") this.#timer = setTimeout(() => this.#lose(), DISCONNECTED_FOR);
	}

	/** Gathering has ended without a relay candidate, so nothing will ever connect. */
	#checkRelay(): void {
		const { iceGatheringState, localDescription } = this.#connection;
		if (this.#over || iceGatheringState !== "complete" || !relayOnly()) return;
		if (/^a=candidate:/m.test(localDescription?.sdp ?? "")) return;
		this.close();
		this.#events.relayFailed(relayFault(this.#relayError));
	}

	#lose(): void {
		if (this.#over) return;
		this.close();
		this.#events.lost();
	}
}

/** Asks the browser for the smallest jitter buffer; each browser has its own name for it. */
function showAtOnce(receiver: RTCRtpReceiver): void {
	const hints: { jitterBufferTarget?: number | null; playoutDelayHint?: number } = receiver;
	if ("jitterBufferTarget" in hints) hints.jitterBufferTarget = 0;
	if ("playoutDelayHint" in hints) hints.playoutDelayHint = 0;
}

/** Whether this browser can show H.264 over WebRTC at all. */
export function canShowDevices(): boolean {
	if (typeof RTCPeerConnection === "undefined" || typeof RTCRtpReceiver === "undefined") return false;
	const codecs = RTCRtpReceiver.getCapabilities?.("video")?.codecs;
	return !codecs || codecs.some((codec) => codec.mimeType.toLowerCase() === "video/h264");
}

/** Whether the address allows nothing but a relay (`?relay`): to test a TURN server, or to hide one's address. */
export function relayOnly(): boolean {
	return new URLSearchParams(globalThis.location?.search).has("relay");
}

/** Why no relay can be used, as a sentence; `error` is the browser's, if it gave one. */
export function relayFault(
	error: { readonly errorCode: number; readonly errorText: string } | undefined,
): string {
	if (!error) return "This address asks for a relay (?relay), and Porthole knows none that can be used.";
	const { errorCode, errorText } = error;
	if (errorCode === 401)
		return "The relay (TURN server) refuses Porthole's secret, and this address asks for it (?relay).";
	return `The relay (TURN server) cannot be used: ${errorText || `error ${errorCode}`}. This address asks for it (?relay).`;
}
