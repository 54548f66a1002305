import type { Clock } from "../../devices/clock.ts";
import type { IncomingEvents } from "../../devices/incoming-stream.ts";
import { MediaPort } from "../ice/media-port.ts";
import type { DropReason } from "../ice/stun-demux.ts";
import type { MediaEngine, Track, TrackEvents } from "../media.ts";
import type { SenderPool } from "../rtp/sender.ts";
import { readClientOffer } from "../sdp/client-offer.ts";
import { createCertificate } from "./certificate.ts";
import { Publisher } from "./publisher.ts";
import { Roster } from "./roster.ts";
import { WeriftTrack } from "./track.ts";

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
}

/** Sends to browsers with werift's DTLS and SCTP, and an ICE-lite agent and RTP senders of our own. */
export interface WeriftEngine extends MediaEngine {
	/**
	 * Opens the media port now rather than with the first track. Throws PortholeError `no-address` when that cannot be
	 * done; whoever joins tries again.
	 */
	listen(): Promise<void>;
}

export function createWeriftEngine(options: WeriftEngineOptions): WeriftEngine {
	const { clock, pool } = options;
	const tracks = new Set<WeriftTrack>();
	const publishers = new Set<Publisher>();
	const roster = new Roster(clock);
	const certificate = createCertificate();
	// Whoever needs the certificate gets the error; nobody may need it.
	certificate.catch(() => {});
	let opening: Promise<MediaPort> | undefined;
	let closing: Promise<void> | undefined;

	function mediaPort(): Promise<MediaPort> {
		opening ??= MediaPort.open({
			addresses: options.addresses ?? ["127.0.0.1", "::1"],
			tcp: options.tcp ?? true,
			...(options.portRange === undefined ? {} : { portRange: options.portRange }),
			openSocket: (address, port, events) => pool.openSocket(address, port, events),
			clock,
			dropped: (reason) => options.dropped?.(reason),
		}).catch((error: unknown) => {
			opening = undefined;
			throw error;
		});
		return opening;
	}

	async function close(): Promise<void> {
		await Promise.all([...tracks, ...publishers].map((one) => one.close()));
		const port = await opening?.catch(() => undefined);
		await port?.close();
		await pool.close();
	}

	return {
		name: "werift",
		async listen() {
			await mediaPort();
		},
		openTrack(events: TrackEvents): Track {
			// So that the first viewer need not wait; it gets the error if there is one.
			mediaPort().catch(() => {});
			const track = new WeriftTrack({
				pool,
				roster,
				mediaPort,
				certificate,
				events,
				clock,
				gone: () => tracks.delete(track),
			});
			tracks.add(track);
			return track;
		},
		async receive(offer: string, events: IncomingEvents): Promise<Publisher> {
			const read = readClientOffer(offer, "publishes");
			const [ours, port] = await Promise.all([certificate, mediaPort()]);
			const publisher: Publisher = new Publisher({
				offer: read,
				port,
				certificate: ours,
				clock,
				events,
				joined: () => roster.joined(publisher),
				gone: () => {
					publishers.delete(publisher);
					roster.remove(publisher);
				},
			});
			publishers.add(publisher);
			roster.add(publisher);
			return publisher;
		},
		close() {
			closing ??= close();
			return closing;
		},
	};
}
