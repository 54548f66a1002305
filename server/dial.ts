import { WebSocket } from "ws";
import type { SocketLike } from "../signaling/client.ts";
import { FOR_HOSTS, MAX_MESSAGE_BYTES } from "../signaling/protocol/messages.ts";
import type { Log } from "./log.ts";
import type { SignalingAddress } from "./signaling-address.ts";

/** How long a connection may take to open, ms. */
const OPEN_WITHIN = 5_000;

/** Dials signaling anew each time it is called. Why it could not be reached is told once for each new reason. */
export function dialer({ socket: url }: SignalingAddress, log: Log): () => SocketLike {
	let told = "";
	return () => {
		const socket = new WebSocket(`${url}?${FOR_HOSTS}`, {
			handshakeTimeout: OPEN_WITHIN,
			maxPayload: MAX_MESSAGE_BYTES,
			perMessageDeflate: false,
		});
		socket.on("open", () => {
			told = "";
		});
		socket.on("error", ({ message }) => {
			if (message !== told) log.warn("signaling could not be reached", { url, message });
			told = message;
		});
		return socket as unknown as SocketLike;
	};
}
