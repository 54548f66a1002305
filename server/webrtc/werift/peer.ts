import { randomInt } from "node:crypto";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { LiteAgent } from "../ice/lite-agent.ts";
import type { MediaPort } from "../ice/media-port.ts";
import type { Peer, PeerEvents, PeerStats } from "../media.ts";
import { PAYLOAD_TYPE, VIDEO_MID } from "../sdp/host-offer.ts";
import type { SenderPath, StreamTerms } from "../sender/sender-pool.ts";
import type { MasterKeys } from "../sender/srtp-keys.ts";
import { type Answer, readAnswer } from "./answer.ts";
import type { Certificate } from "./certificate.ts";
import { DataChannel } from "./data-channel.ts";
import { DtlsSession } from "./dtls.ts";
import { RETRANSMISSION_PAYLOAD_TYPE, writeOffer } from "./offer.ts";
import type { RosterPeer } from "./roster.ts";
import type { ViewerStream, ViewerStreamOptions } from "./viewer-stream.ts";

/** A viewer that is not connected by then never will be, milliseconds. */
const CONNECT_DEADLINE = 20_000;

/** A viewer's browser checks the connection every 2.5 s; after this long without a sign it is gone, milliseconds. */
const SILENCE_LIMIT = 12_000;

/** DTLS packets kept that came before the answer; the newest ones are dropped. */
const MAX_EARLY = 8;

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

/** One viewer's connection: ICE-lite, then DTLS, then its pictures and the data channel. */
export class WeriftPeer implements Peer, RosterPeer {
	readonly id: string;
	readonly offer: string;
	readonly #options: PeerOptions;
	readonly #agent: LiteAgent;
	readonly #ssrc = randomInt(1, 2 ** 32);
	readonly #retransmissionSsrc = randomInt(1, 2 ** 32);
	readonly #cname: string;
	readonly #openedAt: number;
	readonly #early: Buffer[] = [];
	#heardAt: number;
	#answer: Answer | undefined;
	#dtls: DtlsSession | undefined;
	#channel: DataChannel | undefined;
	#stream: ViewerStream | undefined;
	#path: SenderPath | undefined;
	#closing: Promise<void> | undefined;

	constructor(options: PeerOptions) {
		this.id = options.id;
		this.#options = options;
		this.#agent = new LiteAgent(options.port, {
			packet: (packet) => this.#receive(packet),
			checked: () => this.#hear(),
			path: (path) => {
				this.#path = path;
				if (this.#closing === undefined) this.#stream?.setPath(path);
			},
		});
		this.#cname = this.#agent.ufrag;
		this.#openedAt = options.now();
		this.#heardAt = this.#openedAt;
		this.offer = writeOffer({
			ufrag: this.#agent.ufrag,
			password: this.#agent.password,
			fingerprint: options.certificate.fingerprint,
			hosts: this.#agent.hosts,
			ssrc: this.#ssrc,
			retransmissionSsrc: this.#retransmissionSsrc,
			cname: this.#cname,
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
		this.#agent.setRemoteUfrag(answer.ufrag);
		this.#dtls = new DtlsSession(this.#options.certificate, answer.fingerprints, {
			connected: (keys) => this.#begin(keys),
			data: (data) => void this.#channel?.packet(data),
			closed: (reason) => this.#end(reason),
			send: (packet) => this.#agent.send(packet, packet.length),
		});
		for (const packet of this.#early.splice(0)) this.#dtls.receive(packet);
	}

	sendMessage(message: Uint8Array): void {
		this.#channel?.send(message);
	}

	setShown(shown: boolean): void {
		this.#options.shown(shown);
	}

	stats(): PeerStats {
		const path = this.#agent.pathKind;
		return {
			packets: 0,
			bytes: 0,
			retransmitted: 0,
			nacks: 0,
			keyframeRequests: 0,
			skipped: 0,
			...this.#stream?.stats(),
			droppedMessages: this.#channel?.dropped ?? 0,
			...(path === undefined ? {} : { path }),
			clockOrigin: this.#options.clockOrigin,
		};
	}

	tick(): void {
		const now = this.#options.now();
		if (this.#stream === undefined) {
			if (now - this.#openedAt > CONNECT_DEADLINE) this.#end("connect-timeout");
		} else if (now - this.#heardAt > SILENCE_LIMIT) {
			this.#end("silent");
		} else {
			this.#stream.tick();
		}
	}

	giveWay(): void {
		this.#end("connect-timeout");
	}

	close(): Promise<void> {
		this.#closing ??= this.#release();
		return this.#closing;
	}

	async #release(): Promise<void> {
		this.#options.gone(this);
		this.#stream?.close();
		await this.#channel?.close();
		this.#dtls?.close();
		this.#agent.close();
	}

	/** Packets are told apart by their first byte (RFC 7983, 7). */
	#receive(packet: Buffer): void {
		const first = packet[0] ?? 0;
		if (first >= 20 && first <= 63) {
			if (this.#dtls !== undefined) this.#dtls.receive(packet);
			else if (this.#early.length < MAX_EARLY) this.#early.push(packet);
		} else if (first >= 128 && first <= 191) {
			this.#stream?.receive(packet);
		}
	}

	#begin(keys: { local: MasterKeys; remote: MasterKeys }): void {
		const answer = this.#answer;
		if (answer === undefined || this.#closing !== undefined) return;
		this.#hear();
		this.#stream = this.#options.openStream({
			terms: this.#terms(answer),
			keys,
			path: this.#path,
			heard: () => this.#hear(),
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
			cname: this.#cname,
			clockOrigin: this.#options.clockOrigin,
		};
	}

	#openChannel(remotePort: number): void {
		this.#channel = new DataChannel({
			opened: () => this.#options.events.connected(),
			message: (data) => this.#options.events.message(data),
			unreadable: () => this.#options.events.unreadable(),
			closed: (reason) => this.#end(reason),
			send: async (packet) => this.#dtls?.sendData(packet),
		});
		this.#channel.start(remotePort);
	}

	#hear(): void {
		this.#heardAt = this.#options.now();
	}

	#end(reason: string): void {
		if (this.#closing !== undefined) return;
		void this.close();
		this.#options.events.closed(reason);
	}
}
