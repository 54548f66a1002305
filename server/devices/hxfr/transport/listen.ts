import { lstat, unlink } from "node:fs/promises";
import { createConnection, createServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import { asSentence, messageOf } from "../../../../signaling/protocol/errors.ts";
import { hxfrError } from "../errors.ts";
import { type Address, addressText } from "./address.ts";
import { type TransportDeps, tuned } from "./connect.ts";
import { SocketStream } from "./socket-stream.ts";

/** Wait before a listener that ran out of descriptors is opened again, ms. */
const AGAIN_AFTER = 1_000;

/** Takes connections until it is closed. */
export interface Listener {
	/** Where others connect to; the port that was free when none was asked for. */
	readonly address: Address;
	close(): Promise<void>;
}

/**
 * Awaits connections. `hybrid:` listens where a monitor leads its guest's connections to a port (`<path>_<port>`), `fd:`
 * is one connection that is there already. Unix sockets are for this user alone; a file that a killed process left is
 * removed. Throws PortholeError `hxfr-address-taken` or `hxfr-unreachable`.
 */
export async function listen(
	address: Address,
	deps: TransportDeps,
	accept: (stream: Duplex) => void,
): Promise<Listener> {
	switch (address.kind) {
		case "unix":
			return listenOnPath(address, address.path, accept);
		case "hybrid":
			return listenOnPath(address, `${address.path}_${address.port}`, accept);
		case "tcp":
			return listenOnPort(address, accept);
		case "vsock":
			return listenOnVsock(address, deps, accept);
		case "fd":
			return serveDescriptor(address, deps, accept);
	}
}

async function listenOnPath(
	address: Address,
	path: string,
	accept: (stream: Duplex) => void,
): Promise<Listener> {
	await removeStale(address, path);
	const server = createServer((socket) => accept(careful(socket)));
	// The file gets its rights when it is made, and Node makes it before `listen` returns.
	const mask = process.umask(0o177);
	try {
		server.listen(path);
	} finally {
		process.umask(mask);
	}
	await listening(server, address);
	return { address, close: () => closeServer(server) };
}

/** Throws PortholeError `hxfr-address-taken` when the path is in use, or no socket. */
async function removeStale(address: Address, path: string): Promise<void> {
	const stat = await lstat(path).catch(() => undefined);
	if (!stat) return;
	if (!stat.isSocket()) throw taken(address, "there is a file of another kind");
	const inUse = await new Promise<boolean>((resolve) => {
		const probe = createConnection({ path });
		probe.on("connect", () => resolve(true));
		// Only a refusal says that nobody is there; whatever else is wrong, the file is not ours to remove.
		probe.on("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "ECONNREFUSED"));
		probe.on("close", () => probe.destroy());
		probe.on("connect", () => probe.destroy());
	});
	if (inUse) throw taken(address, "somebody listens there already");
	await unlink(path).catch(() => {});
}

async function listenOnPort(
	address: Extract<Address, { kind: "tcp" }>,
	accept: (stream: Duplex) => void,
): Promise<Listener> {
	const server = createServer((socket) => accept(careful(tuned(socket))));
	server.listen({ host: address.host, port: address.port });
	await listening(server, address);
	const bound = server.address();
	const port = typeof bound === "object" && bound ? bound.port : address.port;
	return { address: { ...address, port }, close: () => closeServer(server) };
}

function listening(server: Server, address: Address): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once("listening", () => {
			// A connection that could not be taken ends nothing else.
			server.on("error", () => {});
			resolve();
		});
		server.once("error", (error: NodeJS.ErrnoException) => {
			if (error.code === "EADDRINUSE") return reject(taken(address, "somebody listens there already"));
			reject(cannotListen(address, error));
		});
	});
}

function closeServer(server: Server): Promise<void> {
	return new Promise((resolve) => void server.close(() => resolve()));
}

function listenOnVsock(
	address: Extract<Address, { kind: "vsock" }>,
	{ addon, clock }: TransportDeps,
	accept: (stream: Duplex) => void,
): Listener {
	let closed = false;
	let cancel = () => {};
	const open = () =>
		new addon.VsockListener({
			cid: address.cid,
			port: address.port,
			onConnection: (descriptor) => accept(careful(new SocketStream(addon, { descriptor }))),
			onEnd: () => {
				listener.close();
				cancel = clock.after(AGAIN_AFTER, reopen);
			},
		});
	const reopen = () => {
		if (closed) return;
		try {
			listener = open();
		} catch {
			cancel = clock.after(AGAIN_AFTER, reopen);
		}
	};
	let listener: ReturnType<typeof open>;
	try {
		listener = open();
	} catch (cause) {
		throw cannotListen(address, cause);
	}
	return {
		address,
		async close() {
			closed = true;
			cancel();
			listener.close();
		},
	};
}

function serveDescriptor(
	address: Extract<Address, { kind: "fd" }>,
	{ addon }: TransportDeps,
	accept: (stream: Duplex) => void,
): Listener {
	try {
		accept(careful(new SocketStream(addon, { descriptor: address.descriptor })));
	} catch (cause) {
		throw cannotListen(address, cause);
	}
	return { address, close: async () => {} };
}

/** Whoever connects may be gone before anybody looks; that is no reason to end the process. */
function careful(stream: Duplex): Duplex {
	return stream.on("error", () => {});
}

function taken(address: Address, why: string) {
	return hxfrError("hxfr-address-taken", `Could not listen on ${addressText(address)}: ${why}.`);
}

function cannotListen(address: Address, cause: unknown) {
	const words = `Could not listen on ${addressText(address)}: ${asSentence(messageOf(cause))}`;
	return hxfrError("hxfr-unreachable", words, cause);
}
