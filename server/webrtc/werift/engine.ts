import type { Clock } from "../../devices/clock.ts";
import type { IncomingEvents, IncomingStream } from "../../devices/incoming-stream.ts";
import { MediaPort } from "../ice/media-port.ts";
import type { DropReason } from "../ice/stun-demux.ts";
import type { MediaEngine, Track, TrackEvents } from "../media.ts";
import type { SenderPool } from "../rtp/sender-pool.ts";
import { readClientOffer } from "../sdp/client-offer.ts";
import { createCertificate } from "./dtls.ts";
import { PeerRegistry } from "./peer-registry.ts";
import { Publisher } from "./publisher.ts";
import { WeriftTrack } from "./track.ts";
import type { TransportOptions } from "./transport.ts";

/** Where a media engine listens, what it sends with and which clock it uses. */
export interface WeriftEngineOptions {
	/** Local addresses offered to viewers, the preferred one first; loopback when absent. */
	readonly addresses?: readonly string[];
	/** Also offer ICE-TCP; yes when absent. */
	readonly tcp?: boolean;
	/** First and last number for the media port; any free one when absent. */
	readonly portRange?: readonly [number, number];
	/** Closed with the engine. */
	readonly pool: SenderPool;
	/** The clock of `AccessUnit.captureTime`. */
	readonly clock: Clock;
	/** What came to the media port and was dropped, for `/metrics`. */
	dropped?(reason: DropReason): void;
	/** An error of our own ended a connection, for the log. */
	failed?(error: unknown): void;
}

/** Sends to browsers with werift's DTLS and SCTP, and an ICE-lite agent and RTP senders of our own. */
export class WeriftEngine implements MediaEngine {
	readonly name = "werift";
	readonly #options: WeriftEngineOptions;
	readonly #registry: PeerRegistry;
	readonly #certificate = createCertificate();
	readonly #tracks = new Set<WeriftTrack>();
	readonly #publishers = new Set<Publisher>();
	#opening: Promise<MediaPort> | undefined;
	#closing: Promise<void> | undefined;

	constructor(options: WeriftEngineOptions) {
		this.#options = options;
		this.#registry = new PeerRegistry(options.clock);
		// Whoever needs the certificate gets the error; nobody may need it.
		this.#certificate.catch(() => {});
	}

	/**
	 * Opens the media port now rather than with the first track. Throws PortholeError `no-address` when that cannot be
	 * done; whoever joins tries again.
	 */
	async listen(): Promise<void> {
		await this.#mediaPort();
	}

	openTrack(events: TrackEvents): Track {
		const { pool, clock } = this.#options;
		// So that the first viewer need not wait; it gets the error if there is one.
		this.#mediaPort().catch(() => {});
		const track = new WeriftTrack({
			pool,
			clock,
			events,
			transportOptions: () => this.#transportOptions(),
			gone: (one) => this.#tracks.delete(one),
		});
		this.#tracks.add(track);
		return track;
	}

	async receive(offer: string, events: IncomingEvents): Promise<IncomingStream> {
		const read = readClientOffer(offer, "publishes");
		const publisher = new Publisher({
			offer: read,
			transport: await this.#transportOptions(),
			events,
			gone: (one) => this.#publishers.delete(one),
		});
		this.#publishers.add(publisher);
		return publisher;
	}

	close(): Promise<void> {
		this.#closing ??= this.#release();
		return this.#closing;
	}

	async #release(): Promise<void> {
		await Promise.all([...this.#tracks, ...this.#publishers].map((one) => one.close()));
		const port = await this.#opening?.catch(() => undefined);
		await port?.close();
		await this.#options.pool.close();
	}

	async #transportOptions(): Promise<TransportOptions> {
		const [certificate, port] = await Promise.all([this.#certificate, this.#mediaPort()]);
		const { clock } = this.#options;
		const failed = (error: unknown) => this.#options.failed?.(error);
		return { certificate, port, registry: this.#registry, clock, failed };
	}

	#mediaPort(): Promise<MediaPort> {
		const { addresses = ["127.0.0.1", "::1"], tcp = true, portRange, pool, clock } = this.#options;
		this.#opening ??= MediaPort.open({
			addresses,
			tcp,
			...(portRange && { portRange }),
			openSocket: (address, port, events) => pool.openSocket(address, port, events),
			clock,
			dropped: (reason) => this.#options.dropped?.(reason),
		}).catch((error: unknown) => {
			this.#opening = undefined;
			throw error;
		});
		return this.#opening;
	}
}
