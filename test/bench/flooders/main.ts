/**
 * One flood against a server on this machine, from a process of its own: `main.ts KIND PORT DEVICE OWNER-TOKEN LINK-TOKEN
 * COOKIE MILLISECONDS`. Prints what it did as one line of JSON. Only ever for a server that this bench has started.
 */
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import type { FloodKind } from "./process.ts";

const [kind, portText, device = "", owner = "", link = "", cookie = "", length] = process.argv.slice(2);
const port = Number(portText);
const over = performance.now() + Number(length);
const running = () => performance.now() < over;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
let sent = 0;
const opened: (Socket | WebSocket)[] = [];

function raw(text: string): Socket {
	const socket = connect(port, "127.0.0.1");
	opened.push(socket);
	socket.on("error", () => {});
	socket.write(text);
	sent++;
	return socket;
}

function webSocket(path: string, headers: Record<string, string>): Promise<WebSocket | undefined> {
	const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
	opened.push(socket);
	return new Promise((resolve) => {
		socket.on("open", () => resolve(socket));
		socket.on("error", () => resolve(undefined));
	});
}

/** A viewer with the link, as far as signaling. */
async function viewer(): Promise<WebSocket | undefined> {
	const socket = await webSocket("/signal", { cookie });
	const hello = { type: "hello", version: 1, as: "viewer", deviceId: device, media: false };
	socket?.send(JSON.stringify(hello));
	return socket;
}

const view = { authorization: `Bearer ${link}` };
const GET = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const NESTED = `{"type":"copy","pad":${"[".repeat(4 * 1024 * 1024)}${"]".repeat(4 * 1024 * 1024)}}`;

const floods: Record<FloodKind, () => Promise<void>> = {
	/** As much of the processor as any flooder takes, and nothing sent. */
	async nothing() {
		while (running()) {
			for (let count = 0; count < 1e6; count++) sent += count & 1;
			await turn();
		}
	},
	async connections() {
		for (let count = 0; count < 3_000; count++) raw("GET /");
		while (running()) {
			const socket = raw(GET("/").repeat(50));
			await pause(5);
			socket.destroy();
		}
	},
	async signaling() {
		while (running()) {
			const socket = await viewer();
			for (let count = 0; socket?.readyState === WebSocket.OPEN && running(); count++) {
				socket.send(JSON.stringify({ type: ["restart", "ping", "restart"][count % 3] }));
				sent++;
				if (socket.bufferedAmount > 1e6 || count % 200 === 199) await turn();
			}
			await turn();
		}
	},
	async json() {
		while (running()) {
			for (const authorization of [owner, link]) {
				const headers = { authorization: `Bearer ${authorization}`, "content-type": "application/json" };
				const url = `http://127.0.0.1:${port}/simulators/${device}/input`;
				await fetch(url, { method: "POST", headers, body: NESTED }).then(
					(answer) => answer.text(),
					() => {},
				);
				sent++;
			}
			const socket = await webSocket(`/simulators/${device}/stream?format=avcc`, view);
			socket?.send(NESTED);
			socket?.terminate();
		}
	},
	async places() {
		while (running()) {
			await Promise.all(Array.from({ length: 20 }, () => viewer()));
			sent += 20;
		}
	},
	async gateway() {
		while (running()) {
			const sockets = Array.from({ length: 20 }, (_, index) =>
				webSocket(`/simulators/${device}/stream?format=mjpeg&quality=0.${index + 10}`, view),
			);
			const shots = Array.from({ length: 20 }, (_, index) =>
				fetch(`http://127.0.0.1:${port}/simulators/${device}/screenshot.png?quality=0.${index + 10}`, {
					headers: view,
				}).then(
					(answer) => answer.arrayBuffer(),
					() => {},
				),
			);
			await Promise.all([...sockets, ...shots]);
			sent += 40;
		}
	},
	async mute() {
		while (running()) {
			const socket = await webSocket(`/simulators/${device}/stream?format=mjpeg`, view);
			socket?.pause();
			while (socket?.readyState === WebSocket.OPEN && running()) {
				for (let count = 0; count < 100; count++, sent++) socket.send('{"type":"describe_ui"}');
				await turn();
			}
			await turn();
		}
	},
	/** The scenario opens a page with the link and floods from there; this one only waits. */
	async channel() {
		while (running()) await pause(100);
	},
};

await floods[kind as FloodKind]();
for (const socket of opened) {
	if (socket instanceof WebSocket) socket.terminate();
	else socket.destroy();
}
console.log(JSON.stringify({ sent }));
process.exit(0);
