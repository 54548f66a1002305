import { encodeHostMessage } from "../../signaling/protocol/input-codec.ts";
import type { Reason, Role } from "../../signaling/protocol/messages.ts";
import type { Clock } from "../devices/clock.ts";
import type { Peer, Track } from "../webrtc/media.ts";
import { InputGate } from "./input-gate.ts";
import type { InputMerge } from "./input-merge.ts";

export interface ViewerSessionDeps {
	readonly viewerId: string;
	readonly role: Role;
	readonly track: Track;
	readonly merge: InputMerge;
	readonly clock: Clock;
	readonly offer: (peerId: string, sdp: string) => void;
	readonly dropped: (reason: string) => void;
	/** The peer is gone by itself. */
	readonly lost: (reason: string) => void;
}

/** One viewer on one device, on the host's side: its peer, and what its input may do. */
export class ViewerSession {
	readonly #deps: ViewerSessionDeps;
	readonly #gate: InputGate;
	#peer: Peer | undefined;
	#attempt = 0;
	#live = false;
	#closed = false;

	constructor(deps: ViewerSessionDeps) {
		this.#deps = deps;
		const { viewerId, role, merge, clock, dropped } = deps;
		const send = (message: Uint8Array) => this.#peer?.sendMessage(message);
		this.#gate = new InputGate({ viewerId, role, merge, clock, send, dropped });
	}

	/** Media flows, as far as this end knows. */
	get live(): boolean {
		return this.#live;
	}

	/** Makes an offer; a peer from before is closed. Fails as `Track.addPeer` does. */
	async connect(): Promise<void> {
		const attempt = ++this.#attempt;
		const before = this.#peer;
		this.#peer = undefined;
		this.#live = false;
		this.#gate.release();
		await before?.close();
		const peer = await this.#deps.track.addPeer(`${this.#deps.viewerId}_${attempt}`, {
			connected: () => this.#greet(),
			message: (data) => this.#gate.receive(data),
			closed: (reason) => {
				if (attempt === this.#attempt) this.#lose(reason);
			},
		});
		if (this.#closed || attempt !== this.#attempt) return peer.close();
		this.#peer = peer;
		this.#deps.offer(peer.id, peer.offer);
	}

	/** Takes the answer to the present offer; answers to older ones are late and mean nothing. */
	async acceptAnswer(peerId: string, sdp: string): Promise<void> {
		if (this.#peer?.id === peerId) await this.#peer.acceptAnswer(sdp);
	}

	/** Tells the viewer what coding a picture took. */
	tellTiming(captureTime: number, encode: number): void {
		const peer = this.#peer;
		if (!peer) return;
		const rtpTimestamp = Math.round((captureTime - peer.stats().clockOrigin) * 90) % 2 ** 32;
		peer.sendMessage(encodeHostMessage({ type: "timing", rtpTimestamp, encode }));
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#gate.release();
		await this.#peer?.close();
	}

	#greet(): void {
		const peer = this.#peer;
		this.#live = true;
		peer?.sendMessage(encodeHostMessage({ type: "clock", origin: peer.stats().clockOrigin }));
	}

	#lose(reason: string): void {
		this.#peer = undefined;
		this.#live = false;
		this.#gate.release();
		if (!this.#closed) this.#deps.lost(reason);
	}
}

/** Words for a viewer whose session could not begin or go on. */
export function reasonOf(code: string, message: string): Reason {
	return { code: /^[a-z][a-z0-9-]{0,47}$/.test(code) ? code : "internal", message: message.slice(0, 400) };
}
