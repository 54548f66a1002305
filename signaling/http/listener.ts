import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { PortholeError } from "../protocol/errors.ts";

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
		const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }, options.request);
		server.on("upgrade", options.upgrade);
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
