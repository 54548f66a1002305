import type { SocketLike } from "../../../signaling/client.ts";
import type { Reason } from "../../../signaling/protocol/messages.ts";
import { type StorageKeys, storageKeys } from "../storage.ts";

/**
 * What the bootstrap script, the page's first, has begun before any other code is loaded. Whoever takes it over
 * (`BootstrapSocket`, `ViewerPeer`) finds all messages received meanwhile.
 */
export interface BootstrapConnection {
	readonly socket: WebSocket;
	readonly peer: RTCPeerConnection;
	/** Owner's token, removed from the address. */
	readonly token: string | undefined;
	/** Who the page before this one was in this tab. */
	readonly participant: { readonly viewerId: string; readonly key: string } | undefined;
	/** Signaling messages so far, oldest first; at most 64, later ones are dropped. */
	readonly messages: string[];
	/** The offer that `peer` answers. */
	peerId: string | undefined;
	/** Settles when the answer is on its way. */
	answered: Promise<void> | undefined;
	/** The browser's last error about a relay that it could not use. */
	relayError: { readonly errorCode: number; readonly errorText: string } | undefined;
	stream: MediaStream | undefined;
	channel: RTCDataChannel | undefined;
	/** Data-channel messages so far, oldest first; at most 64, later ones are dropped. */
	readonly heard: ArrayBuffer[];
}

/** A link that the bootstrap script opens; the connection begins when the server has taken it. */
export interface BootstrapLink {
	/** The link's grant, removed from the address. */
	readonly grant: string;
	/** The reason if the server refuses it; never rejects. */
	readonly exchanged: Promise<Reason | undefined>;
}

declare global {
	interface Window {
		portholeBootstrap?: BootstrapConnection | undefined;
		portholeLink?: BootstrapLink | undefined;
	}
}

/**
 * Connects while the page's own code is still loading: opens the link that the address holds, then signaling, answers
 * the first offer and gives the stream to the page's video. The device page carries this function's text in its HTML
 * (`bootstrapScript`), so it must stand alone: nothing from outside itself but the browser. When anything fails it gives
 * up silently, and the session starts from nothing.
 *
 * The built page leaves it to this script to run the rest (`link[data-script]`): starting React takes the main thread
 * for long enough to delay the first picture, so React starts once that is on the screen, or when none comes soon.
 *
 * @param version Signaling version for the hello.
 * @param keys Names under which the browser stores what outlives a page.
 */
function bootstrap(version: number, keys: StorageKeys): void {
	// The page contains this script twice: at its very start, and where React expects it.
	if (window.portholeBootstrap || window.portholeLink) return;
	const runRest = () => {
		if (document.readyState === "loading") {
			document.addEventListener("DOMContentLoaded", runRest, { once: true });
			return;
		}
		for (const link of document.querySelectorAll<HTMLLinkElement>("link[data-script]")) {
			link.removeAttribute("data-script");
			const script = document.createElement("script");
			// As written in the page, not resolved: the bundler's runtime identifies its files by that.
			script.src = link.getAttribute("href") ?? "";
			document.head.append(script);
		}
	};
	const [, base, deviceId] = /^(.*)\/devices\/([a-z0-9][a-z0-9._-]{0,63})$/.exec(location.pathname) ?? [];
	if (!deviceId || !("RTCPeerConnection" in window)) return runRest();
	setTimeout(runRest, 500);
	// Where storage is forbidden, even reading the property throws.
	const kept = (open: () => Storage, key: string, taken: boolean) => {
		try {
			const storage = open();
			const value = storage.getItem(key);
			if (taken) storage.removeItem(key);
			return value ?? undefined;
		} catch {
			return undefined;
		}
	};
	const fragment = new URLSearchParams(location.hash.slice(1));
	const relay = new URLSearchParams(location.search).has("relay");
	const token = fragment.get("token") ?? undefined;
	const grant = fragment.get("grant") ?? kept(() => sessionStorage, keys.link + deviceId, true);
	if (token || fragment.has("grant")) {
		history.replaceState(history.state, "", location.pathname + location.search);
	}

	const connect = () => {
		const url = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${base}/signal`;
		const socket = new WebSocket(url);
		const peer = new RTCPeerConnection();
		const participant =
			JSON.parse(kept(() => sessionStorage, keys.participant + deviceId, true) ?? "null") ?? undefined;
		const name = kept(() => localStorage, keys.name, false);
		const begun: BootstrapConnection = {
			socket,
			peer,
			token,
			participant,
			messages: [],
			peerId: undefined,
			answered: undefined,
			relayError: undefined,
			stream: undefined,
			channel: undefined,
			heard: [],
		};
		window.portholeBootstrap = begun;

		socket.onopen = () =>
			socket.send(
				JSON.stringify({
					type: "hello",
					version,
					as: "viewer",
					deviceId,
					token,
					participant,
					name,
					media: false,
				}),
			);
		socket.onmessage = ({ data }) => {
			if (begun.messages.length < 64) begun.messages.push(data);
			const message = JSON.parse(data);
			if (message.type === "error") runRest();
			if (message.type !== "offer" || begun.peerId) return;
			begun.peerId = message.peerId;
			if (message.iceServers || relay) {
				const iceTransportPolicy = relay ? "relay" : "all";
				peer.setConfiguration({ iceServers: message.iceServers ?? [], iceTransportPolicy });
			}
			begun.answered = peer
				.setRemoteDescription({ type: "offer", sdp: message.sdp })
				.then(() => peer.setLocalDescription())
				.then(() => {
					const sdp = peer.localDescription?.sdp;
					socket.send(JSON.stringify({ type: "answer", peerId: message.peerId, sdp }));
				});
			begun.answered.catch(() => {});
		};
		peer.onicecandidateerror = ({ errorCode, errorText }) => {
			begun.relayError = { errorCode, errorText };
		};
		peer.ondatachannel = ({ channel }) => {
			begun.channel = channel;
			channel.binaryType = "arraybuffer";
			channel.onmessage = ({ data }) => begun.heard.length < 64 && begun.heard.push(data);
		};
		peer.ontrack = ({ track, receiver }) => {
			if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
			begun.stream = new MediaStream([track]);
			const show = () => {
				const video = document.querySelector<HTMLVideoElement>("video[data-testid=screen]");
				if (!video || video.srcObject || !begun.stream) return;
				video.srcObject = begun.stream;
				video.addEventListener("loadeddata", () => requestAnimationFrame(() => setTimeout(runRest, 0)), {
					once: true,
				});
			};
			if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", show);
			show();
		};
	};

	if (token || !grant) return connect();
	const exchanged: Promise<Reason | undefined> = fetch(`${base}/api/session`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ token: grant }),
	})
		.then((response) => (response.ok ? undefined : response.json().then(({ error }) => error)))
		.catch(() => ({ code: "unreachable", message: "Porthole does not answer." }));
	window.portholeLink = { grant, exchanged };
	exchanged.then((refusal) => {
		// Without a link here the page's own code was faster and has taken it over.
		if (!refusal && window.portholeLink) connect();
		else runRest();
	});
}

/** The text of the bootstrap script. */
export function bootstrapScript(version: number): string {
	return `(${bootstrap})(${JSON.stringify(version)},${JSON.stringify(storageKeys)})`;
}

/** Takes over what the bootstrap script began; only the first caller gets it. */
export function takeBootstrap(): BootstrapConnection | undefined {
	const bootstrap = window.portholeBootstrap;
	window.portholeBootstrap = undefined;
	return bootstrap;
}

/** Takes over the link that the bootstrap script opens; only the first caller gets it. */
export function takeBootstrapLink(): BootstrapLink | undefined {
	const link = window.portholeLink;
	window.portholeLink = undefined;
	return link;
}

const CONNECTING = 0;
const CLOSED = 3;

/**
 * Presents the bootstrap script's socket to the signaling client as one that opens only now. The client's hello is
 * dropped, since it was sent already, and all messages received since are replayed in order.
 */
export class BootstrapSocket implements SocketLike {
	readonly #bootstrap: BootstrapConnection;
	#greeted = false;
	onopen: SocketLike["onopen"] = null;
	onmessage: SocketLike["onmessage"] = null;
	onclose: SocketLike["onclose"] = null;
	onerror: SocketLike["onerror"] = null;

	constructor(bootstrap: BootstrapConnection) {
		this.#bootstrap = bootstrap;
		const { socket } = bootstrap;
		const greet = socket.onopen;
		socket.onopen = (event) => {
			greet?.call(socket, event);
			this.#open();
		};
		socket.onclose = (event) => this.onclose?.(event);
		if (socket.readyState === WebSocket.OPEN) queueMicrotask(() => this.#open());
	}

	get readyState(): number {
		const { readyState } = this.#bootstrap.socket;
		return this.#greeted || readyState >= CLOSED ? readyState : CONNECTING;
	}

	send(text: string): void {
		if (this.#greeted) this.#bootstrap.socket.send(text);
		this.#greeted = true;
	}

	close(code?: number, reason?: string): void {
		this.#bootstrap.socket.close(code, reason);
	}

	#open(): void {
		const { socket, messages } = this.#bootstrap;
		this.onopen?.(undefined as never);
		// Replaced only now: until here the bootstrap script still handles messages.
		socket.onmessage = (event) => this.onmessage?.(event);
		for (const data of messages.splice(0)) this.onmessage?.({ data });
	}
}
