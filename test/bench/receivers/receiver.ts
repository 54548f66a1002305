import { PeerConnection, RtcpReceivingSession, type Track } from "node-datachannel";
import { WebSocket } from "ws";
import { PROTOCOL_VERSION } from "../../../signaling/protocol/messages.ts";
import { readRtpFrame } from "./rtp-picture.ts";

/** Where a receiver connects, and as whom. */
export interface ReceiverOptions {
	readonly origin: string;
	readonly token: string;
	readonly deviceId: string;
	/** Has packets handed to JavaScript. They cost much, so only a few receivers look. */
	readonly looks: boolean;
}

/** Ends the wait for a connection, ms. */
const CONNECT_LIMIT = 15_000;

/** One viewer without a browser: takes the offer, receives and decrypts, and shows nothing. */
export class Receiver {
	readonly #socket: WebSocket;
	readonly #options: ReceiverOptions;
	/** Kept, since the library lets go of a track that nobody holds. */
	readonly #tracks: Track[] = [];
	#peer: PeerConnection | undefined;
	/** Id of the abs-capture-time header extension in the offer; none is 0. */
	#captureTimeId = 0;
	#captures = new Map<number, number>();
	/** Capture to last packet of each frame so far, ms. */
	delays: number[] = [];
	packets = 0;

	private constructor(options: ReceiverOptions) {
		this.#options = options;
		this.#socket = new WebSocket(`${options.origin.replace(/^http/, "ws")}/signal`);
	}

	/** Connects; throws with what went wrong. */
	static async connect(options: ReceiverOptions): Promise<Receiver> {
		const receiver = new Receiver(options);
		try {
			await receiver.#join();
			return receiver;
		} catch (error) {
			receiver.close();
			throw error;
		}
	}

	/** As WebRTC names it, such as `connected`. */
	get state(): string {
		return this.#peer?.state() ?? "new";
	}

	/** Forgets what was measured so far. */
	reset(): void {
		this.delays = [];
		this.packets = 0;
	}

	close(): void {
		this.#socket.terminate();
		this.#peer?.close();
	}

	#join(): Promise<void> {
		const { deviceId, token } = this.#options;
		const socket = this.#socket;
		return new Promise((resolve, reject) => {
			const late = setTimeout(() => reject(new Error("not connected in time")), CONNECT_LIMIT);
			const settle = (error?: unknown) => {
				clearTimeout(late);
				if (error === undefined) resolve();
				else reject(error);
			};
			socket.on("error", settle);
			socket.on("open", () =>
				socket.send(
					JSON.stringify({
						type: "hello",
						version: PROTOCOL_VERSION,
						as: "viewer",
						deviceId,
						token,
						media: false,
					}),
				),
			);
			socket.on("message", (data) => {
				const message = JSON.parse(String(data));
				if (message.type === "error" || message.type === "ended") settle(new Error(message.reason.message));
				if (message.type !== "offer" || this.#peer) return;
				try {
					this.#answer(message.peerId, message.sdp, settle);
				} catch (error) {
					// The library throws on some races of its own.
					settle(error);
				}
			});
		});
	}

	#answer(peerId: string, offer: string, settle: (error?: unknown) => void): void {
		this.#captureTimeId = Number(/^a=extmap:(\d+) \S*abs-capture-time/m.exec(offer)?.[1] ?? 0);
		const peer = new PeerConnection("receiver", { iceServers: [] });
		this.#peer = peer;
		peer.onStateChange((state) => {
			if (state === "connected") settle();
			if (state === "failed" || state === "closed") settle(new Error(`the connection is ${state}`));
		});
		peer.onLocalDescription((sdp) => this.#socket.send(JSON.stringify({ type: "answer", peerId, sdp })));
		peer.onTrack((track) => {
			this.#tracks.push(track);
			track.setMediaHandler(new RtcpReceivingSession());
			if (this.#options.looks) track.onMessage((packet) => this.#look(packet));
		});
		peer.setRemoteDescription(offer, "offer");
	}

	#look(packet: Buffer): void {
		const frame = readRtpFrame(packet, this.#captureTimeId);
		if (!frame) return;
		this.packets++;
		const captured = frame.captureTime ?? this.#captures.get(frame.timestamp);
		if (captured === undefined) return;
		if (frame.last) {
			this.#captures.clear();
			this.delays.push(performance.timeOrigin + performance.now() - captured);
		} else {
			this.#captures.set(frame.timestamp, captured);
		}
	}
}
