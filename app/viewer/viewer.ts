import { connectSignaling, type SocketLike } from "../../signaling/client.ts";
import { takeEarly } from "./early.ts";
import { EarlySocket } from "./early-socket.ts";
import { HeldInput } from "./held-input.ts";
import { LatencyMeter } from "./latency.ts";
import { canShowDevices, ViewerPeer } from "./peer-connection.ts";
import { startPinging } from "./pinger.ts";
import { signalUrl } from "./place.ts";
import { ViewerSession } from "./session.ts";
import { StatsWatch } from "./stats-watch.ts";
import { rememberToken, takeToken } from "./token.ts";
import { ViewZoom } from "./view-zoom.ts";

/** Everything of one device page that is not React, put together. */
export class Viewer {
	readonly session: ViewerSession;
	readonly input: HeldInput;
	readonly latency = new LatencyMeter();
	readonly watch: StatsWatch;
	readonly zoom = new ViewZoom();
	/** The person only watches for now, though they might do more. */
	onlyWatching = false;
	readonly #able = canShowDevices();
	readonly #listening = new AbortController();
	#stopPinging: (() => void) | undefined;

	constructor(deviceId: string) {
		let early = takeEarly();
		if (early && !this.#able) {
			early.socket.close();
			early.peer.close();
			early = undefined;
		}
		let socket = early && new EarlySocket(early);
		let token = takeToken() ?? early?.token;
		this.session = new ViewerSession({
			deviceId,
			token,
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
				const first = early;
				early = undefined;
				this.latency.reset();
				this.watch.reset();
				return new ViewerPeer(events, first);
			},
			onHostMessage: (message) => this.latency.hear(message, performance.now()),
			onWelcome: () => {
				if (token) void rememberToken(token);
				token = undefined;
			},
			timers: { now: () => Date.now(), after },
		});
		this.input = new HeldInput((message) => this.#mayTouch() && this.session.send(message));
		this.watch = new StatsWatch(() => this.session.peer, this.latency);
	}

	/** Connects, or says why that is of no use. */
	start(): void {
		const { session } = this;
		if (!this.#able) {
			return session.refuse({ code: "no-h264", message: "This browser has no H.264 over WebRTC." });
		}
		const { signal } = this.#listening;
		const release = () => this.input.release();
		window.addEventListener("blur", release, { signal });
		document.addEventListener("visibilitychange", () => document.hidden && release(), { signal });
		window.addEventListener("online", () => session.state.get().link === "waiting" && session.retry(), {
			signal,
		});
		// A page that goes says so, and the host need not find out; one that the browser brings back begins anew.
		window.addEventListener("pagehide", () => session.close(), { signal });
		window.addEventListener("pageshow", ({ persisted }) => persisted && session.start(), { signal });
		signal.addEventListener(
			"abort",
			session.state.subscribe(() => this.#follow()),
		);
		session.start();
		this.watch.start();
	}

	close(): void {
		this.input.release();
		this.#listening.abort();
		this.watch.stop();
		this.session.close();
		this.#stopPinging?.();
	}

	/** Pings while input can flow; without it nothing is held. */
	#follow(): void {
		const { channelOpen } = this.session.state.get();
		if (channelOpen === (this.#stopPinging !== undefined)) return;
		this.#stopPinging?.();
		this.#stopPinging = channelOpen ? startPinging((message) => this.session.send(message)) : undefined;
		if (!channelOpen) this.input.forget();
	}

	#mayTouch(): boolean {
		const { role } = this.session.state.get();
		return !this.onlyWatching && role !== undefined && role !== "view";
	}
}

function after(ms: number, callback: () => void): () => void {
	const timer = setTimeout(callback, ms);
	return () => clearTimeout(timer);
}
