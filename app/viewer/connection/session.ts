import type { LinkStatus, SignalingLink, SignalingOptions } from "../../../signaling/client.ts";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import type { HostMessage, ViewerMessage } from "../../../signaling/protocol/input.ts";
import {
	type ControlState,
	type FromViewer,
	PROTOCOL_VERSION,
	type Reason,
	type ToViewer,
	toViewerSchema,
	type ViewerHello,
} from "../../../signaling/protocol/messages.ts";
import type { Clock } from "../../../signaling/protocol/time.ts";
import { initialState, type TimedControl, type ViewerState } from "../state.ts";
import { Store } from "../store.ts";
import { PathWatch, type Silence } from "./path-watch.ts";
import type { PeerEvents, PeerLink } from "./peer-connection.ts";

/** How long a connected peer may send no frame before the page says so, ms. */
const PICTURE_WITHIN = 3000;
/** Wait before the second restart in a row that showed no frame, ms; doubled for each further one. */
const RESTART_WAIT = 500;
const MAX_RESTART_WAIT = 8000;
/** Errors about the connection rather than about a request. */
const NOT_HERE = ["host-offline", "closing"];

/**
 * The page's session with one device: signaling, the peer that the host offers, and the state that the page shows.
 * Losing signaling leaves the video running; losing the video requests a new peer. The participant key keeps this
 * viewer's id through both.
 */
export class DeviceSession {
	readonly state: Store<ViewerState>;
	readonly #parts: SessionParts;
	#link: SignalingLink<FromViewer> | undefined;
	#peer: PeerLink | undefined;
	#participant: ViewerHello["participant"];
	#path: PathWatch | undefined;
	#cancelTimer = () => {};
	/** The server has sent its welcome on the present connection. */
	#welcomed = false;
	/** New peers requested since the last frame. */
	#restarts = 0;

	constructor(parts: SessionParts) {
		this.#parts = parts;
		this.#participant = parts.participant;
		this.state = new Store(initialState(parts.deviceId));
	}

	/** Connects; also after `close` or a final end. */
	start(): void {
		this.close();
		this.state.set({ ...initialState(this.#parts.deviceId), ...keptOver(this.state.get()) });
		this.#link = this.#parts.connect({
			hello: () => this.#hello(),
			schema: toViewerSchema,
			onMessage: (message) => this.#receive(message),
			onStatus: (status) => this.#follow(status),
		});
	}

	/** Retries at once: signaling if that is down, a new peer if only video is missing. */
	retry(): void {
		const { link, stop } = this.state.get();
		if (stop?.final || link === "closed") this.start();
		else if (link === "waiting") this.#link?.retryNow();
		else if (link === "open") this.#restart(0);
	}

	/** Stops with a reason: this browser cannot show the device, or the link does not open it. */
	refuse(how: "unsupported" | "refused", reason: Reason): void {
		this.close();
		this.state.patch({ stop: { how, reason, final: true } });
	}

	/** The page has shown a frame of the current stream. */
	pictureShown(): void {
		if (!this.#peer) return;
		this.#cancelTimer();
		this.#restarts = 0;
		this.state.patch({ media: "shown", seen: true });
	}

	/** Sends input; false when it cannot go out now. */
	send(message: ViewerMessage): boolean {
		return this.#peer?.send(message) ?? false;
	}

	/** Sends a request to signaling; false when it cannot be reached now. */
	ask(message: FromViewer): boolean {
		return this.#link?.send(message) ?? false;
	}

	/** Lets another page continue as this viewer. */
	get participant(): ViewerHello["participant"] {
		return this.#participant;
	}

	get peer(): PeerLink | undefined {
		return this.#peer;
	}

	/** Leaves the device. */
	close(): void {
		this.#link?.send({ type: "leave" });
		this.pause();
	}

	/** Disconnects, but keeps the place for the next page. */
	pause(): void {
		const link = this.#link;
		this.#link = undefined;
		link?.close();
		this.#dropPeer("none");
	}

	#hello(): ViewerHello {
		const { deviceId, token } = this.#parts;
		const name = this.#parts.name();
		return {
			type: "hello",
			version: PROTOCOL_VERSION,
			as: "viewer",
			deviceId,
			...(token && { token }),
			...(this.#participant && { participant: this.#participant }),
			...(name && { name }),
			media: this.#peer?.flowing ?? false,
		};
	}

	#follow(status: LinkStatus): void {
		if (status.state !== "open") this.#welcomed = false;
		this.state.patch({ link: status.state });
	}

	#receive(message: ToViewer): void {
		switch (message.type) {
			case "welcome":
				this.#welcome(message);
				break;
			case "control":
				this.state.patch({ control: this.#timed(message.control) });
				break;
			case "participants":
				this.state.patch({ participants: message.participants });
				break;
			case "waiting":
				this.state.patch({ waiting: true });
				break;
			case "device":
				this.#describe(message.device);
				break;
			case "offer":
				this.#open(message);
				break;
			case "ended":
				this.#stop("ended", message.reason, message.final);
				break;
			case "error":
				if (!message.final && this.#welcomed && !NOT_HERE.includes(message.reason.code)) {
					this.#parts.onDeclined(message.reason);
					break;
				}
				// Signaling may be back before the host is, while the host's video never stopped.
				if (!message.final && this.#peer?.flowing) break;
				this.#stop(this.#participant ? "ended" : "refused", message.reason, message.final);
				break;
			case "pong":
				break;
		}
	}

	/** How long a request has left counts from now. */
	#timed({ requests, ...control }: ControlState): TimedControl {
		const now = this.#parts.clock.now();
		return { ...control, requests: requests.map(({ viewerId, left }) => ({ viewerId, until: now + left })) };
	}

	#welcome({ viewerId, participantKey, role, device }: Extract<ToViewer, { type: "welcome" }>): void {
		this.#welcomed = true;
		this.#participant = { viewerId, key: participantKey };
		this.#patchWithoutStop({ viewerId, role, device, waiting: false });
		this.#parts.onWelcome();
	}

	/** The last frame of a device that was switched off is not shown again: the next one belongs to a new start. */
	#describe(device: DeviceDescription): void {
		const { device: before, media } = this.state.get();
		const isOff = device.state === "off";
		const powered = before?.power !== device.power;
		const anew = powered && (media === "late" || (isOff && media === "shown"));
		this.state.patch({ device, ...(anew && { media: "coming" }) });
		if (powered && !isOff && this.#peer?.flowing) this.#awaitPicture();
	}

	#open({ peerId, sdp: offer, iceServers = [] }: Extract<ToViewer, { type: "offer" }>): void {
		this.#dropPeer("coming");
		this.#patchWithoutStop({ waiting: false });
		const peer = this.#parts.openPeer({
			stream: (stream) => this.#only(peer, () => this.state.patch({ stream })),
			connected: () => this.#only(peer, () => this.#awaitPicture()),
			lost: () => this.#only(peer, () => this.#restart()),
			relayFailed: (message) =>
				this.#only(peer, () => this.#stop("ended", { code: "relay-failed", message }, true)),
			channel: (channelOpen) => this.#only(peer, () => this.#channel(peer, channelOpen)),
			message: (message) =>
				this.#only(peer, () => {
					this.#path?.heard();
					this.#parts.onHostMessage(message);
				}),
		});
		this.#peer = peer;
		peer.answer(peerId, offer, iceServers).then(
			(sdp) => this.#only(peer, () => sdp && this.#link?.send({ type: "answer", peerId, sdp })),
			() => this.#only(peer, () => this.#restart()),
		);
	}

	/** Runs `then` unless the peer has been replaced meanwhile. */
	#only(peer: PeerLink, then: () => void): void {
		if (peer === this.#peer) then();
	}

	#channel(peer: PeerLink, channelOpen: boolean): void {
		this.state.patch({ channelOpen });
		this.#forgetPath();
		if (!channelOpen) return;
		const { clock, shown } = this.#parts;
		this.#path = new PathWatch({
			clock,
			shown,
			ping: () => peer.send({ type: "ping", time: clock.now() }),
			received: async () => packetsCounted(await peer.stats()),
			changed: (silence) => this.#patchPath(silence),
		});
	}

	#forgetPath(): void {
		this.#path?.close();
		this.#path = undefined;
		this.#patchPath(undefined);
	}

	#patchPath(silence: Silence | undefined): void {
		const { silence: before, ...rest } = this.state.get();
		if (silence !== before) this.state.set({ ...rest, ...(silence && { silence }) });
	}

	#awaitPicture(): void {
		if (this.state.get().media === "shown") return;
		this.#cancelTimer();
		this.#cancelTimer = this.#parts.clock.after(PICTURE_WITHIN, () => this.state.patch({ media: "late" }));
	}

	/** Requests a new peer: at once the first time, with growing waits while none shows a frame. */
	#restart(
		wait = this.#restarts && Math.min(RESTART_WAIT * 2 ** (this.#restarts - 1), MAX_RESTART_WAIT),
	): void {
		this.#dropPeer("lost");
		this.#restarts++;
		const ask = () => this.#link?.send({ type: "restart" });
		if (wait === 0) ask();
		else this.#cancelTimer = this.#parts.clock.after(wait, ask);
	}

	#stop(how: "ended" | "refused", reason: Reason, final: boolean): void {
		this.#dropPeer("none");
		this.state.patch({ stop: { how, reason, final } });
		if (!final) return;
		const link = this.#link;
		this.#link = undefined;
		this.#participant = undefined;
		link?.close();
	}

	#dropPeer(media: ViewerState["media"]): void {
		this.#cancelTimer();
		this.#forgetPath();
		const peer = this.#peer;
		this.#peer = undefined;
		// Patched first: the last frame has to be copied before the browser blanks the video.
		this.state.patch({ media, channelOpen: false });
		peer?.close();
	}

	#patchWithoutStop(fields: Partial<ViewerState>): void {
		const { stop: _, ...rest } = this.state.get();
		this.state.set({ ...rest, ...fields });
	}
}

/** What a new start need not fetch again. */
function keptOver({ device, stream }: ViewerState): Partial<ViewerState> {
	return { ...(device && { device }), ...(stream && { stream }) };
}

/** Grows with each packet that comes and each STUN check that is answered. */
function packetsCounted(stats: RTCStatsReport): number {
	let sum = 0;
	stats.forEach(({ type, bytesReceived = 0, responsesReceived = 0 }) => {
		if (type === "candidate-pair") sum += bytesReceived + responsesReceived;
	});
	return sum;
}

type ViewerSignaling = SignalingOptions<typeof toViewerSchema, FromViewer>;

/** What a session is built from: the browser's own in `viewer.ts`, fakes in tests. */
interface SessionParts {
	readonly deviceId: string;
	readonly token: string | undefined;
	/** The participant of an earlier page. */
	readonly participant?: ViewerHello["participant"];
	/** What the person wants to be called. */
	name(): string | undefined;
	connect(
		options: Pick<ViewerSignaling, "hello" | "schema" | "onMessage" | "onStatus">,
	): SignalingLink<FromViewer>;
	openPeer(events: PeerEvents): PeerLink;
	/** Whether the page is seen. */
	shown(): boolean;
	/** A message from the host on the data channel. */
	onHostMessage(message: HostMessage): void;
	/** The server let this viewer in. */
	onWelcome(): void;
	/** A request of this viewer was declined. */
	onDeclined(reason: Reason): void;
	readonly clock: Clock;
}
