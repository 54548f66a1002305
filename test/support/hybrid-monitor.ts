import { createConnection, createServer, type Socket } from "node:net";

/** Written from Firecracker's description of hybrid vsock; no monitor is needed for it. */
export interface HybridMonitor {
	/** The ports that were asked for, in order. */
	readonly ports: readonly number[];
	close(): Promise<void>;
}

/**
 * Stands in for a virtual machine monitor: leads connections to its Unix socket on to the guest's ports, each of which
 * is a Unix socket here. Ports without one are answered as a monitor does where nobody listens: it hangs up.
 */
export async function startHybridMonitor(
	path: string,
	guestPorts: ReadonlyMap<number, string>,
): Promise<HybridMonitor> {
	const ports: number[] = [];
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		keep(socket);
		let line = "";
		const read = (chunk: Buffer) => {
			line += chunk.toString("latin1");
			const found = /^CONNECT (\d+)\n/.exec(line);
			if (!found) return;
			socket.off("data", read);
			socket.pause();
			const port = Number(found[1]);
			ports.push(port);
			const guest = guestPorts.get(port);
			if (guest === undefined) return void socket.destroy();
			const rest = Buffer.from(line.slice(found[0].length), "latin1");
			const inner = createConnection({ path: guest }, () => {
				// The guest may speak at once: its first bytes come in the same read as the answer.
				socket.write("OK 1073741824\n");
				if (rest.length > 0) inner.write(rest);
				inner.pipe(socket);
				socket.pipe(inner);
			});
			keep(inner);
			inner.on("close", () => socket.destroy());
			socket.on("close", () => inner.destroy());
		};
		socket.on("data", read);
	});
	const keep = (socket: Socket) => {
		sockets.add(socket);
		socket.on("error", () => {});
		socket.on("close", () => sockets.delete(socket));
	};
	await new Promise<void>((resolve) => server.listen(path, resolve));
	return {
		ports,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				for (const socket of sockets) socket.destroy();
			}),
	};
}
