/**
 * What the page's first script has begun before any other code is there. Whoever takes it over (`early-socket.ts`,
 * `session.ts`) finds everything that was said meanwhile.
 */
export interface EarlyConnection {
	readonly socket: WebSocket;
	readonly peer: RTCPeerConnection;
	/** Owner's token from the address, which no longer holds it. */
	readonly token: string | undefined;
	/** Signaling messages so far, oldest first; at most 64, later ones are dropped. */
	readonly messages: string[];
	/** The offer that `peer` answers. */
	peerId: string | undefined;
	/** Settles when the answer is on its way. */
	answered: Promise<void> | undefined;
	stream: MediaStream | undefined;
	channel: RTCDataChannel | undefined;
	/** Data-channel messages so far, oldest first; at most 64, later ones are dropped. */
	readonly heard: ArrayBuffer[];
}

declare global {
	interface Window {
		portholeEarly?: EarlyConnection | undefined;
	}
}

/**
 * Opens signaling, answers the first offer and gives the picture to the page's video, while the page's own code is
 * still loading. The device page carries this function's text in its HTML (`earlyScript`): it must stand alone and use
 * nothing from outside itself but the browser. It gives up silently; the session then begins from nothing.
 *
 * The built page leaves it to this script to run the rest (`link[data-script]`): starting React takes the main thread
 * for long enough to delay the first picture, so it starts when that is on the screen, or when none comes soon.
 *
 * @param version Signaling version for the hello.
 */
export function openEarly(version: number): void {
	// The text stands twice in the page: first of all, and where React expects it.
	if (window.portholeEarly) return;
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
	const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? undefined;
	if (token) history.replaceState(history.state, "", location.pathname + location.search);

	const socket = new WebSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/signal`);
	const peer = new RTCPeerConnection();
	const early: EarlyConnection = {
		socket,
		peer,
		token,
		messages: [],
		peerId: undefined,
		answered: undefined,
		stream: undefined,
		channel: undefined,
		heard: [],
	};
	window.portholeEarly = early;

	socket.onopen = () =>
		socket.send(JSON.stringify({ type: "hello", version, as: "viewer", deviceId, token, media: false }));
	socket.onmessage = ({ data }) => {
		if (early.messages.length < 64) early.messages.push(data);
		const message = JSON.parse(data);
		if (message.type === "error") runRest();
		if (message.type !== "offer" || early.peerId) return;
		early.peerId = message.peerId;
		early.answered = peer
			.setRemoteDescription({ type: "offer", sdp: message.sdp })
			.then(() => peer.setLocalDescription())
			.then(() => {
				const sdp = peer.localDescription?.sdp;
				socket.send(JSON.stringify({ type: "answer", peerId: message.peerId, sdp }));
			});
		early.answered.catch(() => {});
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
}

/** The text of the page's first script. */
export function earlyScript(version: number): string {
	return `(${openEarly})(${JSON.stringify(version)})`;
}

/** Takes over what the first script began; only the first caller gets it. */
export function takeEarly(): EarlyConnection | undefined {
	const early = window.portholeEarly;
	window.portholeEarly = undefined;
	return early;
}
