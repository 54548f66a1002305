import { randomInt } from "node:crypto";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import { type IceOptions, LiteAgent } from "../ice/lite-agent.ts";
import type { Peer, PeerEvents, PeerStats } from "../media.ts";
import { Sender, type StreamTerms } from "../sender/sender.ts";
import type { MasterKeys } from "../sender/srtp-keys.ts";
import { type Answer, readAnswer } from "./answer.ts";
import type { Certificate } from "./certificate.ts";
import { DataChannel } from "./data-channel.ts";
import { DtlsSession } from "./dtls.ts";
import { PAYLOAD_TYPE, RETRANSMISSION_PAYLOAD_TYPE, VIDEO_MID, writeOffer } from "./offer.ts";

/** A viewer that is not connected by then never will be, milliseconds. */
const CONNECT_DEADLINE = 20_000;

/** A viewer's browser checks the connection every 2.5 s; after this long without a sign it is gone, milliseconds. */
const SILENCE_LIMIT = 12_000;

/** Time between sender reports, and between looks at the deadlines, milliseconds. */
const TICK = 1000;

/** DTLS packets kept that came before the answer; the newest ones are dropped. */
const MAX_EARLY = 8;

export interface PeerOptions {
	readonly id: string;
	readonly ice: IceOptions;
	readonly certificate: Certificate;
	/** H.264 `level_idc` for the offer. */
	readonly level: number;
	readonly clockOrigin: number;
	readonly events: PeerEvents;
	now(): number;
	requestKeyframe(): void;
	/** The viewer can take pictures from now on. */
	ready(sender: Sender): void;
	/** Whether the viewer's page is seen. */
	shown(shown: boolean): void;
	/** The peer is closed, by itself or by `close()`. */
	gone(peer: WeriftPeer): void;
}

/** One viewer's connection: ICE-lite, then DTLS, then our sender and the data channel on it. */
export class WeriftPeer implements Peer {
	readonly id: string;
	readonly offer: string;
	readonly #options: PeerOptions;
	readonly #agent: LiteAgent;
	readonly #ssrc = randomInt(1, 2 ** 32);
	readonly #retransmissionSsrc = randomInt(1, 2 ** 32);
	readonly #cname: string;
	readonly #ticker: NodeJS.Timeout;
	readonly #openedAt: number;
	readonly #early: Buffer[] = [];
	#heardAt: number;
	#answer: Answer | undefined;
	#dtls: DtlsSession | undefined;
	#channel: DataChannel | undefined;
	#sender: Sender | undefined;
	#closing: Promise<void> | undefined;

	private constructor(options: PeerOptions, agent: LiteAgent) {
		this.id = options.id;
		this.#options = options;
		this.#agent = agent;
		this.#cname = agent.ufrag;
		this.#openedAt = options.now();
		this.#heardAt = this.#openedAt;
		this.offer = writeOffer({
			ufrag: agent.ufrag,
			password: agent.password,
			fingerprint: options.certificate.fingerprint,
			hosts: agent.hosts,
			ssrc: this.#ssrc,
			retransmissionSsrc: this.#retransmissionSsrc,
			cname: this.#cname,
			level: options.level,
			sessionId: randomInt(1, 2 ** 47),
		});
		this.#ticker = setInterval(() => this.#tick(), TICK);
	}

	/** Opens the sockets. Throws PortholeError `no-address` when there is no address to be reached at. */
	static async open(options: PeerOptions): Promise<WeriftPeer> {
		// Nobody knows the password before the offer is out, so the agent has nothing to tell until there is a peer.
		const agent: LiteAgent = await LiteAgent.open(options.ice, {
			packet: (packet) => peer.#receive(packet),
			checked: () => peer.#hear(),
		});
		const peer: WeriftPeer = new WeriftPeer(options, agent);
		return peer;
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
		if (this.#closing === undefined) this.#options.shown(shown);
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
			...this.#sender?.stats(),
			droppedMessages: this.#channel?.dropped ?? 0,
			...(path === undefined ? {} : { path }),
			clockOrigin: this.#options.clockOrigin,
		};
	}

	close(): Promise<void> {
		this.#closing ??= this.#release();
		return this.#closing;
	}

	async #release(): Promise<void> {
		clearInterval(this.#ticker);
		this.#options.gone(this);
		await this.#channel?.close();
		this.#dtls?.close();
		await this.#agent.close();
	}

	/** Packets are told apart by their first byte (RFC 7983, 7). */
	#receive(packet: Buffer): void {
		const first = packet[0] ?? 0;
		if (first >= 20 && first <= 63) {
			if (this.#dtls !== undefined) this.#dtls.receive(packet);
			else if (this.#early.length < MAX_EARLY) this.#early.push(packet);
		} else if (first >= 128 && first <= 191) {
			if (this.#sender?.receive(packet)) this.#hear();
		}
	}

	#begin(keys: { local: MasterKeys; remote: MasterKeys }): void {
		const answer = this.#answer;
		if (answer === undefined || this.#closing !== undefined) return;
		this.#hear();
		this.#sender = new Sender({
			terms: this.#terms(answer),
			keys,
			sink: this.#agent,
			now: this.#options.now,
			requestKeyframe: this.#options.requestKeyframe,
		});
		this.#options.ready(this.#sender);
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

	#tick(): void {
		const now = this.#options.now();
		if (this.#sender === undefined) {
			if (now - this.#openedAt > CONNECT_DEADLINE) this.#end("connect-timeout");
		} else if (now - this.#heardAt > SILENCE_LIMIT) {
			this.#end("silent");
		} else {
			this.#sender.report();
		}
	}

	#end(reason: string): void {
		if (this.#closing !== undefined) return;
		void this.close();
		this.#options.events.closed(reason);
	}
}
