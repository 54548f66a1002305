import { PortholeError } from "../../signaling/protocol/errors.ts";
import { encodeHostMessage } from "../../signaling/protocol/input-codec.ts";
import type { Quality } from "../../signaling/protocol/messages.ts";
import type { Clock } from "../devices/clock.ts";
import type { AccessUnit, DeviceClipboard } from "../devices/provider.ts";
import type { Connection, Peer, PeerEvents, Track } from "../webrtc/media.ts";
import { PacketBudget } from "../webrtc/packet-budget.ts";
import { ConnectionQuality, NetworkReport } from "./connection-quality.ts";
import type { HostControl } from "./control.ts";
import { InputGate } from "./input-gate.ts";
import type { InputMerge } from "./input-merge.ts";
import type { Pointers, Pointing } from "./pointers.ts";
import type { Admission, Session } from "./session.ts";

/** Reasons to lose a peer that are ours, not the viewer's: it is offered another at once. */
const OURS: readonly string[] = ["edge-lost", "sender-failed", "worker-died"];

export interface PeerSessionDeps {
	readonly viewerId: string;
	readonly admission: Admission;
	readonly track: Track;
	readonly merge: InputMerge;
	/** What the device's spec allows of its clipboard. */
	readonly clipboard?: DeviceClipboard | undefined;
	readonly control: HostControl;
	readonly pointers: Pointers;
	readonly clock: Clock;
	readonly offer: (peerId: string, sdp: string) => void;
	/** Answers a player that made the offer. */
	readonly answer: (sdp: string) => void;
	readonly dropped: (reason: string) => void;
	/** The peer is gone by itself. */
	readonly lost: (reason: string) => void;
}

/** One viewer on one device, on the host's side: its peer, and what its input may do. */
export class PeerSession implements Session, Pointing {
	readonly #deps: PeerSessionDeps;
	readonly #gate: InputGate;
	/** Of all its peers: whoever asks for another offer has no more to spend. */
	readonly #budget: PacketBudget;
	#admission: Admission;
	/** Signaling has announced this viewer since it was last lost; until then free control is not its to take. */
	#announced = true;
	#quality = new ConnectionQuality();
	#network = new NetworkReport();
	#peer: Connection | undefined;
	/** Takes the answer to the offer made last. */
	#offered: Peer | undefined;
	#attempt = 0;
	#live = false;
	#closed = false;

	constructor(deps: PeerSessionDeps) {
		this.#deps = deps;
		this.#admission = deps.admission;
		const { viewerId, merge, clipboard, clock, dropped, control, pointers } = deps;
		this.#gate = new InputGate({
			viewerId,
			merge,
			clipboard,
			clock,
			dropped,
			send: (message) => this.send(message),
			refusal: (takes) => control.refusal(viewerId, this.#admission.role, takes && this.#announced),
			pointed: (x, y) => pointers.move(this, x, y),
			shown: (shown) => this.#peer?.setShown(shown),
		});
		this.#budget = new PacketBudget(
			() => this.#admission.role,
			() => clock.now(),
		);
		pointers.add(this);
	}

	get number(): number {
		return this.#admission.number;
	}

	/** Whether signaling knows of this viewer. */
	get announced(): boolean {
		return this.#announced;
	}

	/** Signaling announced the viewer again, perhaps with another role. */
	announce(admission: Admission): void {
		this.#admission = admission;
		this.#announced = true;
		this.#quality = new ConnectionQuality();
		if (admission.role === "view") this.#gate.release();
	}

	/** Signaling is new and has not announced this viewer yet. */
	unannounce(): void {
		this.#announced = false;
	}

	/** Media flows, as far as this end knows. */
	get live(): boolean {
		return this.#live;
	}

	/** Sends on the data channel; dropped while there is none. */
	send(message: Uint8Array): void {
		this.#peer?.sendMessage(message);
	}

	/** How the connection does, when that is another than it was. */
	readQuality(): Quality | undefined {
		return this.#live && this.#peer ? this.#quality.read(this.#peer.stats()) : undefined;
	}

	/** Makes an offer; a peer from before is closed. Fails as `Track.addPeer` does. */
	async connect(): Promise<void> {
		const attempt = ++this.#attempt;
		const before = this.#peer;
		this.#peer = this.#offered = undefined;
		this.#live = false;
		this.#gate.release();
		await before?.close();
		const peer = await this.#deps.track.addPeer(this.#peerId(attempt), this.#peerEvents(attempt));
		if (this.#closed || attempt !== this.#attempt) return peer.close();
		this.#peer = this.#offered = peer;
		this.#deps.offer(peer.id, peer.offer);
	}

	/** Answers a player's offer. Fails as `Track.answerPeer` does, and with PortholeError `unsupported`. */
	async answerOffer(offer: string): Promise<void> {
		const { track } = this.#deps;
		if (!track.answerPeer) {
			throw new PortholeError("unsupported", "This host's media engine serves pages only, not players.");
		}
		const attempt = ++this.#attempt;
		const peer = await track.answerPeer(this.#peerId(attempt), offer, this.#peerEvents(attempt));
		if (this.#closed || attempt !== this.#attempt) return peer.close();
		this.#peer = peer;
		this.#deps.answer(peer.answer);
	}

	/** Takes the answer to the present offer; answers to older ones are late and mean nothing. */
	async acceptAnswer(peerId: string, sdp: string): Promise<void> {
		if (this.#offered?.id === peerId) await this.#offered.acceptAnswer(sdp);
	}

	/** Tells the viewer what coding a frame took, if it is of the rendition that it gets. */
	tellTiming({ captureTime, encodedTime, rendition = "main" }: AccessUnit): void {
		const stats = this.#peer?.stats();
		if (!stats || (stats.rendition ?? "main") !== rendition) return;
		const rtpTimestamp = Math.round((captureTime - stats.clockOrigin) * 90) % 2 ** 32;
		this.send(encodeHostMessage({ type: "timing", rtpTimestamp, encode: encodedTime - captureTime }));
		this.tellNetwork();
	}

	/** Tells the viewer what its network carries, when there is news of that. */
	tellNetwork(): void {
		const news = this.#live && this.#peer && this.#network.news(this.#peer.stats(), this.#deps.clock.now());
		if (news) this.send(encodeHostMessage(news));
	}

	tellCopied(): void {
		this.#gate.tellCopied();
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		this.#deps.pointers.remove(this);
		this.#gate.release();
		await this.#peer?.close();
	}

	#peerId(attempt: number): string {
		return `${this.#deps.viewerId}_${attempt}`;
	}

	#peerEvents(attempt: number): PeerEvents {
		return {
			budget: this.#budget,
			connected: () => this.#greet(),
			unreadable: () => this.#deps.dropped("unreadable"),
			message: (data) => {
				if (attempt === this.#attempt && !this.#closed) this.#gate.receive(data);
			},
			closed: (reason) => {
				if (attempt === this.#attempt) this.#lose(reason);
			},
		};
	}

	#greet(): void {
		const peer = this.#peer;
		this.#live = true;
		this.#network = new NetworkReport();
		peer?.sendMessage(encodeHostMessage({ type: "clock", origin: peer.stats().clockOrigin }));
	}

	#lose(reason: string): void {
		this.#peer = this.#offered = undefined;
		this.#live = false;
		this.#gate.release();
		if (this.#closed) return;
		if (OURS.includes(reason)) return void this.connect().catch(() => this.#giveUp(reason));
		this.#giveUp(reason);
	}

	#giveUp(reason: string): void {
		if (this.#closed) return;
		this.#deps.pointers.remove(this);
		this.#deps.lost(reason);
	}
}
