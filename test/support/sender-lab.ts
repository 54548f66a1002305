import { RtpPacket, SrtcpSession, SrtpSession } from "werift";
import type { PacketPath } from "../../server/webrtc/ice/path.ts";
import type { Pace } from "../../server/webrtc/rtp/rtp-parameters.ts";
import type { Feed, Sender, TransportReport } from "../../server/webrtc/rtp/sender.ts";
import { PoolClock } from "./pool-clock.ts";

export const LOCAL_KEYS = {
	profile: "AEAD_AES_128_GCM",
	key: Buffer.alloc(16, 1),
	salt: Buffer.alloc(12, 2),
} as const;
export const REMOTE_KEYS = {
	profile: "AEAD_AES_128_GCM",
	key: Buffer.alloc(16, 3),
	salt: Buffer.alloc(12, 4),
} as const;

export const SSRC = 0x11223344;
export const RESENT_SSRC = 0x55667788;

/** A pace that holds nothing back. */
export const OPEN_PACE: Pace = { rate: 1e9, burst: 1e9, longestWait: 1000 };

/** One access unit of about `bytes`. */
export function accessUnit(keyframe: boolean, bytes = 100, captureTime = 5000) {
	const data = Buffer.alloc(5 + bytes, 0x5a);
	data.set([0, 0, 0, 1, keyframe ? 0x65 : 0x41]);
	return { data, captureTime, encodedTime: captureTime, keyframe, width: 64, height: 64 };
}

/**
 * A sender with a wire that is only memory, a clock set by hand, and another implementation's SRTP at the far end, so that
 * what is read was really on the wire.
 */
export class SenderLab implements PacketPath {
	readonly clock = new PoolClock();
	readonly sender: Sender;
	/** The feed that the sender follows from the start. */
	readonly feed: Feed;
	queued = 0;
	keyframeRequests = 0;
	heard = 0;
	followed = 0;
	readonly reports: TransportReport[] = [];
	/** Whether a packet arrives. */
	arrives: (packet: Buffer) => boolean = () => true;
	readonly #wire: Buffer[] = [];
	readonly #keys = {
		localMasterKey: REMOTE_KEYS.key,
		localMasterSalt: REMOTE_KEYS.salt,
		remoteMasterKey: LOCAL_KEYS.key,
		remoteMasterSalt: LOCAL_KEYS.salt,
	};
	readonly #srtp = new SrtpSession({ profile: 7, keys: this.#keys });
	readonly #srtcp = new SrtcpSession({ profile: 7, keys: this.#keys });
	#timestamp = 0;

	constructor(
		options: { retransmission?: boolean; transportSequence?: boolean; pace?: Pace; mid?: string } = {},
	) {
		this.feed = this.clock.pool.openFeed();
		const { retransmission = true, transportSequence = true, pace = OPEN_PACE, mid } = options;
		this.sender = this.clock.pool.openSender({
			parameters: {
				payloadType: 102,
				ssrc: SSRC,
				...(retransmission ? { retransmission: { payloadType: 103, ssrc: RESENT_SSRC } } : {}),
				extensions: {
					...(transportSequence && { transportSequence: 2 }),
					...(mid !== undefined && { mid: 1 }),
				},
				mid: mid ?? "0",
				cname: "lab",
				clockOrigin: 4000,
			},
			keys: { local: LOCAL_KEYS, remote: REMOTE_KEYS },
			pace,
			events: {
				keyframeNeeded: () => void this.keyframeRequests++,
				heard: () => void this.heard++,
				feedback: (report) => void this.reports.push(report),
				followed: () => void this.followed++,
				failed: () => {
					throw new Error("The sender failed.");
				},
			},
		});
		this.sender.setPath(this);
		this.sender.follow(this.feed);
	}

	/** Keeps the memory of what was sent, as a network may. */
	send(packet: Buffer): void {
		if (this.arrives(packet)) this.#wire.push(packet);
	}

	queuedBytes(): number {
		return this.queued;
	}

	/** A frame of a feed, a sixtieth of a second after the one before where no timestamp is given. */
	push(keyframe: boolean, bytes = 100, feed = this.feed, timestamp?: number): void {
		this.#timestamp = timestamp ?? (this.#timestamp + 1500) % 2 ** 32;
		feed.push(accessUnit(keyframe, bytes), this.#timestamp);
	}

	/** What came over the wire since the last call: RTP packets and RTCP packets, opened. */
	take(): { rtp: RtpPacket[]; rtcp: Buffer[] } {
		this.clock.advance(0);
		const rtp: RtpPacket[] = [];
		const rtcp: Buffer[] = [];
		for (const packet of this.#wire.splice(0)) {
			const isRtcp = packet.readUInt8(1) >= 192 && packet.readUInt8(1) <= 223;
			if (isRtcp) rtcp.push(this.#srtcp.decrypt(packet));
			else rtp.push(RtpPacket.deSerialize(this.#srtp.decrypt(packet)));
		}
		return { rtp, rtcp };
	}

	/** Feedback from the far end: a plain RTCP packet, or hexadecimal of one. */
	feedback(packet: string | Buffer): boolean {
		const plain = typeof packet === "string" ? Buffer.from(packet.replace(/\s/g, ""), "hex") : packet;
		const genuine = this.sender.receive(this.#srtcp.encrypt(plain));
		this.clock.advance(0);
		return genuine;
	}

	nack(sequence: number): boolean {
		return this.feedback(`81cd0003 00000001 11223344 ${sequence.toString(16).padStart(4, "0")} 0000`);
	}
}
