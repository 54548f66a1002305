import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

/** A balancer of connections before several servers, as plain as can be. */
export interface Balancer {
	readonly port: number;
	/** From now on connections go to these first, in turn; to another one where nobody listens. */
	prefer(ports: readonly number[]): void;
	close(): Promise<void>;
}

export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
	const sockets = new Set<Socket>();
	let preferred = ports;
	let turn = 0;
	const keep = (socket: Socket) => {
		sockets.add(socket);
		socket.on("error", () => {});
		socket.on("close", () => sockets.delete(socket));
	};
	const serve = (client: Socket, [port, ...others]: readonly number[]) => {
		if (port === undefined) return void client.destroy();
		const server = connect({ host: "127.0.0.1", port });
		keep(server);
		server.once("error", () => serve(client, others));
		server.once("connect", () => {
			server.removeAllListeners("error");
			server.on("error", () => {});
			client.pipe(server).pipe(client);
			client.once("close", () => server.destroy());
			server.once("close", () => client.destroy());
		});
	};
	const listener = createServer((client) => {
		keep(client);
		const first = preferred[turn++ % preferred.length] as number;
		serve(client, [first, ...ports.filter((port) => port !== first)]);
	});
	await new Promise<void>((resolve, reject) => {
		listener.once("error", reject);
		listener.listen(0, "localhost", resolve);
	});
	return {
		port: (listener.address() as AddressInfo).port,
		prefer(wanted) {
			preferred = wanted;
		},
		close() {
			for (const socket of sockets) socket.destroy();
			return new Promise((resolve) => listener.close(() => resolve()));
		},
	};
}
