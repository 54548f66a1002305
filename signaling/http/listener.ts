import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { PortholeError } from "../protocol/errors.ts";

/** Connections of one address that is listened on; further ones are refused. */
const MAX_CONNECTIONS = 8192;
/** Connections that have not sent a whole request head yet; beyond, the oldest is cut. */
const MAX_SILENT = 512;
/** Requests on one connection that wait for their answer; with more it is cut. Browsers send one after the other. */
const MAX_PIPELINED = 8;

export interface ListenOptions {
	/** Addresses to bind; those that this machine lacks are passed over as long as one works. */
	readonly addresses: readonly string[];
	/** 0 picks a free one, the same for all addresses. */
	readonly port: number;
	readonly request: RequestListener;
	readonly upgrade: (request: Parameters<RequestListener>[0], socket: Duplex, head: Buffer) => void;
}

/** HTTP on one port of several addresses. */
export interface Listener {
	readonly port: number;
	close(): Promise<void>;
}

/** Starts to listen. Throws PortholeError `port-in-use`, `port-forbidden` or `cannot-listen`. */
export async function listen(options: ListenOptions): Promise<Listener> {
	const servers: Server[] = [];
	let port = options.port;
	const close = async () => {
		await Promise.all(servers.map(closeServer));
	};
	for (const address of options.addresses) {
		const server = boundedServer(options);
		try {
			await bind(server, address, port);
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") continue;
			await close();
			throw cannotListen(code, address, port, error);
		}
		servers.push(server);
		port = (server.address() as AddressInfo).port;
	}
	if (servers.length > 0) return { port, close };
	throw cannotListen("EADDRNOTAVAIL", options.addresses.join(", "), port, undefined);
}

/** An HTTP server whose clients cannot use up connections, descriptors or memory. */
function boundedServer({ request: serve, upgrade }: ListenOptions): Server {
	const server = createServer({
		headersTimeout: 10_000,
		requestTimeout: 30_000,
		// Node looks whether those have passed only every 30 s otherwise.
		connectionsCheckingInterval: 2_000,
	});
	server.maxConnections = MAX_CONNECTIONS;
	const silent = new Set<Socket>();
	const unanswered = new WeakMap<Socket, Set<ServerResponse>>();
	server.on("connection", (socket) => {
		const responses = new Set<ServerResponse>();
		unanswered.set(socket, responses);
		silent.add(socket);
		const [oldest] = silent;
		if (silent.size > MAX_SILENT) oldest?.destroy();
		socket.once("close", () => {
			silent.delete(socket);
			// Node tells only the response that is being sent, not those that wait behind it.
			for (const response of responses) response.emit("close");
		});
	});
	server.on("request", (request, response) => {
		const { socket } = request;
		silent.delete(socket);
		const responses = unanswered.get(socket);
		responses?.add(response);
		response.once("close", () => responses?.delete(response));
		if (responses && responses.size > MAX_PIPELINED) socket.destroy();
		else serve(request, response);
	});
	server.on("upgrade", (request, socket, head) => {
		silent.delete(request.socket);
		upgrade(request, socket, head);
	});
	return server;
}

function bind(server: Server, address: string, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen({ host: address, port, ipv6Only: address.includes(":") }, () => {
			server.off("error", reject);
			resolve();
		});
	});
}

function closeServer(server: Server): Promise<void> {
	return new Promise((resolve) => {
		server.close(() => resolve());
		server.closeAllConnections();
	});
}

function cannotListen(
	code: string | undefined,
	address: string,
	port: number,
	cause: unknown,
): PortholeError {
	if (code === "EADDRINUSE") {
		const words = `Port ${port} on ${address} is in use. Stop the other program or choose a port with --port N.`;
		return new PortholeError("port-in-use", words, { cause });
	}
	if (code === "EACCES") {
		const words = `Port ${port} on ${address} may not be used by this user. Choose one above 1023 with --port N.`;
		return new PortholeError("port-forbidden", words, { cause });
	}
	return new PortholeError("cannot-listen", `Could not listen on ${address} port ${port}: ${code}.`, {
		cause,
	});
}
