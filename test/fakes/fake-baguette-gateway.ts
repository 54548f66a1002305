import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { type WebSocket, WebSocketServer } from "ws";

/**
 * Stands in for a server with Baguette's routes: written from the tables of its wire format (1.4 to 1.6), for the command
 * line alone. It knows one device, `phone`, and an owner's token.
 */
export class FakeBaguetteGateway {
	/** Bodies of `POST …/input` in the order they came. */
	readonly lines: string[] = [];
	/** Text messages of streams. */
	readonly messages: string[] = [];
	/** Queries of streams. */
	readonly queries: string[] = [];
	readonly sockets = new Set<Socket>();
	connections = 0;
	/** What a stream gets at once. */
	first: (string | Uint8Array)[] = [];
	stream: WebSocket | undefined;
	readonly #token: string;
	readonly #http = createServer((request, response) => void this.#answer(request, response));
	readonly #streams = new WebSocketServer({ noServer: true });

	constructor(token: string) {
		this.#token = token;
		this.#http.on("connection", (socket) => {
			this.connections++;
			this.sockets.add(socket);
			socket.on("close", () => this.sockets.delete(socket));
		});
		this.#http.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
			if (!this.#mayCome(request)) {
				const words = JSON.stringify({ error: { code: "no-token", message: "Show a token." } });
				socket.end(`HTTP/1.1 401 No\r\nContent-Length: ${words.length}\r\n\r\n${words}`);
				return;
			}
			this.#streams.handleUpgrade(request, socket, head, (stream) => this.#open(request, stream));
		});
	}

	async listen(): Promise<string> {
		await new Promise<void>((resolve) => this.#http.listen(0, "127.0.0.1", resolve));
		return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
	}

	async close(): Promise<void> {
		for (const socket of this.sockets) socket.destroy();
		await new Promise((resolve) => this.#http.close(resolve));
	}

	#mayCome(request: IncomingMessage): boolean {
		return request.headers.authorization === `Bearer ${this.#token}`;
	}

	async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await text(request);
		const say = (status: number, answer: unknown) =>
			void response.writeHead(status).end(JSON.stringify(answer));
		if (!this.#mayCome(request)) return say(401, { error: { code: "no-token", message: "Show a token." } });
		const [, udid] = /^\/simulators\/([^/]+)\/input$/.exec(request.url ?? "") ?? [];
		if (request.method !== "POST" || !udid) return say(404, "nothing here");
		if (udid !== "phone") return say(404, { ok: false, error: `unknown udid: ${udid}` });
		this.lines.push(body);
		try {
			const { type } = JSON.parse(body);
			say(200, type === "tap" ? { ok: true } : { ok: false, error: `unknown kind: ${type}` });
		} catch {
			say(200, { ok: false, error: "invalid JSON" });
		}
	}

	#open(request: IncomingMessage, stream: WebSocket): void {
		const url = new URL(request.url ?? "/", "http://gateway");
		this.queries.push(url.search);
		stream.on("message", (message) => this.messages.push(String(message)));
		if (!url.pathname.startsWith("/simulators/phone/")) {
			stream.send('{"ok":false,"error":"unknown udid"}');
			return stream.close();
		}
		this.stream = stream;
		for (const piece of this.first) stream.send(piece);
	}
}
