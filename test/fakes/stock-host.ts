import { createServer, type Server, type Socket } from "node:net";
import { encodeMessage } from "../../server/devices/hxfr/wire/codec.ts";
import type { Message } from "../../server/devices/hxfr/wire/message.ts";
import { MessageReader } from "../../server/devices/hxfr/wire/message-reader.ts";

/**
 * A host that knows nothing of our extensions, written from the description of the stock ones: generation 2 answers
 * subscriptions, always with yes, and generation 1 requests for frames. Unknown types are skipped by both.
 */
export class StockHost {
	readonly heard: Message[] = [];
	/** Connections that are open. */
	readonly sockets = new Set<Socket>();
	/** Says nothing any more when set. */
	silent = false;
	readonly #generation: 1 | 2;
	#server: Server | undefined;

	constructor(generation: 1 | 2) {
		this.#generation = generation;
	}

	async listen(path: string): Promise<void> {
		const server = createServer((socket) => this.#accept(socket));
		this.#server = server;
		await new Promise<void>((resolve) => server.listen(path, resolve));
	}

	all<Type extends Message["type"]>(type: Type): Extract<Message, { type: Type }>[] {
		return this.heard.filter((message): message is Extract<Message, { type: Type }> => message.type === type);
	}

	/** Sends a frame to everybody, with the synthetic time of the stock hosts: a count of frames. */
	picture(
		pieces: readonly Uint8Array[],
		options: { keyframe?: boolean; session?: number; count?: number } = {},
	): void {
		const pts = BigInt(options.count ?? 1) * 16_666_667n;
		const { keyframe = false, session = 1 } = options;
		this.say({ type: "frame-response", session, pts, dts: pts, keyframe, pieces });
	}

	say(message: Message): void {
		for (const socket of this.sockets) for (const piece of encodeMessage(message)) socket.write(piece);
	}

	/** Bytes as they are. */
	raw(bytes: Uint8Array): void {
		for (const socket of this.sockets) socket.write(bytes);
	}

	hangUp(): void {
		for (const socket of this.sockets) socket.destroy();
	}

	async close(): Promise<void> {
		this.hangUp();
		await new Promise((resolve) => this.#server?.close(resolve));
	}

	#accept(socket: Socket): void {
		this.sockets.add(socket);
		socket.on("close", () => this.sockets.delete(socket));
		socket.on("error", () => {});
		const reader = new MessageReader();
		socket.on("data", (chunk) =>
			reader.push(chunk, (message) => {
				this.heard.push(message);
				const answer = this.silent ? undefined : this.#answer(message);
				if (answer) for (const piece of encodeMessage(answer)) socket.write(piece);
			}),
		);
	}

	#answer(message: Message): Message | undefined {
		if (message.type === "ping") return { type: "pong", session: message.session };
		if (this.#generation === 1) return undefined;
		const { session } = message;
		switch (message.type) {
			case "subscribe":
				return { type: "subscribe-response", session, scanout: message.scanout, success: true };
			case "enable-scanout":
				return {
					...{ type: "scanout-response", session, scanout: message.scanout },
					...{ success: message.scanout !== 0, connector: `Virtual-${message.scanout + 1}` },
				};
			default:
				return undefined;
		}
	}
}
