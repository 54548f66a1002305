import { connectSignaling, type SocketLike } from "../../signaling/client.ts";
import type { ViewerMessage } from "../../signaling/protocol/input.ts";
import type { ControlAction, KickEnd, ParticipantInfo, Reason } from "../../signaling/protocol/messages.ts";
import { pageClock } from "../../signaling/protocol/time.ts";
import { browserClipboard, contentOfClipboard } from "./browser-clipboard.ts";
import { PageClipboard } from "./clipboard.ts";
import { rememberToken } from "./connection/api.ts";
import { BootstrapSocket, takeBootstrap, takeBootstrapLink } from "./connection/bootstrap.ts";
import { canShowDevices, ViewerPeer } from "./connection/peer-connection.ts";
import { DeviceSession } from "./connection/session.ts";
import { LinkOpening } from "./connection/share-link.ts";
import { controlView } from "./control-view.ts";
import { InputSender } from "./input/input-sender.ts";
import type { FingerPair } from "./input/mirrored-fingers.ts";
import { OtherPointers } from "./input/other-pointers.ts";
import { pressPaste } from "./input/paste.ts";
import { participantChanges } from "./participants.ts";
import { ViewZoom } from "./screen/view-zoom.ts";
import { startPinging } from "./stats/host-clock.ts";
import { LatencyMeter } from "./stats/latency.ts";
import { StatsWatch } from "./stats/stats-watch.ts";
import { askNoName, keepParticipant, rememberedName, rememberName, takeParticipant } from "./storage.ts";
import { Store } from "./store.ts";
import { isLink, signalUrl, takeToken } from "./urls.ts";

/** A short note for the user; a new object each time, so that the same text can be shown twice. */
export interface Note {
	readonly text: string;
}

/** Composes everything on a device page that is not React. */
export class Viewer {
	readonly session: DeviceSession;
	readonly input: InputSender;
	readonly clipboard: PageClipboard;
	readonly latency = new LatencyMeter();
	readonly watch: StatsWatch;
	readonly zoom = new ViewZoom();
	readonly pointers = new OtherPointers();
	/** Two fingers simulated by the mouse. */
	readonly fingers = new Store<FingerPair | undefined>(undefined);
	readonly note = new Store<Note>({ text: "" });
	readonly #deviceId: string;
	readonly #link: LinkOpening;
	readonly #able = canShowDevices();
	readonly #listening = new AbortController();
	#participants: readonly ParticipantInfo[] | undefined;
	#mayTouch = false;
	#stopPinging: (() => void) | undefined;

	constructor(deviceId: string) {
		this.#deviceId = deviceId;
		let bootstrap = takeBootstrap();
		if (bootstrap && !this.#able) {
			bootstrap.socket.close();
			bootstrap.peer.close();
			bootstrap = undefined;
		}
		let socket = bootstrap && new BootstrapSocket(bootstrap);
		let token = takeToken() ?? bootstrap?.token;
		this.session = new DeviceSession({
			deviceId,
			token,
			participant: bootstrap ? bootstrap.participant : takeParticipant(deviceId),
			name: rememberedName,
			connect: (options) =>
				connectSignaling({
					...options,
					open: () => {
						const first = socket;
						socket = undefined;
						return first ?? (new WebSocket(signalUrl(location)) as SocketLike);
					},
				}),
			openPeer: (events) => {
				const first = bootstrap;
				bootstrap = undefined;
				this.latency.reset();
				this.watch.reset();
				return new ViewerPeer(events, first);
			},
			onHostMessage: (message) => {
				if (message.type === "other") this.pointers.move(message.number, message);
				else if (message.type === "network") this.watch.hear(message);
				else if (message.type.startsWith("clipboard-")) this.clipboard.hear(message);
				else this.latency.hear(message, pageClock.now());
			},
			onWelcome: () => {
				if (token) void rememberToken(token);
				token = undefined;
			},
			onDeclined: ({ message }) => this.note.set({ text: message }),
			shown: () => !document.hidden,
			clock: pageClock,
		});
		this.clipboard = new PageClipboard({
			send: (message) => this.#sendInput(message),
			browser: browserClipboard,
			load: () => import("./clipboard-transfer.ts"),
			clock: pageClock,
			note: (text) => this.note.set({ text }),
		});
		this.input = new InputSender(this.clipboard.send);
		this.watch = new StatsWatch(() => this.session.peer, this.latency);
		// A connection that the bootstrap script has begun means that its link was accepted.
		const link = takeBootstrapLink();
		this.#link = new LinkOpening(deviceId, socket ? undefined : link);
	}

	/** Connects, or shows why this browser cannot. */
	start(): void {
		const { session } = this;
		if (!this.#able) {
			const reason = { code: "no-h264", message: "This browser has no H.264 over WebRTC." };
			return session.refuse("unsupported", reason);
		}
		const { signal } = this.#listening;
		const release = () => this.input.release();
		window.addEventListener("blur", release, { signal });
		document.addEventListener(
			"visibilitychange",
			() => {
				this.latency.shownAgain();
				this.#sayWhetherShown();
			},
			{ signal },
		);
		window.addEventListener("online", () => session.state.get().link === "waiting" && session.retry(), {
			signal,
		});
		// A link was pasted over this page's address; only a new page opens it.
		window.addEventListener("hashchange", () => isLink(location.hash) && location.reload(), { signal });
		window.addEventListener("pagehide", () => this.#hide(), { signal });
		window.addEventListener("pageshow", ({ persisted }) => persisted && this.#comeBack(), { signal });
		signal.addEventListener(
			"abort",
			session.state.subscribe(() => this.#follow()),
		);
		this.watch.start();
		const opening = this.#link.opening;
		if (opening) void this.#openWith(opening);
		else session.start();
	}

	/** Retries the link if that was refused, else the connection. */
	retry(): void {
		const { stop } = this.session.state.get();
		if (stop?.reason.code === "wrong-version") return location.reload();
		const opening = stop?.how === "refused" ? this.#link.again(stop.reason.code) : undefined;
		if (opening) void this.#openWith(opening);
		else this.session.retry();
	}

	/** Opens the link with a PIN. Settles with the server's answer. */
	enterPin(pin: string): Promise<void> {
		return this.#openWith(this.#link.withPin(pin));
	}

	/** Requests, gives or changes control; `viewerId` is the other participant, for `give` and `deny`. */
	control(action: ControlAction, viewerId?: string): void {
		this.#ask({ type: "control", action, ...(viewerId !== undefined && { viewerId }) });
	}

	/** Removes a participant, with all their tabs. */
	kick(viewerId: string, and: KickEnd): void {
		this.#ask({ type: "kick", viewerId, and });
	}

	/** Admits or refuses somebody who waits to be let in. */
	admit(viewerId: string, admit: boolean): void {
		this.#ask({ type: "admit", viewerId, admit });
	}

	/** Pastes the browser's clipboard into the device. Call it for a click: the browser may ask the user first. */
	async paste(): Promise<void> {
		const shortcut = this.session.state.get().device?.clipboard?.shortcut;
		const content = await contentOfClipboard().catch(() => "refused" as const);
		if (content === "refused") {
			return this.note.set({
				text: "The browser does not let this page see your clipboard. Ctrl + V still pastes.",
			});
		}
		if (content && (await this.clipboard.give(content))) pressPaste(this.input, shortcut);
	}

	/** Changes the user's name; an empty one means not to be asked again. */
	rename(text: string): void {
		const name = rememberName(text);
		if (name) this.#ask({ type: "name", name });
		else askNoName();
	}

	close(): void {
		this.input.release();
		this.#listening.abort();
		this.watch.stop();
		this.session.close();
		this.#stopPinging?.();
	}

	/** A hidden page holds no input and needs no video. */
	#sayWhetherShown(): void {
		if (document.hidden) this.input.release();
		this.session.send({ type: "shown", shown: !document.hidden });
	}

	#ask(message: Parameters<DeviceSession["ask"]>[0]): void {
		if (!this.session.ask(message)) this.note.set({ text: "Porthole cannot be reached now." });
	}

	async #openWith(opening: Promise<Reason | undefined>): Promise<void> {
		const refusal = await opening;
		if (this.#listening.signal.aborted) return;
		if (refusal) this.session.refuse("refused", refusal);
		else this.session.start();
	}

	/** A page that is left closes its media, so that the host need not time out, and leaves its place to the next page. */
	#hide(): void {
		const { participant } = this.session;
		if (participant) keepParticipant(this.#deviceId, participant);
		this.session.pause();
	}

	/** The browser restores the page from its back/forward cache. */
	#comeBack(): void {
		takeParticipant(this.#deviceId);
		this.session.start();
	}

	/** Without control the pointer only moves. */
	#sendInput(message: ViewerMessage): boolean {
		if (this.#mayTouch || message.type === "ping") return this.session.send(message);
		if (message.type === "pointer") this.session.send({ ...message, buttons: 0 });
		return false;
	}

	#follow(): void {
		const state = this.session.state.get();
		const { channelOpen, participants } = state;
		// Without a channel nothing is held, and neither without control.
		const { mayTouch } = controlView(state);
		if (!channelOpen || (this.#mayTouch && !mayTouch)) {
			this.input.forget();
			this.clipboard.reset();
		}
		this.#mayTouch = mayTouch;
		if (channelOpen !== (this.#stopPinging !== undefined)) {
			this.#stopPinging?.();
			this.#stopPinging = channelOpen ? startPinging((message) => this.session.send(message)) : undefined;
			// A new peer assumes that the page is visible.
			if (channelOpen && document.hidden) this.#sayWhetherShown();
		}
		if (participants && participants !== this.#participants) this.#meet(participants, state.viewerId);
	}

	#meet(participants: readonly ParticipantInfo[], viewerId: string | undefined): void {
		const text = this.#participants ? participantChanges(this.#participants, participants, viewerId) : "";
		this.#participants = participants;
		if (text) this.note.set({ text });
		this.pointers.keep(new Set(participants.map(({ number }) => number)));
	}
}
