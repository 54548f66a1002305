import type { HostAddress, PathKind } from "../ice/candidate.ts";
import { LiteAgent } from "../ice/lite-agent.ts";
import type { MediaPort } from "../ice/media-port.ts";
import type { SenderOptions, SenderPath } from "../rtp/sender.ts";
import type { Fingerprint } from "./answer.ts";
import type { Certificate } from "./certificate.ts";
import { DtlsSession } from "./dtls.ts";
import type { RosterPeer } from "./roster.ts";

/** A client that is not connected by then never will be, milliseconds. */
const CONNECT_DEADLINE = 20_000;
/** Clients check the connection every few seconds; after this long without a sign one is gone, milliseconds. */
const SILENCE_LIMIT = 12_000;

/** DTLS packets kept that came before the other side's SDP; the newest ones are dropped. */
const MAX_EARLY = 8;

/** How the other side is known: by its SDP. */
export interface RemoteIdentity {
	readonly ufrag: string;
	readonly fingerprints: readonly Fingerprint[];
}

export interface SecureLinkOptions {
	readonly port: MediaPort;
	readonly certificate: Certificate;
	now(): number;
	/** DTLS is done and the other side is who its SDP says. */
	connected(keys: SenderOptions["keys"]): void;
	/** Packets to the other side go another way from now on. */
	path(path: SenderPath | undefined): void;
	/** SRTP or SRTCP came. */
	media(packet: Buffer): void;
	/** Application data of DTLS came. */
	data?(data: Buffer): void;
	/** A second has passed on a live connection. */
	tick(): void;
	/** It is over by itself and is to be closed; once, never after `close()`. */
	ended(reason: string): void;
}

/** The connection with a client, whoever made the offer: ICE-lite and DTLS, and when that is given up. */
export class SecureLink implements RosterPeer {
	readonly #options: SecureLinkOptions;
	readonly #agent: LiteAgent;
	readonly #openedAt: number;
	readonly #early: Buffer[] = [];
	#dtls: DtlsSession | undefined;
	#heardAt: number;
	#connected = false;
	#ended = false;
	#closed = false;

	constructor(options: SecureLinkOptions) {
		this.#options = options;
		this.#openedAt = this.#heardAt = options.now();
		this.#agent = new LiteAgent(options.port, {
			packet: (packet) => this.#receive(packet),
			checked: () => this.hear(),
			path: (path) => {
				if (!this.#closed) options.path(path);
			},
		});
	}

	get ufrag(): string {
		return this.#agent.ufrag;
	}

	get password(): string {
		return this.#agent.password;
	}

	get hosts(): readonly HostAddress[] {
		return this.#agent.hosts;
	}

	get pathKind(): PathKind | undefined {
		return this.#agent.pathKind;
	}

	/** The other side's SDP is here; called once. */
	identify(remote: RemoteIdentity): void {
		this.#agent.setRemoteUfrag(remote.ufrag);
		this.#dtls = new DtlsSession(this.#options.certificate, remote.fingerprints, {
			connected: (keys) => {
				this.#connected = true;
				this.hear();
				this.#options.connected(keys);
			},
			data: (data) => this.#options.data?.(data),
			closed: (reason) => this.#end(reason),
			send: (packet) => this.send(packet),
		});
		for (const packet of this.#early.splice(0)) this.#dtls.receive(packet);
	}

	/** The other side showed that it is there. */
	hear(): void {
		this.#heardAt = this.#options.now();
	}

	/** Sends over the chosen path; dropped when there is none. */
	send(packet: Buffer): void {
		if (!this.#closed) this.#agent.send(packet, packet.length);
	}

	/** Sends application data of DTLS; dropped while there is no connection. */
	async sendData(data: Buffer): Promise<void> {
		await this.#dtls?.sendData(data);
	}

	tick(): void {
		const now = this.#options.now();
		if (!this.#connected) {
			if (now - this.#openedAt > CONNECT_DEADLINE) this.#end("connect-timeout");
		} else if (now - this.#heardAt > SILENCE_LIMIT) {
			this.#end("silent");
		} else {
			this.#options.tick();
		}
	}

	giveWay(): void {
		this.#end("connect-timeout");
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#dtls?.close();
		this.#agent.close();
	}

	/** Packets are told apart by their first byte (RFC 7983, 7). */
	#receive(packet: Buffer): void {
		const first = packet[0] ?? 0;
		if (first >= 20 && first <= 63) {
			if (this.#dtls !== undefined) this.#dtls.receive(packet);
			else if (this.#early.length < MAX_EARLY) this.#early.push(packet);
		} else if (first >= 128 && first <= 191 && this.#connected) {
			this.#options.media(packet);
		}
	}

	#end(reason: string): void {
		if (this.#ended || this.#closed) return;
		this.#ended = true;
		this.#options.ended(reason);
	}
}
