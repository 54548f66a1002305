import type { MonotonicTime } from "../../../signaling/protocol/time.ts";
import type { Clock } from "../../devices/clock.ts";
import type { HostCandidate, PathKind } from "../ice/candidate.ts";
import { LiteAgent } from "../ice/lite-agent.ts";
import type { MediaPort } from "../ice/media-port.ts";
import type { PacketPath } from "../ice/path.ts";
import type { PacketBudget } from "../packet-budget.ts";
import type { SrtpKeys } from "../rtp/srtp.ts";
import type { Fingerprint } from "../sdp/session-description.ts";
import { DataChannel, type DataChannelEvents } from "./data-channel.ts";
import { type Certificate, DtlsSession } from "./dtls.ts";
import type { PeerRegistry, RegisteredPeer } from "./peer-registry.ts";

/** A client that is not connected by then never will be, milliseconds. */
const CONNECT_DEADLINE = 20_000;
/** Clients check the connection every few seconds; after this long without a sign one is gone, milliseconds. */
const SILENCE_LIMIT = 12_000;

/** DTLS packets kept that came before the other side's SDP; the newest ones are dropped. */
const MAX_EARLY = 8;

/** What all transports of an engine share. */
export interface TransportOptions {
	readonly port: MediaPort;
	readonly certificate: Certificate;
	readonly registry: PeerRegistry;
	readonly clock: Clock;
	/** An error of our own ended a connection. */
	failed(error: unknown): void;
}

export interface TransportEvents {
	/** DTLS is done and the other side is who its SDP says. */
	connected(keys: SrtpKeys): void;
	/** Packets to the other side go another way from now on. */
	path?(path: PacketPath | undefined): void;
	/** SRTP or SRTCP came. */
	media(packet: Buffer): void;
	/** What the other side may send; absent: as much as it likes. */
	readonly budget?: PacketBudget;
	/** A second has passed on a live connection. */
	tick?(): void;
	/** It has closed by itself; once, never after `close()`. */
	closed(reason: string): void;
}

/** What our SDP says of the transport. */
export interface LocalParameters {
	readonly ufrag: string;
	readonly password: string;
	/** SHA-256 of our certificate. */
	readonly fingerprint: string;
	readonly hosts: readonly HostCandidate[];
}

/** What the other side's SDP says of it. */
export interface RemoteParameters {
	readonly ufrag: string;
	readonly fingerprints: readonly Fingerprint[];
}

/**
 * The connection with one client, whoever made the offer and whichever way media flows: ICE-lite, DTLS with the keys for
 * SRTP, the data channel where there is one, and when all that is given up.
 */
export class WeriftTransport implements RegisteredPeer {
	readonly local: LocalParameters;
	readonly #options: TransportOptions;
	readonly #events: TransportEvents;
	readonly #agent: LiteAgent;
	readonly #openedAt: MonotonicTime;
	readonly #early: Buffer[] = [];
	#dtls: DtlsSession | undefined;
	#channel: DataChannel | undefined;
	#heardAt: MonotonicTime;
	#connected = false;
	#closing: Promise<void> | undefined;

	constructor(options: TransportOptions, events: TransportEvents) {
		this.#options = options;
		this.#events = events;
		this.#openedAt = this.#heardAt = options.clock.now();
		this.#agent = new LiteAgent(options.port, {
			packet: (packet) => this.#receive(packet),
			checked: () => this.heard(),
			path: (path) => {
				if (!this.isClosed) events.path?.(path);
			},
		});
		const { ufrag, password, hosts } = this.#agent;
		this.local = { ufrag, password, hosts, fingerprint: options.certificate.fingerprint };
		options.registry.add(this);
	}

	get isClosed(): boolean {
		return this.#closing !== undefined;
	}

	get pathKind(): PathKind | undefined {
		return this.#agent.pathKind;
	}

	/** Messages of the data channel that were dropped in either direction. */
	get droppedMessages(): number {
		return this.#channel?.dropped ?? 0;
	}

	/** The other side's SDP is here; called once. */
	connect(remote: RemoteParameters): void {
		this.#agent.setRemoteUfrag(remote.ufrag);
		this.#dtls = new DtlsSession(this.#options.certificate, remote.fingerprints, {
			connected: (keys) => this.#begin(keys),
			data: (data) => void this.#channel?.packet(data),
			closed: (reason) => this.end(reason),
			failed: (error) => this.#fail(error),
			send: (packet) => this.send(packet),
		});
		for (const packet of this.#early.splice(0)) this.#dtls.receive(packet);
	}

	/** Begins the data channel, once connected. `remotePort`: the other side's SCTP port. */
	openDataChannel(
		remotePort: number,
		events: Pick<DataChannelEvents, "opened" | "message" | "unreadable">,
	): void {
		this.#channel = new DataChannel({
			opened: () => events.opened(),
			message: (data) => events.message(data),
			unreadable: () => events.unreadable(),
			closed: (reason) => this.end(reason),
			failed: (error) => this.#fail(error),
			send: async (packet) => this.#dtls?.sendData(packet),
		});
		this.#channel.start(remotePort);
	}

	/** Sends on the data channel; dropped while there is none. */
	sendMessage(message: Uint8Array): void {
		if (this.#channel?.send(message)) this.#events.budget?.sent(message.length);
	}

	/** Sends a protected packet over the chosen path; dropped when there is none. */
	send(packet: Buffer): void {
		this.#agent.send(packet);
	}

	/** The other side showed that it is there. */
	heard(): void {
		this.#heardAt = this.#options.clock.now();
	}

	tick(): void {
		const now = this.#options.clock.now();
		if (!this.#connected) {
			if (now - this.#openedAt > CONNECT_DEADLINE) this.end("connect-timeout");
		} else if (now - this.#heardAt > SILENCE_LIMIT) {
			this.end("silent");
		} else {
			this.#events.tick?.();
		}
	}

	giveWay(): void {
		this.end("connect-timeout");
	}

	close(): Promise<void> {
		this.#closing ??= this.#release();
		return this.#closing;
	}

	/** The data channel takes its leave of the other side while there is still a path. */
	async #release(): Promise<void> {
		this.#options.registry.remove(this);
		if (this.#channel !== undefined) await this.#channel.close();
		this.#dtls?.close();
		this.#agent.close();
	}

	#begin(keys: SrtpKeys): void {
		if (this.isClosed) return;
		this.#connected = true;
		this.heard();
		this.#options.registry.connected(this);
		this.#events.connected(keys);
	}

	/** Packets are told apart by their first byte (RFC 7983, 7). */
	#receive(packet: Buffer): void {
		const first = packet[0] ?? 0;
		if (first >= 20 && first <= 63) {
			if (!this.#within((budget) => budget.takeData(packet.length))) return;
			if (this.#dtls !== undefined) this.#dtls.receive(packet);
			else if (this.#early.length < MAX_EARLY) this.#early.push(packet);
			return;
		}
		// What is of no kind is only counted: it costs something, too.
		if (this.isClosed || !this.#within((budget) => budget.takeFeedback(packet.length))) return;
		if (first >= 128 && first <= 191 && this.#connected) this.#events.media(packet);
	}

	/** Whether a packet may cost something. What is dropped is cheap; whoever sends such for long is sent away. */
	#within(take: (budget: PacketBudget) => boolean): boolean {
		const { budget } = this.#events;
		if (!budget || take(budget)) return true;
		if (budget.exhausted) this.end("flooding");
		return false;
	}

	/** A mistake of ours must neither end the process nor look like the other side's. */
	#fail(error: unknown): void {
		this.#options.failed(error);
		this.end("host-failed");
	}

	/** Ends it for a reason of somebody else's. */
	end(reason: string): void {
		if (this.isClosed) return;
		void this.close();
		this.#events.closed(reason);
	}
}
