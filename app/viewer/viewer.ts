import { connectSignaling, type SocketLike } from "../../signaling/client.ts";
import { takeEarly } from "./early.ts";
import { EarlySocket } from "./early-socket.ts";
import { HeldInput } from "./held-input.ts";
import { LatencyMeter } from "./latency.ts";
import { canShowDevices, ViewerPeer } from "./peer-connection.ts";
import { startPinging } from "./pinger.ts";
import { signalUrl } from "./place.ts";
import { guardRelease } from "./release-guard.ts";
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
	readonly #undo: (() => void)[] = [];

	constructor(deviceId: string) {
		let early = takeEarly();
		if (early && !canShowDevices()) {
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
		if (canShowDevices()) this.session.start();
		else {
			this.session.refuse({ code: "no-h264", message: "This browser has no H.264 over WebRTC." });
			return;
		}
		this.watch.start();
		let stopPinging = () => {};
		let open = false;
		const follow = () => {
			const { channelOpen } = this.session.state.get();
			if (channelOpen === open) return;
			open = channelOpen;
			stopPinging();
			stopPinging = open ? startPinging((message) => this.session.send(message)) : () => {};
			if (!open) this.input.forget();
		};
		const online = () => this.session.state.get().link === "waiting" && this.session.retry();
		// A page that goes says so: the host need not find out. One that is taken out of the browser's cache begins anew.
		const leave = () => this.session.close();
		const comeBack = (event: PageTransitionEvent) => event.persisted && this.session.start();
		window.addEventListener("online", online);
		window.addEventListener("pagehide", leave);
		window.addEventListener("pageshow", comeBack);
		this.#undo.push(
			this.session.state.subscribe(follow),
			guardRelease(() => this.input.release()),
			() => {
				window.removeEventListener("online", online);
				window.removeEventListener("pagehide", leave);
				window.removeEventListener("pageshow", comeBack);
			},
			() => stopPinging(),
		);
		follow();
	}

	close(): void {
		this.input.release();
		for (const undo of this.#undo.splice(0)) undo();
		this.watch.stop();
		this.session.close();
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
