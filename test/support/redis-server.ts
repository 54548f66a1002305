import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createClient } from "@redis/client";
import { freePort } from "./free-port.ts";
import { end } from "./x-display.ts";

const START_LIMIT_MS = 50_000;

/** Debian's Redis on a port of its own of this machine, which keeps nothing on the disk. */
export interface RedisServer {
	readonly url: string;
	/** Ends it as if the power went: what it held is lost. */
	kill(): Promise<void>;
	/** Starts it again on the same port, empty. */
	start(): Promise<void>;
	/** It hangs: connections stay, and nothing is answered. */
	pause(): void;
	resume(): void;
	/** Another client of it, which does with it as it likes. */
	client(): Promise<ReturnType<typeof createClient>>;
	close(): Promise<void>;
}

export async function startRedis(): Promise<RedisServer> {
	const port = await freePort();
	const url = `redis://127.0.0.1:${port}/0`;
	const clients = new Set<ReturnType<typeof createClient>>();
	let server = await run(port);
	return {
		url,
		async kill() {
			const gone = once(server, "exit");
			server.kill("SIGKILL");
			await gone;
		},
		async start() {
			server = await run(port);
		},
		pause: () => void server.kill("SIGSTOP"),
		resume: () => void server.kill("SIGCONT"),
		async client() {
			const client = createClient({ url });
			client.on("error", () => {});
			await client.connect();
			clients.add(client as ReturnType<typeof createClient>);
			return client as ReturnType<typeof createClient>;
		},
		async close() {
			for (const client of clients) if (client.isOpen) client.destroy();
			server.kill("SIGCONT");
			await end(server);
		},
	};
}

async function run(port: number): Promise<ChildProcess> {
	const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
	const server = spawn("redis-server", args, { stdio: ["ignore", "pipe", "ignore"] });
	const late = setTimeout(() => server.kill("SIGKILL"), START_LIMIT_MS);
	try {
		for await (const line of createInterface({ input: server.stdout })) {
			if (!line.includes("Ready to accept connections")) continue;
			server.stdout.resume();
			return server;
		}
		throw new Error("redis-server ended before it was ready; is the package redis-server installed?");
	} finally {
		clearTimeout(late);
	}
}
