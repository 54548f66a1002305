import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { end } from "./x-display.ts";

const READY_WITHIN = 50_000;

/** Debian's coturn on loopback, with a configuration of its own. */
export interface TurnServer {
	/** As for `--turn`, over UDP. */
	readonly url: string;
	readonly secret: string;
	/** What it has logged. */
	log(): string;
	close(): Promise<void>;
}

export async function startTurnServer(secret = "a secret for tests"): Promise<TurnServer> {
	const folder = await mkdtemp(join(tmpdir(), "porthole-turn-"));
	const port = await freePort();
	const config = join(folder, "turnserver.conf");
	await writeFile(
		config,
		[
			"listening-ip=127.0.0.1",
			`listening-port=${port}`,
			"relay-ip=127.0.0.1",
			"use-auth-secret",
			`static-auth-secret=${secret}`,
			"realm=porthole.test",
			"allow-loopback-peers",
			"no-tls",
			"no-dtls",
			"no-cli",
			"log-file=stdout",
			"simple-log",
			"verbose",
			`pidfile=${join(folder, "turnserver.pid")}`,
			`userdb=${join(folder, "turndb")}`,
			"",
		].join("\n"),
	);
	const child = spawn("turnserver", ["-c", config], { stdio: ["ignore", "pipe", "pipe"] });
	let said = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (text: string) => {
			said = (said + text).slice(-200_000);
		});
	}
	const close = async () => {
		await end(child);
		await rm(folder, { recursive: true, force: true });
	};
	try {
		await untilAnswering(port);
	} catch (error) {
		await close();
		throw new Error(`turnserver did not start: ${said}`, { cause: error });
	}
	return { url: `turn:127.0.0.1:${port}?transport=udp`, secret, log: () => said, close };
}

/** Asks with STUN binding requests until one is answered. */
function untilAnswering(port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		const request = Buffer.from("000100002112a442706f7274686f6c6520747572", "hex");
		const socket = createSocket("udp4");
		const again = setInterval(() => socket.send(request, port, "127.0.0.1"), 50);
		const finish = (outcome: () => void) => {
			clearInterval(again);
			clearTimeout(late);
			socket.close();
			outcome();
		};
		const late = setTimeout(() => finish(() => reject(new Error("no answer"))), READY_WITHIN);
		socket.once("message", () => finish(resolve));
	});
}

function freePort(): Promise<number> {
	return new Promise((resolve) => {
		const socket = createSocket("udp4").bind(0, "127.0.0.1", () => {
			const { port } = socket.address();
			socket.close(() => resolve(port));
		});
	});
}
