import { once } from "node:events";
import { WebSocket } from "ws";
import { type FromViewer, PROTOCOL_VERSION, type ToViewer } from "../../signaling/protocol/messages.ts";
import type { Address } from "./product.ts";

const LIMIT_MS = 30_000;

/** What a refused upgrade was answered with. */
export interface Refusal {
	readonly status: number;
	readonly body: string;
}

/** A connection to `/signal` that says exactly what a test wants it to. */
export interface RawSignaling {
	/** Everything the server said so far. */
	readonly heard: readonly ToViewer[];
	/** Whether the connection is still there. */
	open(): boolean;
	say(message: FromViewer | object | string | Buffer): void;
	/** Waits for a message of a type that was not waited for before; throws after 30 s or when the connection ends. */
	next<Type extends ToViewer["type"]>(type: Type): Promise<Extract<ToViewer, { type: Type }>>;
	/** Waits until the server has hung up. */
	ended(): Promise<void>;
	close(): void;
}

/** Connects without saying hello. Throws when the server refuses the upgrade. */
export async function connectRaw(
	product: Address,
	headers: Readonly<Record<string, string>> = {},
): Promise<RawSignaling> {
	const socket = new WebSocket(signalUrl(product), { headers });
	const heard: ToViewer[] = [];
	let taken = 0;
	socket.on("message", (data) => heard.push(JSON.parse(String(data)) as ToViewer));
	socket.on("error", () => {});
	await once(socket, "open", { signal: AbortSignal.timeout(LIMIT_MS) });
	const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
	const moreToHear = () =>
		Promise.race([
			once(socket, "message", { signal: AbortSignal.timeout(LIMIT_MS) }),
			gone.then(() => {
				throw new Error(`signaling hung up after ${JSON.stringify(heard)}`);
			}),
		]);
	return {
		heard,
		open: () => socket.readyState === WebSocket.OPEN,
		say: (message) =>
			socket.send(
				typeof message === "string" || message instanceof Buffer ? message : JSON.stringify(message),
			),
		async next(type) {
			while (true) {
				const message = heard[taken];
				if (!message) {
					await moreToHear();
					continue;
				}
				taken++;
				if (message.type === type) return message as Extract<ToViewer, { type: typeof type }>;
			}
		},
		ended: () => gone,
		close: () => socket.terminate(),
	};
}

/** Connects and says a viewer's hello as the owner. */
export async function connectViewer(
	product: Address,
	deviceId: string,
	more: Readonly<Record<string, unknown>> = {},
): Promise<RawSignaling> {
	const connection = await connectRaw(product);
	const { ownerToken: token } = product;
	connection.say({
		type: "hello",
		version: PROTOCOL_VERSION,
		as: "viewer",
		deviceId,
		token,
		media: false,
		...more,
	});
	return connection;
}

/** Tries to connect; gives the refusal of the upgrade, or undefined when it was let in. */
export function refusalOf(
	product: Address,
	headers: Readonly<Record<string, string>>,
): Promise<Refusal | undefined> {
	return new Promise((resolve, reject) => {
		const socket = new WebSocket(signalUrl(product), { headers, handshakeTimeout: LIMIT_MS });
		socket.once("open", () => {
			socket.terminate();
			resolve(undefined);
		});
		socket.once("unexpected-response", (_request, response) => {
			let body = "";
			response.on("data", (chunk) => {
				body += String(chunk);
			});
			response.once("end", () => resolve({ status: response.statusCode ?? 0, body }));
		});
		socket.once("error", reject);
	});
}

function signalUrl({ origin }: Address): string {
	return `${origin.replace(/^http/, "ws")}/signal`;
}
