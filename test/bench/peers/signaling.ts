import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { messageOf } from "../../../signaling/protocol/errors.ts";
import type { FanOut, FanOutPeer } from "./fan-out.ts";

/** Pairs receivers with a sender, as much as they need of what signaling says. Answers the port. */
export async function serveSignaling(fanOut: FanOut): Promise<number> {
	const server = new WebSocketServer({ host: "127.0.0.1", port: 0, path: "/signal" });
	server.on("connection", (socket) => {
		let peer: FanOutPeer | undefined;
		socket.on("close", () => peer?.close());
		socket.on("message", async (data) => {
			const message = JSON.parse(String(data));
			try {
				if (message.type === "hello") {
					peer = await fanOut.addPeer();
					socket.send(JSON.stringify({ type: "offer", peerId: "peer", sdp: peer.offer }));
				} else if (message.type === "answer") {
					await peer?.accept(message.sdp);
				}
			} catch (error) {
				socket.send(JSON.stringify({ type: "error", reason: { message: messageOf(error) } }));
			}
		});
	});
	await new Promise((resolve) => server.once("listening", resolve));
	return (server.address() as AddressInfo).port;
}
