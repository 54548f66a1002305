import { RtpPacket, SrtcpSession, SrtpSession } from "werift";
import { packetize } from "../../server/webrtc/sender/packetize.ts";
import { type PacketSink, Sender } from "../../server/webrtc/sender/sender.ts";

const local = { profile: "AEAD_AES_128_GCM", key: Buffer.alloc(16, 1), salt: Buffer.alloc(12, 2) } as const;
const remote = { profile: "AEAD_AES_128_GCM", key: Buffer.alloc(16, 3), salt: Buffer.alloc(12, 4) } as const;

export const SSRC = 0x11223344;
export const RESENT_SSRC = 0x55667788;

/** One access unit of about `bytes`. */
export function mediaUnit(keyframe: boolean, bytes = 100) {
	const data = Buffer.alloc(5 + bytes, 0x5a);
	data.set([0, 0, 0, 1, keyframe ? 0x65 : 0x41]);
	return packetize(data, { captureTime: 5000, rtpTimestamp: 90, keyframe });
}

/**
 * A sender with a wire that is only memory, a clock set by hand, and another implementation's SRTP at the far end, so
 * that what is read was really on the wire.
 */
export class SenderLab implements PacketSink {
	readonly sender: Sender;
	time = 1_000_000;
	queued = 0;
	keyframeRequests = 0;
	/** Whether the wire keeps the memory of what was sent. */
	keepsMemory = false;
	/** Whether a packet arrives. */
	arrives: (packet: Buffer) => boolean = () => true;
	readonly #wire: Buffer[] = [];
	readonly #keys = {
		localMasterKey: remote.key,
		localMasterSalt: remote.salt,
		remoteMasterKey: local.key,
		remoteMasterSalt: local.salt,
	};
	readonly #srtp = new SrtpSession({ profile: 7, keys: this.#keys });
	readonly #srtcp = new SrtcpSession({ profile: 7, keys: this.#keys });

	constructor(options: { retransmission: boolean } = { retransmission: true }) {
		this.sender = new Sender({
			terms: {
				payloadType: 102,
				ssrc: SSRC,
				...(options.retransmission ? { retransmission: { payloadType: 103, ssrc: RESENT_SSRC } } : {}),
				extensions: { transportSequence: 2 },
				mid: "0",
				cname: "lab",
				clockOrigin: 4000,
			},
			keys: { local, remote },
			sink: this,
			now: () => this.time,
			requestKeyframe: () => {
				this.keyframeRequests++;
			},
		});
	}

	send(packet: Buffer, length: number): boolean {
		if (!this.arrives(packet)) return false;
		this.#wire.push(this.keepsMemory ? packet.subarray(0, length) : Buffer.from(packet.subarray(0, length)));
		return this.keepsMemory;
	}

	queuedBytes(): number {
		return this.queued;
	}

	/** What came over the wire since the last call: RTP packets and RTCP packets, opened. */
	take(): { rtp: RtpPacket[]; rtcp: Buffer[] } {
		const rtp: RtpPacket[] = [];
		const rtcp: Buffer[] = [];
		for (const packet of this.#wire.splice(0)) {
			const isRtcp = packet.readUInt8(1) >= 192 && packet.readUInt8(1) <= 223;
			if (isRtcp) rtcp.push(this.#srtcp.decrypt(packet));
			else rtp.push(RtpPacket.deSerialize(this.#srtp.decrypt(packet)));
		}
		return { rtp, rtcp };
	}

	/** Feedback from the far end, as hexadecimal of the plain RTCP packet. */
	feedback(hex: string): boolean {
		return this.sender.receive(this.#srtcp.encrypt(Buffer.from(hex.replace(/\s/g, ""), "hex")));
	}

	nack(sequence: number): void {
		this.feedback(`81cd0003 00000001 11223344 ${sequence.toString(16).padStart(4, "0")} 0000`);
	}
}
