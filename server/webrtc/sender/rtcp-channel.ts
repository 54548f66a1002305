import type { SenderOptions, StreamTerms } from "./sender-pool.ts";
import { writeSenderReport } from "./sender-report.ts";
import { createSrtcpContext, type SrtcpContext } from "./srtcp.ts";
import { deriveSessionKeys } from "./srtp-keys.ts";

/** The protected RTCP of one viewer, both ways. */
export class RtcpChannel {
	readonly #terms: StreamTerms;
	readonly #outgoing: SrtcpContext;
	readonly #incoming: SrtcpContext;

	constructor(terms: StreamTerms, { local, remote }: SenderOptions["keys"]) {
		this.#terms = terms;
		this.#outgoing = createSrtcpContext(local.profile, deriveSessionKeys(local, "rtcp"));
		this.#incoming = createSrtcpContext(remote.profile, deriveSessionKeys(remote, "rtcp"));
	}

	/** The packet inside; absent when it is not genuine. */
	open(packet: Buffer): Buffer | undefined {
		return this.#incoming.open(packet);
	}

	/** A sender report on what was sent until `now`. */
	report(packets: number, payloadBytes: number, now: number): Buffer {
		const { ssrc, cname, clockOrigin } = this.#terms;
		return this.#outgoing.protect(
			writeSenderReport({ ssrc, cname, clockOrigin, packets, payloadBytes }, now),
		);
	}
}
