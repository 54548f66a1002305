import type { PeerStats } from "../media.ts";
import type { Sender, SenderOptions, SenderPath, SenderPool } from "../rtp/sender.ts";
import type { AudienceMember } from "../rtp/subscribers.ts";

export interface ViewerStreamOptions extends Pick<SenderOptions, "terms" | "keys"> {
	readonly pool: SenderPool;
	/** Its place among the viewers of the track; left when the stream closes. */
	readonly member: AudienceMember;
	readonly path: SenderPath | undefined;
	/** Genuine RTCP came. */
	heard(): void;
}

/** The pictures of one viewer, who can take them from now on: its sender, and its place in the audience. */
export class ViewerStream {
	readonly #sender: Sender;
	readonly #member: AudienceMember;

	constructor({ pool, member, terms, keys, path, heard }: ViewerStreamOptions) {
		this.#member = member;
		this.#sender = pool.openSender({
			terms,
			keys,
			pace: member.pace,
			events: { ...member.senderEvents, heard },
		});
		this.#sender.setPath(path);
		member.attach(this.#sender);
	}

	setPath(path: SenderPath | undefined): void {
		this.#sender.setPath(path);
	}

	/** Takes a protected RTCP packet. */
	receive(packet: Buffer): void {
		this.#sender.receive(packet);
	}

	/** Tells the viewer the time; to be called each second. */
	tick(): void {
		this.#sender.report();
	}

	stats(): Partial<PeerStats> {
		return { ...this.#sender.stats(), ...this.#member.stats };
	}

	close(): void {
		this.#member.leave();
		this.#sender.close();
	}
}
