import { randomInt } from "node:crypto";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { MediaPort } from "../ice/media-port.ts";
import type { Peer, PeerEvents, PeerStats } from "../media.ts";
import type { SenderPath, StreamTerms } from "../rtp/sender.ts";
import type { MasterKeys } from "../rtp/srtp.ts";
import { PAYLOAD_TYPE, VIDEO_MID } from "../sdp/host-offer.ts";
import { type Answer, readAnswer } from "./answer.ts";
import type { Certificate } from "./certificate.ts";
import { DataChannel } from "./data-channel.ts";
import { RETRANSMISSION_PAYLOAD_TYPE, writeOffer } from "./offer.ts";
import { peerStats } from "./peer-stats.ts";
import type { RosterPeer } from "./roster.ts";
import { SecureLink } from "./secure-link.ts";
import type { ViewerStream, ViewerStreamOptions } from "./viewer-stream.ts";

export interface PeerOptions {
	readonly id: string;
	readonly port: MediaPort;
	readonly certificate: Certificate;
	/** H.264 `level_idc` for the offer. */
	readonly level: number;
	readonly clockOrigin: number;
	readonly events: PeerEvents;
	now(): number;
	/** DTLS is done: the viewer can take pictures from now on. */
	openStream(opening: Omit<ViewerStreamOptions, "pool" | "member">): ViewerStream;
	/** The viewer's page is seen, or is not any more. */
	shown(shown: boolean): void;
	/** The peer is closed, by itself or by `close()`. */
	gone(peer: WeriftPeer): void;
}

/** The connection of one viewer, to whom the offer is made: its pictures and the data channel. */
export class WeriftPeer implements Peer, RosterPeer {
	readonly id: string;
	readonly offer: string;
	readonly #options: PeerOptions;
	readonly #link: SecureLink;
	readonly #ssrc = randomInt(1, 2 ** 32);
	readonly #retransmissionSsrc = randomInt(1, 2 ** 32);
	#answer: Answer | undefined;
	#channel: DataChannel | undefined;
	#stream: ViewerStream | undefined;
	#path: SenderPath | undefined;
	#closing: Promise<void> | undefined;

	constructor(options: PeerOptions) {
		this.id = options.id;
		this.#options = options;
		this.#link = new SecureLink({
			port: options.port,
			certificate: options.certificate,
			now: options.now,
			connected: (keys) => this.#begin(keys),
			path: (path) => {
				this.#path = path;
				if (this.#closing === undefined) this.#stream?.setPath(path);
			},
			media: (packet) => this.#stream?.receive(packet),
			data: (data) => void this.#channel?.packet(data),
			tick: () => this.#stream?.tick(),
			ended: (reason) => this.#end(reason),
		});
		this.offer = writeOffer({
			ufrag: this.#link.ufrag,
			password: this.#link.password,
			fingerprint: options.certificate.fingerprint,
			hosts: this.#link.hosts,
			ssrc: this.#ssrc,
			retransmissionSsrc: this.#retransmissionSsrc,
			cname: this.#link.ufrag,
			level: options.level,
			sessionId: randomInt(1, 2 ** 47),
		});
	}

	async acceptAnswer(sdp: string): Promise<void> {
		if (this.#answer !== undefined || this.#closing !== undefined) {
			throw new PortholeError("bad-answer", `Peer ${this.id} takes no further answer; ask for a new offer.`);
		}
		const answer = readAnswer(sdp);
		this.#answer = answer;
		this.#link.identify(answer);
	}

	sendMessage(message: Uint8Array): void {
		this.#channel?.send(message);
	}

	setShown(shown: boolean): void {
		this.#options.shown(shown);
	}

	stats(): PeerStats {
		const { clockOrigin } = this.#options;
		const droppedMessages = this.#channel?.dropped ?? 0;
		return peerStats(this.#stream, this.#link.pathKind, { droppedMessages, clockOrigin });
	}

	tick(): void {
		this.#link.tick();
	}

	giveWay(): void {
		this.#link.giveWay();
	}

	close(): Promise<void> {
		this.#closing ??= this.#release();
		return this.#closing;
	}

	async #release(): Promise<void> {
		this.#options.gone(this);
		this.#stream?.close();
		await this.#channel?.close();
		this.#link.close();
	}

	#begin(keys: { local: MasterKeys; remote: MasterKeys }): void {
		const answer = this.#answer;
		if (answer === undefined || this.#closing !== undefined) return;
		this.#stream = this.#options.openStream({
			terms: this.#terms(answer),
			keys,
			path: this.#path,
			heard: () => this.#link.hear(),
		});
		if (answer.data) this.#openChannel(answer.sctpPort);
		else this.#options.events.connected();
	}

	#terms(answer: Answer): StreamTerms {
		const retransmission = { payloadType: RETRANSMISSION_PAYLOAD_TYPE, ssrc: this.#retransmissionSsrc };
		return {
			payloadType: PAYLOAD_TYPE,
			ssrc: this.#ssrc,
			...(answer.retransmission ? { retransmission } : {}),
			extensions: answer.extensions,
			mid: VIDEO_MID,
			cname: this.#link.ufrag,
			clockOrigin: this.#options.clockOrigin,
		};
	}

	#openChannel(remotePort: number): void {
		this.#channel = new DataChannel({
			opened: () => this.#options.events.connected(),
			message: (data) => this.#options.events.message(data),
			unreadable: () => this.#options.events.unreadable(),
			closed: (reason) => this.#end(reason),
			send: (packet) => this.#link.sendData(packet),
		});
		this.#channel.start(remotePort);
	}

	#end(reason: string): void {
		if (this.#closing !== undefined) return;
		void this.close();
		this.#options.events.closed(reason);
	}
}
