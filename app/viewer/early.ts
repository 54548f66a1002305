import type { Reason } from "../../signaling/protocol/messages.ts";
import { type MemoryKeys, memoryKeys } from "./memory.ts";

/**
 * What the page's first script has begun before any other code is there. Whoever takes it over (`early-socket.ts`,
 * `session.ts`) finds everything that was said meanwhile.
 */
export interface EarlyConnection {
	readonly socket: WebSocket;
	readonly peer: RTCPeerConnection;
	/** Owner's token from the address, which no longer holds it. */
	readonly token: string | undefined;
	/** Who the page before this one was in this tab. */
	readonly participant: { readonly viewerId: string; readonly key: string } | undefined;
	/** Signaling messages so far, oldest first; at most 64, later ones are dropped. */
	readonly messages: string[];
	/** The offer that `peer` answers. */
	peerId: string | undefined;
	/** Settles when the answer is on its way. */
	answered: Promise<void> | undefined;
	/** What the browser said last of a relay that it could not use. */
	relayError: { readonly errorCode: number; readonly errorText: string } | undefined;
	stream: MediaStream | undefined;
	channel: RTCDataChannel | undefined;
	/** Data-channel messages so far, oldest first; at most 64, later ones are dropped. */
	readonly heard: ArrayBuffer[];
}

/** A link that the first script opens; the connection begins when the server has taken it. */
export interface EarlyLink {
	/** The grant from the address, which no longer holds it. */
	readonly grant: string;
	/** Why the server did not take it; never rejects. */
	readonly exchanged: Promise<Reason | undefined>;
}

declare global {
	interface Window {
		portholeEarly?: EarlyConnection | undefined;
		portholeLink?: EarlyLink | undefined;
	}
}

/**
 * Opens the link that the address holds, then signaling, answers the first offer and gives the picture to the page's video, while the page's own code is
 * still loading. The device page carries this function's text in its HTML (`earlyScript`): it must stand alone and use
 * nothing from outside itself but the browser. It gives up silently; the session then begins from nothing.
 *
 * The built page leaves it to this script to run the rest (`link[data-script]`): starting React takes the main thread
 * for long enough to delay the first picture, so it starts when that is on the screen, or when none comes soon.
 *
 * @param version Signaling version for the hello.
 * @param keys Where the browser keeps what outlives a page.
 */
export function openEarly(version: number, keys: MemoryKeys): void {
	// The text stands twice in the page: first of all, and where React expects it.
	if (window.portholeEarly || window.portholeLink) return;
	const runRest = () => {
		if (document.readyState === "loading") {
			document.addEventListener("DOMContentLoaded", runRest, { once: true });
			return;
		}
		for (const link of document.querySelectorAll<HTMLLinkElement>("link[data-script]")) {
			link.removeAttribute("data-script");
			const script = document.createElement("script");
			// As it stands in the page, not as a whole URL: the bundler's runtime knows its files by that.
			script.src = link.getAttribute("href") ?? "";
			document.head.append(script);
		}
	};
	const deviceId = /^\/devices\/([a-z0-9][a-z0-9._-]{0,63})\/?$/.exec(location.pathname)?.[1];
	if (!deviceId || !("RTCPeerConnection" in window)) return runRest();
	setTimeout(runRest, 500);
	// Storage may be forbidden, even to look at.
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
		const url = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/signal`;
		const socket = new WebSocket(url);
		const peer = new RTCPeerConnection();
		const participant =
			JSON.parse(kept(() => sessionStorage, keys.participant + deviceId, true) ?? "null") ?? undefined;
		const name = kept(() => localStorage, keys.name, false);
		const early: EarlyConnection = {
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
		window.portholeEarly = early;

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
			if (early.messages.length < 64) early.messages.push(data);
			const message = JSON.parse(data);
			if (message.type === "error") runRest();
			if (message.type !== "offer" || early.peerId) return;
			early.peerId = message.peerId;
			if (message.iceServers || relay) {
				const iceTransportPolicy = relay ? "relay" : "all";
				peer.setConfiguration({ iceServers: message.iceServers ?? [], iceTransportPolicy });
			}
			early.answered = peer
				.setRemoteDescription({ type: "offer", sdp: message.sdp })
				.then(() => peer.setLocalDescription())
				.then(() => {
					const sdp = peer.localDescription?.sdp;
					socket.send(JSON.stringify({ type: "answer", peerId: message.peerId, sdp }));
				});
			early.answered.catch(() => {});
		};
		peer.onicecandidateerror = ({ errorCode, errorText }) => {
			early.relayError = { errorCode, errorText };
		};
		peer.ondatachannel = ({ channel }) => {
			early.channel = channel;
			channel.binaryType = "arraybuffer";
			channel.onmessage = ({ data }) => early.heard.length < 64 && early.heard.push(data);
		};
		peer.ontrack = ({ track, receiver }) => {
			if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
			early.stream = new MediaStream([track]);
			const show = () => {
				const video = document.querySelector<HTMLVideoElement>("video[data-testid=screen]");
				if (!video || video.srcObject || !early.stream) return;
				video.srcObject = early.stream;
				video.addEventListener("loadeddata", () => requestAnimationFrame(() => setTimeout(runRest, 0)), {
					once: true,
				});
			};
			if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", show);
			show();
		};
	};

	if (token || !grant) return connect();
	const exchanged: Promise<Reason | undefined> = fetch("/api/session", {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ token: grant }),
	})
		.then((response) => (response.ok ? undefined : response.json().then(({ error }) => error)))
		.catch(() => ({ code: "unreachable", message: "Porthole does not answer." }));
	window.portholeLink = { grant, exchanged };
	exchanged.then((refusal) => {
		// Without a link here the page's own code was first, and has taken it over.
		if (!refusal && window.portholeLink) connect();
		else runRest();
	});
}

/** The text of the page's first script. */
export function earlyScript(version: number): string {
	return `(${openEarly})(${JSON.stringify(version)},${JSON.stringify(memoryKeys)})`;
}

/** Takes over what the first script began; only the first caller gets it. */
export function takeEarly(): EarlyConnection | undefined {
	const early = window.portholeEarly;
	window.portholeEarly = undefined;
	return early;
}

/** Takes over the link that the first script opens; only the first caller gets it. */
export function takeEarlyLink(): EarlyLink | undefined {
	const link = window.portholeLink;
	window.portholeLink = undefined;
	return link;
}
