import { createConnection, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { asSentence, messageOf, PortholeError } from "../../../../signaling/protocol/errors.ts";
import type { Addon } from "../../../native/addon.ts";
import type { Clock } from "../../clock.ts";
import { hxfrError } from "../errors.ts";
import { type Address, ANY_CID, addressText } from "./address.ts";
import { SocketStream } from "./socket-stream.ts";

/** How long a connection may take, ms. */
const CONNECT_LIMIT = 5_000;
/** How often TCP looks whether a quiet peer is still there, ms. */
const KEEP_ALIVE = 10_000;

export interface TransportDeps {
	readonly addon: Pick<Addon, "StreamSocket" | "VsockListener">;
	readonly clock: Clock;
}

/** Connects to the other end. Throws PortholeError `hxfr-unreachable` within `CONNECT_LIMIT`. */
export async function connect(address: Address, deps: TransportDeps): Promise<Duplex> {
	const stream = openStream(address, deps);
	let cancel = () => {};
	const limit = new Promise<never>((_, reject) => {
		cancel = deps.clock.after(CONNECT_LIMIT, () =>
			reject(unreachable(address, `it did not answer within ${CONNECT_LIMIT / 1000} s`)),
		);
	});
	try {
		const ready = address.kind === "fd" ? Promise.resolve() : connected(stream);
		await Promise.race([ready, limit]);
		if (address.kind === "hybrid") await Promise.race([leadOn(stream, address.port), limit]);
		return stream;
	} catch (cause) {
		stream.on("error", () => {});
		stream.destroy();
		if (cause instanceof PortholeError) throw cause;
		throw unreachable(address, messageOf(cause), cause);
	} finally {
		cancel();
		limit.catch(() => {});
	}
}

function openStream(address: Address, { addon }: TransportDeps): Duplex {
	switch (address.kind) {
		case "unix":
		case "hybrid":
			return createConnection({ path: address.path });
		case "tcp": {
			const { host, port } = address;
			return tuned(createConnection({ host, port }));
		}
		case "vsock": {
			if (address.cid === ANY_CID) throw unreachable(address, "a connection needs one context id");
			const { cid, port } = address;
			return openNative(address, () => new SocketStream(addon, { cid, port }));
		}
		case "fd":
			return openNative(address, () => new SocketStream(addon, { descriptor: address.descriptor }));
	}
}

/** For streams of TCP: small messages go at once, and a peer that vanished is noticed. */
export function tuned(socket: Socket): Socket {
	return socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE);
}

function openNative(address: Address, open: () => SocketStream): SocketStream {
	try {
		return open();
	} catch (cause) {
		throw unreachable(address, messageOf(cause), cause);
	}
}

function connected(stream: Duplex): Promise<void> {
	return new Promise((resolve, reject) => {
		stream.once("error", reject);
		stream.once("connect", () => {
			stream.off("error", reject);
			resolve();
		});
	});
}

function unreachable(address: Address, why: string, cause?: unknown): PortholeError {
	return hxfrError(
		"hxfr-unreachable",
		`Could not connect to ${addressText(address)}: ${asSentence(why)}`,
		cause,
	);
}

/** Longest line that the monitor may answer, bytes. */
const MAX_LINE = 64;

/**
 * Asks a virtual machine monitor to lead a connection to its Unix socket on to a port of its guest (hybrid vsock of
 * Firecracker and Cloud Hypervisor): `CONNECT port`, answered by `OK n`. Bytes behind the answer are the guest's.
 * Throws PortholeError `hxfr-unreachable` when it closes instead, as it does when nobody listens in the guest.
 */
export function leadOn(stream: Duplex, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		let line: Buffer = Buffer.alloc(0);
		const settle = (error?: Error) => {
			stream.off("readable", look);
			stream.off("end", ended);
			stream.off("close", ended);
			stream.off("error", failed);
			if (error) reject(error);
			else resolve();
		};
		const failed = (cause: Error) =>
			settle(hxfrError("hxfr-unreachable", `The monitor's socket failed: ${cause.message}.`, cause));
		const ended = () =>
			settle(
				hxfrError(
					"hxfr-unreachable",
					`Nobody in the virtual machine listens on port ${port} (the monitor hung up).`,
				),
			);
		const look = () => {
			for (;;) {
				// One by one: what follows the line is not ours to read.
				const byte: Buffer | null = stream.read(1);
				if (!byte) return;
				if (byte[0] !== 0x0a) {
					line = Buffer.concat([line, byte]);
					if (line.length <= MAX_LINE) continue;
				}
				const text = line.toString("latin1").replace(/\r$/, "");
				if (/^OK \d{1,10}$/.test(text)) return settle();
				const words = `The monitor answered ${JSON.stringify(text)} instead of OK and a number.`;
				return settle(hxfrError("hxfr-unreachable", words));
			}
		};
		stream.on("readable", look);
		stream.on("end", ended);
		stream.on("close", ended);
		stream.on("error", failed);
		stream.write(`CONNECT ${port}\n`);
	});
}
